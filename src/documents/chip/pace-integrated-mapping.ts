import type { SessionCipher } from './session-cipher.ts';
import { concatBytes } from './tlv.ts';
import { bytesToNumber } from './whole-numbers.ts';

/** The constants of the pseudo-random function (ICAO 9303-11, 4.4.3.3.2), for nonces of 128 and 256 bits. */
const SHORT = { c0: 'a668892a7c41e3ca739f40b057d85904', c1: 'a4e136ac725f738b01c1f60217c188ad' };
const LONG = {
  c0: 'd463d65234124ef7897054986dca0a174e28df758cbaa03f240616414d5a1676',
  c1: '54bd7255f0aaf831bec3423fcf39d69b6cbf066677d0faae5aadd99df8e53517',
};

/**
 * The pseudo-random function R(s, t) of integrated mapping: a chain of CBC encryptions, 64 bits longer than the prime.
 * `nonce` is the chip's, `terminalNonce` the terminal's, of a key's length.
 */
export function pseudoRandom(
  cipher: SessionCipher,
  nonce: Uint8Array,
  terminalNonce: Uint8Array,
  prime: bigint,
): Uint8Array {
  const constants = cipher.keyBytes > 16 ? LONG : SHORT;
  const [c0, c1] = [Buffer.from(constants.c0, 'hex'), Buffer.from(constants.c1, 'hex')];
  const vector = new Uint8Array(cipher.blockBytes);
  const needed = prime.toString(2).length + 64;
  const parts: Uint8Array[] = [];
  let key = cipher.encrypt(terminalNonce, vector, nonce).subarray(0, cipher.keyBytes);
  for (let bits = 0; bits < needed; bits += 8 * c1.length) {
    parts.push(cipher.encrypt(key, vector, c1));
    key = cipher.encrypt(key, vector, c0).subarray(0, cipher.keyBytes);
  }
  return concatBytes(...parts);
}

/** The same, as a number of the field. */
export function pseudoRandomNumber(
  cipher: SessionCipher,
  nonce: Uint8Array,
  terminalNonce: Uint8Array,
  prime: bigint,
): bigint {
  return bytesToNumber(pseudoRandom(cipher, nonce, terminalNonce, prime)) % prime;
}
