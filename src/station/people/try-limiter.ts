import type { Clock } from '../../store/clock.ts';

const FREE_TRIES = 3;
const FIRST_WAIT_SECONDS = 30;
const LONGEST_WAIT_SECONDS = 15 * 60;

/** Wrong tries of each person since their last right one; outlives the program. */
export interface TryRecord {
  read(): ReadonlyMap<string, number>;
  write(wrong: ReadonlyMap<string, number>): void;
}

/**
 * Slows down whoever guesses PINs: after three wrong ones a person waits 30 s, then twice as long each time.
 * Time is the monotonic clock's, so that setting the clock forward helps nobody; starting the program again
 * does not either, for a wait that was under way then begins once more.
 */
export class TryLimiter {
  readonly #clock: Clock;
  readonly #record: TryRecord;
  readonly #wrong = new Map<string, { readonly tries: number; readonly openAtMs: number }>();

  constructor(clock: Clock, record: TryRecord) {
    this.#clock = clock;
    this.#record = record;
    for (const [personId, tries] of record.read()) this.#wrong.set(personId, this.#after(tries));
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
    this.#record.write(new Map([...this.#wrong].map(([personId, { tries }]) => [personId, tries])));
  }
}
