import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { assert } from '../domain/assert.ts';
import { err, ok, type Result } from '../domain/result.ts';
import { randomSalt } from './random-bytes.ts';

export const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_CHECK_BYTES = 16;

/** The record was sealed with another key or for another purpose, or a byte of it changed. */
export interface SealError {
  readonly code: 'cannot-open-sealed';
}

export function randomKey(): Uint8Array {
  return new Uint8Array(randomBytes(KEY_BYTES));
}

/**
 * HKDF-SHA-256 (RFC 5869). `info` names the purpose, so that one secret gives unrelated keys.
 * @returns 32 bytes, or `length` of them.
 */
export function deriveKey(options: {
  readonly secret: Uint8Array;
  readonly info: string;
  readonly salt?: Uint8Array;
  readonly length?: number;
}): Uint8Array {
  const { secret, info, salt = new Uint8Array(0), length = KEY_BYTES } = options;
  return new Uint8Array(hkdfSync('sha256', secret, salt, info, length));
}

/** 32 bytes; for thousands of records as a key object, which node:crypto reads once and not each time. */
export type SealingKey = Uint8Array | KeyObject;

/** For thousands of records: node:crypto takes longer over a key's bytes than over a record. */
export function sealingKey(key: Uint8Array): KeyObject {
  assert(key.length === KEY_BYTES, 'a sealing key has 32 bytes');
  return createSecretKey(key);
}

function keyLength(key: SealingKey): number | undefined {
  return key instanceof Uint8Array ? key.length : key.symmetricKeySize;
}

/**
 * Seals a small record with AES-256-GCM (NIST SP 800-38D) under a fresh random nonce.
 * @param associated Bound to the record without being in it, e.g. election id, voter id and modality of a template.
 * @returns 12 bytes of nonce, the ciphertext, 16 bytes of tag.
 */
export function sealRecord(key: SealingKey, plain: Uint8Array, associated: Uint8Array): Uint8Array {
  assert(keyLength(key) === KEY_BYTES, 'a sealing key has 32 bytes');
  const nonce = randomSalt(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(associated);
  const sealed = new Uint8Array(NONCE_BYTES + plain.length + TAG_BYTES);
  sealed.set(nonce);
  // A counter mode: everything is there after `update`, and `final` only makes the tag.
  sealed.set(cipher.update(plain), NONCE_BYTES);
  cipher.final();
  sealed.set(cipher.getAuthTag(), NONCE_BYTES + plain.length);
  return sealed;
}

/** Opens what `sealRecord` gave for the same key and associated data. The caller wipes the plain bytes. */
export function openRecord(
  key: SealingKey,
  sealed: Uint8Array,
  associated: Uint8Array,
): Result<Uint8Array, SealError> {
  assert(keyLength(key) === KEY_BYTES, 'a sealing key has 32 bytes');
  if (sealed.length < NONCE_BYTES + TAG_BYTES) return err({ code: 'cannot-open-sealed' });
  const nonce = sealed.subarray(0, NONCE_BYTES);
  const body = sealed.subarray(NONCE_BYTES, sealed.length - TAG_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(associated);
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  try {
    return ok(new Uint8Array(Buffer.concat([decipher.update(body), decipher.final()])));
  } catch {
    return err({ code: 'cannot-open-sealed' });
  }
}

/** Tells whether a key is the right one without giving anything of it away: kept beside what the key opens. */
export function keyCheckValue(key: Uint8Array): Uint8Array {
  return deriveKey({ secret: key, info: 'tizme key check v1', length: KEY_CHECK_BYTES });
}

export function isKeyOf(key: Uint8Array, checkValue: Uint8Array): boolean {
  const own = keyCheckValue(key);
  return own.length === checkValue.length && timingSafeEqual(own, checkValue);
}
