import { createHmac } from 'node:crypto';
import { deriveKey } from '../store/keys.ts';

const TOKEN_BYTES = 16;

/** The key of the table of other stations' voters, derived from the database's so that it lies nowhere else. */
export function elsewhereKey(databaseKey: Uint8Array): Uint8Array {
  return deriveKey({ secret: databaseKey, info: 'tizme register elsewhere v1' });
}

/**
 * HMAC-SHA-256 (RFC 2104) of personal number and document number together, cut to 128 bits: a personal number
 * alone can be guessed from a birth date, so it never opens an entry by itself.
 */
export function elsewhereToken(key: Uint8Array, personalNumber: string, documentNumber: string): Uint8Array {
  const digest = createHmac('sha256', key)
    .update(JSON.stringify([personalNumber, documentNumber]))
    .digest();
  return new Uint8Array(digest.subarray(0, TOKEN_BYTES));
}
