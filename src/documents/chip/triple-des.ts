import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import { assert } from '../../domain/assert.ts';
import { concatBytes } from './tlv.ts';

/**
 * Two-key triple DES as Basic Access Control and the older suites of PACE use it (ICAO 9303-11, 9.7 and 9.8). Only
 * des-ede3-cbc is used, which BoringSSL has too; single DES is triple DES with the same key three times.
 */
export const DES_BLOCK = 8;
const ZERO_BLOCK = new Uint8Array(DES_BLOCK);

/** Two keys of 16 bytes: one to encrypt, one for message authentication codes. */
export interface KeyPair {
  readonly encryption: Uint8Array;
  readonly authentication: Uint8Array;
}

/** Derives both keys from a 16-byte seed (9303-11, 9.7.1: counters 1 and 2, SHA-1, parity adjusted). */
export function deriveKeys(seed: Uint8Array): KeyPair {
  return { encryption: deriveTripleDesKey(seed, 1), authentication: deriveTripleDesKey(seed, 2) };
}

/** Whole blocks only, no padding. */
export function encryptBlocks(key: Uint8Array, blocks: Uint8Array, vector = ZERO_BLOCK): Uint8Array {
  const cipher = createCipheriv('des-ede3-cbc', threeKeys(key), vector).setAutoPadding(false);
  return concatBytes(cipher.update(blocks), cipher.final());
}

export function decryptBlocks(key: Uint8Array, blocks: Uint8Array, vector = ZERO_BLOCK): Uint8Array {
  const decipher = createDecipheriv('des-ede3-cbc', threeKeys(key), vector).setAutoPadding(false);
  return concatBytes(decipher.update(blocks), decipher.final());
}

/** Retail MAC: ISO/IEC 9797-1 algorithm 3 over data padded by method 2; 8 bytes. */
export function messageAuthenticationCode(key: Uint8Array, data: Uint8Array): Uint8Array {
  return retailCode(key, padBlocks(data));
}

/** The same over data that is whole blocks already. */
export function retailCode(key: Uint8Array, padded: Uint8Array): Uint8Array {
  const lastAt = padded.length - DES_BLOCK;
  const first = key.subarray(0, DES_BLOCK);
  const chain = createCipheriv('des-ede3-cbc', concatBytes(first, first, first), ZERO_BLOCK).setAutoPadding(
    false,
  );
  const chained = chain.update(padded.subarray(0, lastAt));
  const vector = lastAt === 0 ? ZERO_BLOCK : chained.subarray(lastAt - DES_BLOCK);
  // The last block goes through single DES, then decryption and encryption: that is two-key triple DES.
  const last = createCipheriv('des-ede3-cbc', threeKeys(key), vector).setAutoPadding(false);
  return Uint8Array.from(last.update(padded.subarray(lastAt)));
}

/** Padding method 2 (ISO/IEC 9797-1): 80, then zeros up to whole blocks. */
export function padBlocks(data: Uint8Array, block = DES_BLOCK): Uint8Array {
  const padded = new Uint8Array((Math.floor(data.length / block) + 1) * block);
  padded.set(data);
  padded[data.length] = 0x80;
  return padded;
}

/** Takes padding method 2 off; null where there is none. */
export function unpadBlocks(padded: Uint8Array): Uint8Array | null {
  const end = padded.findLastIndex((byte) => byte !== 0);
  return end >= 0 && padded[end] === 0x80 ? padded.subarray(0, end) : null;
}

/** One key of 16 bytes: counter 1 to encrypt, 2 for codes, 3 from a password. */
export function deriveTripleDesKey(seed: Uint8Array, counter: number): Uint8Array {
  const digest = createHash('sha1')
    .update(seed)
    .update(Uint8Array.of(0, 0, 0, counter))
    .digest();
  return Uint8Array.from(digest.subarray(0, 16), withOddParity);
}

function withOddParity(byte: number): number {
  let ones = 0;
  for (let bits = byte >> 1; bits > 0; bits >>= 1) ones += bits & 1;
  return (byte & 0xfe) | (ones % 2 === 0 ? 1 : 0);
}

function threeKeys(key: Uint8Array): Uint8Array {
  assert(key.length === 16, 'a two-key triple DES key has 16 bytes');
  return concatBytes(key, key.subarray(0, DES_BLOCK));
}
