import { createHash } from 'node:crypto';
import { sameBytes } from './der.ts';
import type { PublicKey } from './public-key-info.ts';
import { concatBytes } from './tlv.ts';
import { bytesToNumber, numberToBytes, power } from './whole-numbers.ts';

export type RsaKey = Extract<PublicKey, { kind: 'rsa' }>;

/**
 * The public operation (RFC 8017, 5.2.2), and from it the signature schemes: libraries refuse long exponents, other
 * hashes in the mask than over the message, and what ISO/IEC 9796-2 makes, all of which documents have.
 */
export function applyPublicKey({ modulus, exponent }: RsaKey, signature: Uint8Array): Uint8Array | null {
  const value = bytesToNumber(signature);
  const length = modulusBytes(modulus);
  if (signature.length > length || value >= modulus) return null;
  return numberToBytes(power(value, exponent, modulus), length);
}

export function modulusBytes(modulus: bigint): number {
  return Math.ceil(modulus.toString(16).length / 2);
}

/** DigestInfo up to the digest (RFC 8017, 9.2, note 1). */
const DIGEST_INFOS: Readonly<Record<string, string>> = {
  sha1: '3021300906052b0e03021a05000414',
  sha224: '302d300d06096086480165030402040500041c',
  sha256: '3031300d060960864801650304020105000420',
  sha384: '3041300d060960864801650304020205000430',
  sha512: '3051300d060960864801650304020305000440',
};

/** RSASSA-PKCS1-v1_5 (RFC 8017, 8.2.2): the one encoding that the digest has. */
export function verifyPkcs1(key: RsaKey, hash: string, signed: Uint8Array, signature: Uint8Array): boolean {
  const length = modulusBytes(key.modulus);
  const encoded = signature.length === length ? applyPublicKey(key, signature) : null;
  const digest = createHash(hash).update(signed).digest();
  const info = concatBytes(Buffer.from(DIGEST_INFOS[hash] ?? '', 'hex'), digest);
  const padding = length - info.length - 3;
  if (encoded === null || padding < 8) return false;
  const expected = concatBytes(
    Uint8Array.of(0, 1),
    new Uint8Array(padding).fill(0xff),
    Uint8Array.of(0),
    info,
  );
  return sameBytes(encoded, expected);
}

export interface PssParameters {
  readonly hash: string;
  readonly maskHash: string;
  readonly saltLength: number;
}

/** RSASSA-PSS (RFC 8017, 8.1.2 and 9.1.2), with any salt that fits and another hash in the mask. */
export function verifyPss(
  key: RsaKey,
  { hash, maskHash, saltLength }: PssParameters,
  signed: Uint8Array,
  signature: Uint8Array,
): boolean {
  const bits = key.modulus.toString(2).length - 1;
  const whole = signature.length === modulusBytes(key.modulus) ? applyPublicKey(key, signature) : null;
  if (whole === null) return false;
  const length = Math.ceil(bits / 8);
  const encoded = whole.subarray(whole.length - length);
  if (whole.length > length && whole[0] !== 0) return false;
  const digest = createHash(hash).update(signed).digest();
  const maskedLength = length - digest.length - 1;
  if (maskedLength < saltLength + 1 || encoded.at(-1) !== 0xbc) return false;
  const seed = encoded.subarray(maskedLength, length - 1);
  const unused = 8 * length - bits;
  if ((encoded[0] ?? 0) >> (8 - unused) !== 0) return false;
  const mask = generateMask(maskHash, seed, maskedLength);
  const block = encoded.slice(0, maskedLength).map((byte, i) => byte ^ (mask[i] ?? 0));
  block[0] = (block[0] ?? 0) & (0xff >> unused);
  const saltAt = maskedLength - saltLength;
  if (block.subarray(0, saltAt - 1).some((byte) => byte !== 0) || block[saltAt - 1] !== 1) return false;
  const again = createHash(hash).update(new Uint8Array(8)).update(digest).update(block.subarray(saltAt));
  return sameBytes(again.digest(), seed);
}

/** MGF1 (RFC 8017, B.2.1). */
function generateMask(hash: string, seed: Uint8Array, length: number): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let made = 0, counter = 0; made < length; counter++) {
    const part = createHash(hash)
      .update(seed)
      .update(numberToBytes(BigInt(counter), 4))
      .digest();
    parts.push(part);
    made += part.length;
  }
  return concatBytes(...parts).subarray(0, length);
}
