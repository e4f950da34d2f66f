import { createCipheriv, createDecipheriv } from 'node:crypto';
import { concatBytes } from './tlv.ts';

/** AES as PACE and chip authentication use it (ICAO 9303-11, 9.7 and 9.8): CBC without padding, and CMAC. */
export const AES_BLOCK = 16;
const ZERO_BLOCK = new Uint8Array(AES_BLOCK);

/** Whole blocks; the key's length, 16, 24 or 32 bytes, says which AES. */
export function encryptAes(key: Uint8Array, vector: Uint8Array, blocks: Uint8Array): Uint8Array<ArrayBuffer> {
  const cipher = createCipheriv(algorithm(key), key, vector).setAutoPadding(false);
  return concatBytes(cipher.update(blocks), cipher.final());
}

export function decryptAes(key: Uint8Array, vector: Uint8Array, blocks: Uint8Array): Uint8Array<ArrayBuffer> {
  const decipher = createDecipheriv(algorithm(key), key, vector).setAutoPadding(false);
  return concatBytes(decipher.update(blocks), decipher.final());
}

/** CMAC (RFC 4493; NIST SP 800-38B), cut to the 8 bytes that secure messaging uses. */
export function cipherBasedCode(key: Uint8Array, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const subkey = doubleBlock(encryptAes(key, ZERO_BLOCK, ZERO_BLOCK));
  const whole = data.length > 0 && data.length % AES_BLOCK === 0;
  const blocks = new Uint8Array(whole ? data.length : (Math.floor(data.length / AES_BLOCK) + 1) * AES_BLOCK);
  blocks.set(data);
  if (!whole) blocks[data.length] = 0x80;
  const mask = whole ? subkey : doubleBlock(subkey);
  const lastAt = blocks.length - AES_BLOCK;
  for (let i = 0; i < AES_BLOCK; i++) blocks[lastAt + i] = (blocks[lastAt + i] ?? 0) ^ (mask[i] ?? 0);
  return encryptAes(key, ZERO_BLOCK, blocks).slice(lastAt, lastAt + 8);
}

/** Multiplication by x in GF(2^128), RFC 4493, 2.3. */
function doubleBlock(block: Uint8Array): Uint8Array {
  const carry = (block[0] ?? 0) >> 7;
  const doubled = block.map((byte, i) => ((byte << 1) | ((block[i + 1] ?? 0) >> 7)) & 0xff);
  doubled[AES_BLOCK - 1] = (doubled[AES_BLOCK - 1] ?? 0) ^ (carry === 1 ? 0x87 : 0);
  return doubled;
}

function algorithm(key: Uint8Array): string {
  return `aes-${key.length * 8}-cbc`;
}
