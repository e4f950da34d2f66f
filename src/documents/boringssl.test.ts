import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

/**
 * Electron's cryptography is BoringSSL. What of node:crypto it does not have, or has otherwise, must not be leant on: such
 * code passes every test under Node and fails at the desk.
 */
const FORBIDDEN: readonly (readonly [string, RegExp])[] = [
  ['curves by a name of OpenSSL', /namedCurve|createECDH|\bECDH\b\(/],
  ['explicit curve parameters', /paramEncoding/],
  [
    'key pairs and Diffie-Hellman of the library',
    /generateKeyPair|createDiffieHellman|getDiffieHellman|diffieHellman\(/,
  ],
  ['single DES and ECB', /'des-cbc'|'des-ecb'|'des3'|'des-ede-cbc'|'des-ede'|-ecb'/],
  ['AES in modes that only OpenSSL has', /-(ccm|ocb|xts|wrap|cfb|cfb8|siv)'/],
  [
    'hashes that BoringSSL does not have',
    /'(rmd160|ripemd160|ripemd|sha3-\d+|shake\d+|blake2\w+|sm3|whirlpool|md4)'/,
  ],
  ['argon2 and scrypt of the library', /argon2|scrypt/],
  [
    'RSA of the library',
    /publicDecrypt|publicEncrypt|privateDecrypt|privateEncrypt|RSA_PKCS1_PSS_PADDING|RSA_NO_PADDING/,
  ],
  ['keys marked for PSS', /'rsa-pss-key'|asymmetricKeyDetails/],
  ['certificates and engines of the library', /X509Certificate|setEngine|setFips|secureHeapUsed/],
  ['Web Cryptography', /\bsubtle\b|webcrypto/],
  ['lists of what the library has', /getCurves|getCiphers|getHashes/],
];

/** What may be taken from node:crypto; BoringSSL has all of it. */
const ALLOWED = new Set([
  'createCipheriv',
  'createDecipheriv',
  'createHash',
  'createPublicKey',
  'randomBytes',
  'timingSafeEqual',
  'verify',
]);

const folder = import.meta.dirname;
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const);

describe('documents do without what BoringSSL lacks', () => {
  test.each(FORBIDDEN)('%s', (_, pattern) => {
    expect(sources.length).toBeGreaterThan(40);
    expect(sources.filter(([, text]) => pattern.test(text)).map(([name]) => name)).toEqual([]);
  });

  test('only functions that it has are imported, by name', () => {
    const taken = sources.flatMap(([name, text]) =>
      [...text.matchAll(/import\s+([^;]*?)\s+from 'node:crypto'/g)].flatMap(([, list = '']) =>
        list.startsWith('{')
          ? list
              .replace(/[{}\s]/g, '')
              .split(',')
              .filter(Boolean)
          : [`${name}: ${list}`],
      ),
    );
    expect(taken.length).toBeGreaterThan(8);
    expect(taken.filter((name) => !ALLOWED.has(name.replace(/^type/, '')))).toEqual([]);
  });

  test('only ciphers and curves that it has are named', () => {
    const quoted = sources.flatMap(([, text]) => [...text.matchAll(/createPublicKey\(|Cipheriv\((.+?), /g)]);
    const algorithms = new Set(
      quoted.map(([, algorithm]) => algorithm?.trim()).filter((name) => name !== undefined),
    );
    // The name that aes.ts makes of a key's length: aes-128-cbc, aes-192-cbc and aes-256-cbc.
    expect([...algorithms].sort()).toEqual(["'des-ede3-cbc'", 'algorithm(key)']);
  });
});
