import { createHmac, timingSafeEqual } from 'node:crypto';
import { err, ok, type Result } from '../domain/result.ts';

/**
 * The code on a receipt: `T1.<station>.<lane>.<number>.<check>`. The check is 8 characters of an HMAC-SHA-256
 * under a key of this station, so that a receipt written by hand, or one of another station, is refused at
 * the issuing table. It names no voter, and the receipt stays with the commission.
 */
const VERSION = 'T1';
const CHECK_CHARACTERS = 8;
const SHAPE = /^T1\.(\d{1,6})\.(\d{1,3})\.(\d{1,3}-\d{1,7})\.([a-z0-9]{8})$/;

/** A receipt's number as a person types it: `1-0042`, of a spare `1-10042`. */
export const TYPED_RECEIPT_NUMBER = /^\d{1,3}-\d{1,7}$/;

/** Unique in the station: a laptop counts its own, a spare in numbers of its own (spare-receipts.ts). */
export function receiptNumber(lane: number, sequence: number): string {
  return `${lane}-${String(sequence).padStart(4, '0')}`;
}

/** The number within its table, `42` of `1-0042`; 0 where there is none. */
export function sequenceOf(number: string | null): number {
  return number === null ? 0 : Number(number.slice(number.indexOf('-') + 1));
}

export function receiptCode(key: Uint8Array, stationNumber: number, lane: number, number: string): string {
  const body = `${VERSION}.${stationNumber}.${lane}.${number}`;
  return `${body}.${check(key, body)}`;
}

/** The receipt's number from what a scanner read, or why this paper is not ours. */
export function readReceiptCode(
  key: Uint8Array,
  stationNumber: number,
  text: string,
): Result<string, 'receipt-not-found' | 'receipt-of-other-station'> {
  const match = SHAPE.exec(text.trim());
  const [, station, , number, given] = match ?? [];
  if (match === null || number === undefined || given === undefined) return err('receipt-not-found');
  if (Number(station) !== stationNumber) return err('receipt-of-other-station');
  const body = text.trim().slice(0, -(CHECK_CHARACTERS + 1));
  const expected = Buffer.from(check(key, body));
  return timingSafeEqual(expected, Buffer.from(given)) ? ok(number) : err('receipt-not-found');
}

function check(key: Uint8Array, body: string): string {
  const digest = createHmac('sha256', key).update(body).digest();
  return BigInt(`0x${digest.toString('hex')}`)
    .toString(36)
    .slice(-CHECK_CHARACTERS)
    .padStart(CHECK_CHARACTERS, '0');
}
