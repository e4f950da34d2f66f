import { mod, invert as modularInverse, pow } from '@noble/curves/abstract/modular.js';

export { mod };

/** Whole numbers in the bytes of standards: big-endian, without a sign. */
export function bytesToNumber(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}

/** Filled up with zeros in front; of too large a number the low bytes. */
export function numberToBytes(value: bigint, length: number): Uint8Array<ArrayBuffer> {
  const hex = value.toString(16).padStart(2 * length, '0');
  return Uint8Array.from(Buffer.from(hex.slice(hex.length - 2 * length), 'hex'));
}

/** Modular power; the exponent is not negative, the modulus above 1. */
export function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  return pow(mod(base, modulus), exponent, modulus);
}

/** The inverse modulo a prime; 0 for 0, as encodings to curves want it (RFC 9380, 4). */
export function invert(value: bigint, prime: bigint): bigint {
  const rest = mod(value, prime);
  return rest === 0n ? 0n : modularInverse(rest, prime);
}
