import { createHmac, timingSafeEqual } from 'node:crypto';

/** Of a challenge: a station that asks every minute signs a new one now and then. By the collector's clock alone. */
export const CHALLENGE_LIVES_MS = 10 * 60_000;
const CHALLENGE = /^(\d{1,15})\.([\w-]{43})$/;

/**
 * What devices sign to show who they are. Nothing is remembered: when a challenge ends stands in it, with an HMAC-SHA-256
 * over that and the device, so that any collector with the same key knows it.
 */
export class Challenges {
  readonly #key: Uint8Array;
  readonly #nowWallMs: () => number;

  /** @param key 32 bytes. */
  constructor(key: Uint8Array, nowWallMs: () => number) {
    this.#key = key;
    this.#nowWallMs = nowWallMs;
  }

  draw(device: string): string {
    const ends = String(Math.floor(this.#nowWallMs()) + CHALLENGE_LIVES_MS);
    return `${ends}.${this.#codeOf(device, ends).toString('base64url')}`;
  }

  /** Whether it was drawn for this device and has not ended. */
  isLive(device: string, challenge: string): boolean {
    const [, ends, code] = CHALLENGE.exec(challenge) ?? [];
    if (ends === undefined || code === undefined || Number(ends) < this.#nowWallMs()) return false;
    return timingSafeEqual(Buffer.from(code, 'base64url'), this.#codeOf(device, ends));
  }

  #codeOf(device: string, ends: string): Buffer {
    return createHmac('sha256', this.#key).update(`${ends}\n${device}`).digest();
  }
}
