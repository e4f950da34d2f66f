import { createHash, createPublicKey, verify } from 'node:crypto';
import { readChildren, SEQUENCE } from './der.ts';
import { isSignature } from './elliptic-curve.ts';
import { type PublicKey, readNumber } from './public-key-info.ts';
import { concatBytes } from './tlv.ts';
import { bytesToNumber, numberToBytes } from './whole-numbers.ts';

export type CurveKey = Extract<PublicKey, { kind: 'ec' }>;

export interface EcdsaSignature {
  readonly r: bigint;
  readonly s: bigint;
}

/** Reads Ecdsa-Sig-Value (RFC 3279, 2.2.3). */
export function readDerSignature(bytes: Uint8Array): EcdsaSignature | null {
  const [r, s, ...more] = readChildren(bytes, SEQUENCE)?.map(readNumber) ?? [];
  return typeof r === 'bigint' && typeof s === 'bigint' && more.length === 0 ? { r, s } : null;
}

/** Two numbers of one length side by side (BSI TR-03111, 5.2.1). */
export function readPlainSignature(bytes: Uint8Array): EcdsaSignature | null {
  if (bytes.length === 0 || bytes.length % 2 !== 0) return null;
  const half = bytes.length / 2;
  return { r: bytesToNumber(bytes.subarray(0, half)), s: bytesToNumber(bytes.subarray(half)) };
}

/** Curves that both OpenSSL and BoringSSL compute, many times as fast, by their names in JSON Web Keys. */
const NATIVE_CURVES: Readonly<Record<string, string>> = {
  secp256r1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
};

/** ECDSA (BSI TR-03111, 4.2.1.2; SEC 1, 4.1.4). */
export function verifyEcdsa(
  key: CurveKey,
  hash: string,
  signed: Uint8Array,
  { r, s }: EcdsaSignature,
): boolean {
  const { curve, point } = key;
  if (r < 1n || r >= curve.n || s < 1n || s >= curve.n) return false;
  const native = NATIVE_CURVES[curve.name];
  if (native !== undefined) return verifyNatively(native, key, hash, signed, { r, s });
  return isSignature(curve, point, createHash(hash).update(signed).digest(), { r, s });
}

function verifyNatively(
  name: string,
  { curve, point }: CurveKey,
  hash: string,
  signed: Uint8Array,
  { r, s }: EcdsaSignature,
): boolean {
  const size = curve.fieldBytes;
  const coordinate = (value: bigint): string => Buffer.from(numberToBytes(value, size)).toString('base64url');
  const jwk = { kty: 'EC', crv: name, x: coordinate(point.x), y: coordinate(point.y) };
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  const signature = concatBytes(numberToBytes(r, size), numberToBytes(s, size));
  return verify(hash, signed, { key, dsaEncoding: 'ieee-p1363' }, signature);
}
