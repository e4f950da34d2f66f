import { constants, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { encodeObjectIdentifier, OBJECT_IDENTIFIERS } from './object-identifiers.ts';
import { checkSignature } from './signature.ts';
import { concatBytes, encodeTlv } from './tlv.ts';

const MESSAGE = Buffer.from('signed');
const NULL = Uint8Array.of(5, 0);
const oid = (dotted: string): Uint8Array => encodeTlv(0x06, encodeObjectIdentifier(dotted));
const algorithm = (dotted: string, ...parameters: readonly Uint8Array[]): Uint8Array =>
  encodeTlv(0x30, oid(dotted), ...parameters);
const sha256 = algorithm('2.16.840.1.101.3.4.2.1', NULL);
const sha512 = algorithm('2.16.840.1.101.3.4.2.3', NULL);
const infoOf = (key: KeyObject): Uint8Array => key.export({ format: 'der', type: 'spki' });

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const elliptic = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });

/** RSASSA-PSS with one hash over the message, one in the mask, and a salt of so many bytes. */
const pss = (hash: Uint8Array, mask: Uint8Array, saltLength = 32): Uint8Array =>
  algorithm(
    OBJECT_IDENTIFIERS.rsaPss,
    encodeTlv(
      0x30,
      encodeTlv(0xa0, hash),
      encodeTlv(0xa1, algorithm(OBJECT_IDENTIFIERS.maskGeneration1, mask)),
      encodeTlv(
        0xa2,
        encodeTlv(0x02, saltLength < 0x80 ? Uint8Array.of(saltLength) : Uint8Array.of(0, saltLength)),
      ),
    ),
  );

describe('signatures', () => {
  const pkcs1 = sign('sha256', MESSAGE, rsa.privateKey);
  const probabilistic = sign('sha256', MESSAGE, {
    key: rsa.privateKey,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: 32,
  });

  test.each([
    ['RSA that names its hash', algorithm('1.2.840.113549.1.1.11', NULL), pkcs1, null],
    ['RSA that does not', algorithm(OBJECT_IDENTIFIERS.rsaEncryption, NULL), pkcs1, 'sha256'],
    ['RSA-PSS', pss(sha256, sha256), probabilistic, 'sha256'],
  ])('%s is verified, and refused for another message', (_, identifier, signature, digest) => {
    const key = infoOf(rsa.publicKey);
    expect(checkSignature(key, identifier, digest, MESSAGE, signature)).toBe('valid');
    expect(checkSignature(key, identifier, digest, Buffer.from('Signed'), signature)).toBe('invalid');
  });

  test('a key marked for PSS only is read all the same', () => {
    const marked = generateKeyPairSync('rsa-pss', { modulusLength: 1024 });
    const signature = sign('sha256', MESSAGE, { key: marked.privateKey, saltLength: 32 });
    expect(checkSignature(infoOf(marked.publicKey), pss(sha256, sha256), null, MESSAGE, signature)).toBe(
      'valid',
    );
  });

  test.each(['prime256v1', 'secp384r1', 'secp521r1'])('ECDSA on %s is verified', (curve) => {
    const { privateKey, publicKey } = elliptic(curve);
    const signature = sign('sha384', MESSAGE, privateKey);
    const identifier = algorithm('1.2.840.10045.4.3.3');
    expect(checkSignature(infoOf(publicKey), identifier, 'sha384', MESSAGE, signature)).toBe('valid');
    const altered = signature.map((byte, i) => (i === signature.length - 1 ? byte ^ 1 : byte));
    expect(checkSignature(infoOf(publicKey), identifier, 'sha384', MESSAGE, altered)).toBe('invalid');
    expect(checkSignature(infoOf(publicKey), identifier, 'sha256', MESSAGE, signature)).toBe('valid');
  });

  test.each([
    [0, 'sha1'],
    [20, 'sha256'],
    [64, 'sha256'],
    [190, 'sha512'],
  ])('RSA-PSS with a salt of %i bytes and %s is verified', (saltLength, hash) => {
    const padding = constants.RSA_PKCS1_PSS_PADDING;
    const signature = sign(hash, MESSAGE, { key: rsa.privateKey, padding, saltLength });
    const hashes: Readonly<Record<string, Uint8Array>> = { sha1: algorithm('1.3.14.3.2.26'), sha256, sha512 };
    const name = hashes[hash] ?? sha256;
    const key = infoOf(rsa.publicKey);
    const check = (salt: number) => checkSignature(key, pss(name, name, salt), null, MESSAGE, signature);
    expect(check(saltLength)).toBe('valid');
    expect(check(saltLength + 1)).toBe('invalid');
    for (let i = 0; i < signature.length; i += 17) {
      const altered = signature.map((byte, at) => (at === i ? byte ^ 1 : byte));
      expect(checkSignature(key, pss(name, name, saltLength), null, MESSAGE, altered)).toBe('invalid');
    }
  });

  test('RSA-PSS takes SHA-1 and 20 bytes of salt where nothing is said', () => {
    const padding = constants.RSA_PKCS1_PSS_PADDING;
    const signature = sign('sha1', MESSAGE, { key: rsa.privateKey, padding, saltLength: 20 });
    const silent = algorithm(OBJECT_IDENTIFIERS.rsaPss, encodeTlv(0x30));
    expect(checkSignature(infoOf(rsa.publicKey), silent, null, MESSAGE, signature)).toBe('valid');
  });

  test('another hash in the mask makes another signature', () => {
    const key = infoOf(rsa.publicKey);
    expect(checkSignature(key, pss(sha256, sha512), null, MESSAGE, probabilistic)).toBe('invalid');
  });

  test('curves that nobody knows are unsupported, not wrong', () => {
    const withCurve = (curve: Uint8Array): Uint8Array =>
      encodeTlv(
        0x30,
        algorithm(OBJECT_IDENTIFIERS.ecPublicKey, curve),
        encodeTlv(0x03, concatBytes(Uint8Array.of(0, 4), new Uint8Array(64))),
      );
    const ecdsa = algorithm('1.2.840.10045.4.3.2');
    // brainpoolP256t1 is one of the family that documents do not use.
    const twisted = withCurve(oid('1.3.36.3.3.2.8.1.1.8'));
    expect(checkSignature(twisted, ecdsa, null, MESSAGE, pkcs1)).toBe('unsupported');
    expect(checkSignature(withCurve(oid('1.2.3')), ecdsa, null, MESSAGE, pkcs1)).toBe('invalid');
    expect(checkSignature(withCurve(encodeTlv(0x30)), ecdsa, null, MESSAGE, pkcs1)).toBe('invalid');
  });

  test('an algorithm that nobody knows, or of another kind of key, is invalid', () => {
    const key = infoOf(rsa.publicKey);
    for (const identifier of [algorithm('1.2.3'), algorithm('1.2.840.10045.4.3.2'), Uint8Array.of(1, 2)]) {
      expect(checkSignature(key, identifier, null, MESSAGE, pkcs1)).toBe('invalid');
    }
    const ecKey = infoOf(elliptic('prime256v1').publicKey);
    expect(checkSignature(ecKey, algorithm('1.2.840.113549.1.1.11', NULL), null, MESSAGE, pkcs1)).toBe(
      'invalid',
    );
  });
});
