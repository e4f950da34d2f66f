import { createHmac } from 'node:crypto';
import { deriveKey } from '../../store/keys.ts';

/**
 * A sealed record of a visitor is opened by two halves together. One is made from both numbers of a document under
 * a key that only unlocked stations have; the other from the record's place under a key that only the centre has. So
 * the centre serves what it can't read, and a stolen laptop can't try document numbers on a stolen file: it has to
 * ask the centre for each, which counts and keeps record.
 */
export const LOCATOR_BYTES = 16;
const HALF_BYTES = 32;

/** Where the record of the holder of a document lies, and the station's half of its key. */
export interface VisitorReference {
  readonly locator: Uint8Array;
  readonly half: Uint8Array;
}

/** What every unlocked station has: derived from the key of the national index, which comes with the register. */
export function visitorKeyOf(indexKey: Uint8Array): Uint8Array {
  return deriveKey({ secret: indexKey, info: 'tizme visitor records v1' });
}

/** HMAC-SHA-512 (RFC 2104) over both numbers: 16 bytes of place, and 32 bytes that are the station's half. */
export function visitorReference(
  visitorKey: Uint8Array,
  personalNumber: string,
  documentNumber: string,
): VisitorReference {
  const digest = createHmac('sha512', visitorKey).update(`${personalNumber} ${documentNumber}`).digest();
  return {
    locator: new Uint8Array(digest.subarray(0, LOCATOR_BYTES)),
    half: new Uint8Array(digest.subarray(digest.length - HALF_BYTES)),
  };
}

/** The centre's half of one record's key. */
export function releaseOf(releaseKey: Uint8Array, locator: Uint8Array): Uint8Array {
  return labelled(releaseKey, 'tizme visitor release v1', locator);
}

/** What the participation token beside a record is sealed under: for the centre alone, to settle claims. */
export function tokenKeyOf(releaseKey: Uint8Array, locator: Uint8Array): Uint8Array {
  return labelled(releaseKey, 'tizme visitor token v1', locator);
}

export function recordKeyOf(half: Uint8Array, release: Uint8Array): Uint8Array {
  return deriveKey({ secret: Buffer.concat([half, release]), info: 'tizme visitor record v1' });
}

function labelled(key: Uint8Array, label: string, bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHmac('sha256', key).update(label).update(bytes).digest());
}
