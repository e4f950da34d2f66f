import { createHash } from 'node:crypto';

/** What stands before the first capture: SHA-256 of nothing. */
export const FIRST_HASH = sha256(Buffer.alloc(0));

/**
 * The hash of a capture: SHA-256, in hexadecimal capitals, over the text of the hash before it and the text of the
 * record's own (Secure Biometric Interface 0.9.5, "hash").
 */
export function chainHash(previous: string, record: Uint8Array): string {
  return sha256(Buffer.from(previous + sha256(record)));
}

/** Services differ in the case of the digits that they hash. */
export function continuesChain(claimed: string, previous: string, record: Uint8Array): boolean {
  const inner = sha256(record);
  const accepted = [inner, inner.toLowerCase()].map((text) => sha256(Buffer.from(previous + text)));
  return accepted.includes(claimed.toUpperCase());
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').toUpperCase();
}
