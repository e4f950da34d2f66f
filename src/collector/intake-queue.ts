/** Ranges in memory at once; more are asked to come back, so that a herd can't exhaust the machine. */
export const MOST_RANGES_AT_ONCE = 64;
export const LEAST_RETRY_AFTER_SECONDS = 1;
export const MOST_RETRY_AFTER_SECONDS = 600;

/** Those who were turned away are remembered this long: they are who comes back. */
const REMEMBERED_MS = 10_000;
/** Before anything is measured. */
const FIRST_MS_PER_RANGE = 20;
const SMOOTHING = 0.05;

/**
 * Who may send just now: so many ranges at once, and one of each device. Whoever may not is told when: after as long
 * as the backlog (what is under way, and all who were turned away lately) takes at the speed measured so far, so that
 * a herd spreads itself over the time that it needs.
 */
export class IntakeQueue {
  readonly #monotonicMs: () => number;
  readonly #underWay = new Set<string>();
  #turnedAway: { readonly sinceMs: number; readonly before: number; count: number };
  #msPerRange = FIRST_MS_PER_RANGE;
  #lastLeftMs: number | null = null;

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
    this.#turnedAway = { sinceMs: monotonicMs(), before: 0, count: 0 };
  }

  get underWay(): number {
    return this.#underWay.size;
  }

  /** True when the device may send; it has to `leave` then. */
  enter(device: string): boolean {
    if (this.#underWay.size >= MOST_RANGES_AT_ONCE || this.#underWay.has(device)) {
      this.#recent().count += 1;
      return false;
    }
    // After a pause the time since the last one says nothing about speed.
    if (this.#underWay.size === 0) this.#lastLeftMs = this.#monotonicMs();
    this.#underWay.add(device);
    return true;
  }

  leave(device: string): void {
    this.#underWay.delete(device);
    const now = this.#monotonicMs();
    if (this.#lastLeftMs !== null) {
      this.#msPerRange += SMOOTHING * (now - this.#lastLeftMs - this.#msPerRange);
    }
    this.#lastLeftMs = now;
  }

  /** Delay-seconds for `Retry-After` (RFC 9110 section 10.2.3). */
  retryAfterSeconds(): number {
    const { before, count } = this.#recent();
    const seconds = Math.ceil(((this.#underWay.size + before + count) * this.#msPerRange) / 1000);
    return Math.min(MOST_RETRY_AFTER_SECONDS, Math.max(LEAST_RETRY_AFTER_SECONDS, seconds));
  }

  /** Counts of this window and the one before; what is older has come back by now. */
  #recent(): { readonly before: number; count: number } {
    const now = this.#monotonicMs();
    const age = now - this.#turnedAway.sinceMs;
    if (age >= REMEMBERED_MS) {
      const before = age < 2 * REMEMBERED_MS ? this.#turnedAway.count : 0;
      this.#turnedAway = { sinceMs: now, before, count: 0 };
    }
    return this.#turnedAway;
  }
}
