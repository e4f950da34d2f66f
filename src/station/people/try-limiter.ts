import type { Clock } from '../../store/clock.ts';

const FREE_TRIES = 3;
const FIRST_WAIT_SECONDS = 30;
const LONGEST_WAIT_SECONDS = 15 * 60;

/** One person's wrong tries since the last right one, and until when that person waits. */
export interface KeptTries {
  readonly tries: number;
  /** On the monotonic clock of that boot; null where nobody waits. */
  readonly wait: { readonly boot: string; readonly openAtMs: number } | null;
}

/** Wrong tries of each person; outlives the program. */
export interface TryRecord {
  read(): ReadonlyMap<string, KeptTries>;
  write(wrong: ReadonlyMap<string, KeptTries>): void;
}

/**
 * Slows down whoever guesses PINs: after three wrong ones a person waits 30 s, then twice as long each time.
 * Time is the monotonic clock's, so that setting the clock forward helps nobody. A wait goes on where the program is
 * started again. Where the laptop is, no clock says how long it was off, and the wait begins once more.
 */
export class TryLimiter {
  readonly #clock: Clock;
  readonly #record: TryRecord;
  readonly #wrong = new Map<string, { readonly tries: number; readonly openAtMs: number }>();

  constructor(clock: Clock, record: TryRecord) {
    this.#clock = clock;
    this.#record = record;
    for (const [personId, { tries, wait }] of record.read()) {
      const anew = this.#after(tries);
      const goesOn = wait !== null && wait.boot === clock.bootId;
      // Never longer than a fresh one, whatever the file says.
      const openAtMs = goesOn ? Math.min(wait.openAtMs, anew.openAtMs) : anew.openAtMs;
      this.#wrong.set(personId, { tries, openAtMs });
    }
  }

  /** Seconds that this person still has to wait; 0 when a try is free. */
  waitSeconds(personId: string): number {
    const openAtMs = this.#wrong.get(personId)?.openAtMs ?? 0;
    return Math.max(0, Math.ceil((openAtMs - this.#clock.monotonicMs()) / 1000));
  }

  wrong(personId: string): void {
    this.#wrong.set(personId, this.#after((this.#wrong.get(personId)?.tries ?? 0) + 1));
    this.#keep();
  }

  right(personId: string): void {
    if (this.#wrong.delete(personId)) this.#keep();
  }

  #after(tries: number): { readonly tries: number; readonly openAtMs: number } {
    if (tries < FREE_TRIES) return { tries, openAtMs: 0 };
    const seconds = Math.min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2 ** (tries - FREE_TRIES));
    return { tries, openAtMs: this.#clock.monotonicMs() + seconds * 1000 };
  }

  #keep(): void {
    const { bootId: boot } = this.#clock;
    this.#record.write(
      new Map(
        [...this.#wrong].map(([personId, { tries, openAtMs }]) => [
          personId,
          { tries, wait: openAtMs === 0 ? null : { boot, openAtMs } },
        ]),
      ),
    );
  }
}
