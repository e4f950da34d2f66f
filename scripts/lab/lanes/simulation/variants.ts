import { Custody, type Holding } from '../../../../src/domain/lanes/custody.ts';
import type { LaneFact } from '../../../../src/domain/lanes/lane-facts.ts';
import { type LaneNumber, laneOf } from '../../../../src/domain/lanes/tenure.ts';

/** The rules that the lanes of a schedule keep to: the sound ones, or ones that are broken on purpose. */
export interface Variant {
  readonly custody: (homeOf: (voter: string) => LaneNumber, lane: LaneNumber) => Custody;
  /** Milliseconds for which writes stay in a cache though they are called done; null: they don't. */
  readonly lazyDiskMs: number | null;
  /** The screen confirms when the write has been asked for. */
  readonly confirmsAtOnce: boolean;
}

export const SOUND: Variant = {
  custody: (homeOf) => new Custody(homeOf),
  lazyDiskMs: null,
  confirmsAtOnce: false,
};

/** A lane that was taken over goes on where it was when it comes back. */
class UnfencedCustody extends Custody {
  readonly #lane: LaneNumber;

  constructor(homeOf: (voter: string) => LaneNumber, lane: LaneNumber) {
    super(homeOf);
    this.#lane = lane;
  }

  override add(fact: LaneFact): void {
    if (fact.type === 'taken-over' && laneOf(fact.from) === this.#lane) return;
    super.add(fact);
  }
}

/** Every lane identifies whom it doesn't know to be identified, and of two records the later one counts. */
class EverybodysCustody extends Custody {
  readonly #lane: LaneNumber;

  constructor(homeOf: (voter: string) => LaneNumber, lane: LaneNumber) {
    super(homeOf);
    this.#lane = lane;
  }

  override holding(voter: string): Holding {
    const holder = this.tenure(this.#lane);
    return { ...super.holding(voter), holder, path: [holder], through: [] };
  }
}

export const NO_FENCING: Variant = {
  ...SOUND,
  custody: (homeOf, lane) => new UnfencedCustody(homeOf, lane),
};

export const LAST_WRITE_WINS: Variant = {
  ...SOUND,
  custody: (homeOf, lane) => new EverybodysCustody(homeOf, lane),
};

export const CONFIRMS_BEFORE_COMMIT: Variant = { ...SOUND, lazyDiskMs: 250, confirmsAtOnce: true };
