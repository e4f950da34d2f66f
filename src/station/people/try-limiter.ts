import type { Clock } from '../../store/clock.ts';

const FREE_TRIES = 3;
const FIRST_WAIT_SECONDS = 30;
const LONGEST_WAIT_SECONDS = 15 * 60;

/**
 * Slows down whoever guesses PINs: after three wrong ones a person waits 30 s, then twice as long each time.
 * Time is the monotonic clock's, so that setting the clock forward helps nobody.
 */
export class TryLimiter {
  readonly #clock: Clock;
  readonly #wrong = new Map<string, { tries: number; openAtMs: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Seconds that this person still has to wait; 0 when a try is free. */
  waitSeconds(personId: string): number {
    const openAtMs = this.#wrong.get(personId)?.openAtMs ?? 0;
    return Math.max(0, Math.ceil((openAtMs - this.#clock.monotonicMs()) / 1000));
  }

  wrong(personId: string): void {
    const tries = (this.#wrong.get(personId)?.tries ?? 0) + 1;
    const seconds = Math.min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2 ** (tries - FREE_TRIES));
    const openAtMs = tries < FREE_TRIES ? 0 : this.#clock.monotonicMs() + seconds * 1000;
    this.#wrong.set(personId, { tries, openAtMs });
  }

  right(personId: string): void {
    this.#wrong.delete(personId);
  }
}
