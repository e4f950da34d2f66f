import type { LogHead } from '../lane-log.ts';
import type { StationRange } from './station-range.ts';

/** Two for each of two places where lanes commonly are, after a cut. */
const MOST_KEPT = 4;

/** Which range of the own log is meant: what follows `seq` on the way to a head, so many events at most. */
interface Asked {
  readonly head: LogHead;
  readonly seq: number;
  readonly most: number;
}

/**
 * The last few ranges of the own log that were read: each event goes to every other lane, and is read and opened once
 * for all of them. The same question has the same answer, for a head stands for everything before it; only erasing
 * takes something away.
 */
export class ServedRanges {
  readonly #kept = new Map<string, StationRange>();
  #erasures = 0;

  /** @param erasures How often parts of the log were erased so far: what was read before is dropped. */
  serve(asked: Asked, erasures: number, read: () => StationRange | null): StationRange | null {
    if (erasures !== this.#erasures) this.#kept.clear();
    this.#erasures = erasures;
    const name = `${asked.head.hash}/${asked.seq}/${asked.most}`;
    const range = this.#kept.get(name) ?? read();
    if (range === null) return null;
    // The one that was asked for last stands last.
    this.#kept.delete(name);
    this.#kept.set(name, range);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return range;
  }
}
