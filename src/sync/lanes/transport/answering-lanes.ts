import type { LaneNumber } from '../../../domain/lanes/tenure.ts';
import type { CancelTimer, Timer } from '../../../domain/timer.ts';

/** Whoever is on is dialled at least once a second (lane-network.ts); this many without an answer, and it may be off. */
const ANSWER_HOLDS_MS = 5_000;

/**
 * Lanes that have just shown on the network that they hold their key, and that are not connected all the same: of
 * another version of the program, or of another election. They are on, whatever people say.
 */
export class AnsweringLanes {
  readonly #timer: Timer;
  readonly #changed: () => void;
  readonly #until = new Map<LaneNumber, CancelTimer>();

  constructor(timer: Timer, changed: () => void) {
    this.#timer = timer;
    this.#changed = changed;
  }

  has(lane: LaneNumber): boolean {
    return this.#until.has(lane);
  }

  /** Its key was proven, at this moment. */
  answered(lane: LaneNumber): void {
    const isNew = !this.has(lane);
    this.#until.get(lane)?.();
    this.#until.set(
      lane,
      this.#timer.after(ANSWER_HOLDS_MS, () => {
        this.#until.delete(lane);
        this.#changed();
      }),
    );
    if (isNew) this.#changed();
  }

  /** It is connected, or another laptop stands there: how it fares is known otherwise. */
  settled(lane: LaneNumber): void {
    this.#until.get(lane)?.();
    this.#until.delete(lane);
  }

  stop(): void {
    for (const lane of [...this.#until.keys()]) this.settled(lane);
  }
}
