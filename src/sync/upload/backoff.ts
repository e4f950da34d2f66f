import { createHash } from 'node:crypto';

/** Waits between attempts grow from this, doubling. */
export const FIRST_WAIT_MS = 1000;
export const LONGEST_WAIT_MS = 60_000;
/** However the dice fall, a collector is never asked twice within this. */
export const SHORTEST_WAIT_MS = 100;
/** A `Retry-After` is believed up to this. */
export const LONGEST_RETRY_AFTER_MS = 30 * 60_000;

/** After an outage the stations of a country come back over this long. */
export const SLOT_WINDOW_MS = 120_000;

/**
 * A device's own place in the window after an outage: the same for the same outage, another one the next time, so
 * that nobody is always last (uniform, as SHA-256 is).
 */
export function slotMs(device: string, outage: number): number {
  const digest = createHash('sha256').update(`${device}/${outage}`).digest();
  return digest.readUInt32BE(0) % SLOT_WINDOW_MS;
}

/**
 * Exponential backoff with full jitter (M. Brooker, "Exponential backoff and jitter", AWS 2015): a uniform
 * choice between nothing and the grown wait spreads ten thousand laptops that lost the centre together.
 * @param failures In a row, from 1.
 * @param random In [0, 1).
 */
export function backoffMs(failures: number, random: () => number): number {
  const grown = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(failures - 1, 30));
  return Math.max(SHORTEST_WAIT_MS, random() * grown);
}

/**
 * As long as the collector said, who knows its backlog, and a little spread, so that those it sent away in one second
 * don't return in one moment. Where it said nothing, as after any failure.
 */
export function waitAfterBusyMs(retryAfterMs: number | null, failures: number, random: () => number): number {
  if (retryAfterMs === null) return backoffMs(failures, random);
  return Math.min(retryAfterMs, LONGEST_RETRY_AFTER_MS) + backoffMs(1, random);
}

/** Delay-seconds of RFC 9110 section 10.2.3; null for its date form, which would need the right time here. */
export function parseRetryAfter(header: string | null): number | null {
  return header !== null && /^\d{1,9}$/.test(header.trim()) ? Number(header) * 1000 : null;
}
