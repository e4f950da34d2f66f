import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { connectionBinding } from './pairing-code.ts';
import type { SpareKeys } from './spare-messages.ts';

/**
 * Six digits that a table and a spare show, for people to compare who stand at both. The spare binds itself to its number
 * before it sees the table's (as in ZRTP, RFC 6189, 4.4.1.1), and both belong to this very TLS connection (RFC 9266): who
 * stands between has two connections and one guess in a million, each time in front of people who look.
 */
const DIGITS = 6;
export const NONCE_BYTES = 32;

export function drawNonce(): Uint8Array {
  return new Uint8Array(randomBytes(NONCE_BYTES));
}

/** 32 bytes, sent before the number itself. */
export function commitmentTo(nonce: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update('tizme spare commitment v1 ').update(nonce).digest());
}

export function isCommitted(commitment: Uint8Array, nonce: Uint8Array): boolean {
  return timingSafeEqual(commitment, commitmentTo(nonce));
}

/** What both screens show, where both numbers, the connection and the spare's keys are the same at both ends. */
export function comparedDigits(
  socket: TLSSocket,
  {
    spare,
    table,
    keys,
  }: { readonly spare: Uint8Array; readonly table: Uint8Array; readonly keys: SpareKeys },
): string {
  const { device, ledgerKey, codeKey, certificate } = keys;
  const digest = createHmac('sha256', Buffer.concat([spare, table]))
    .update('tizme spare comparison v1 ')
    .update(connectionBinding(socket))
    .update(JSON.stringify([device, ledgerKey, codeKey, certificate]))
    .digest();
  return String(digest.readUIntBE(0, 6) % 10 ** DIGITS).padStart(DIGITS, '0');
}
