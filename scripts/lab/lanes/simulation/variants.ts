import { Custody, type Holding } from '../../../../src/domain/lanes/custody.ts';
import type { LaneFact } from '../../../../src/domain/lanes/lane-facts.ts';
import { type LaneNumber, laneOf } from '../../../../src/domain/lanes/tenure.ts';
import { ok } from '../../../../src/domain/result.ts';
import type { Timer } from '../../../../src/domain/timer.ts';
import type { LaneNode } from '../../../../src/sync/lanes/lane-node.ts';
import type { SimulatedLog, SimulatedRange } from './simulated-disk.ts';

/** The rules that the lanes of a schedule keep to: the sound ones, or ones that are broken on purpose. */
export interface Variant {
  readonly custody: (homeOf: (voter: string) => LaneNumber, lane: LaneNumber) => Custody;
  /** Milliseconds for which writes stay in a cache though they are called done; null: they don't. */
  readonly lazyDiskMs: number | null;
  /** The same for what other lanes wrote. */
  readonly lazyCopiesMs: number | null;
  /** The screen confirms when the write has been asked for. */
  readonly confirmsAtOnce: boolean;
  /** Changes a program before it starts. */
  readonly breaks: (program: Program) => void;
}

/** One run of one lane's program. */
export interface Program {
  readonly node: LaneNode<SimulatedRange>;
  readonly log: SimulatedLog;
  readonly timer: Timer;
}

export const SOUND: Variant = {
  custody: (homeOf) => new Custody(homeOf),
  lazyDiskMs: null,
  lazyCopiesMs: null,
  confirmsAtOnce: false,
  breaks: () => {},
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

/** What a program reads at its start does not all count for it. */
class ForgetfulCustody extends Custody {
  readonly #forgets: (fact: LaneFact) => boolean;
  #started = false;

  constructor(homeOf: (voter: string) => LaneNumber, forgets: (fact: LaneFact) => boolean) {
    super(homeOf);
    this.#forgets = forgets;
  }

  override add(fact: LaneFact): void {
    if (this.#started || !this.#forgets(fact)) super.add(fact);
  }

  /** Everything that is on the disk is read before anybody asks. */
  override holding(voter: string): Holding {
    this.#started = true;
    return super.holding(voter);
  }
}

export const FENCE_FORGOTTEN_AT_START: Variant = {
  ...SOUND,
  custody: (homeOf, lane) =>
    new ForgetfulCustody(homeOf, (fact) => fact.type === 'taken-over' && laneOf(fact.from) === lane),
};

export const GRANT_FORGOTTEN_AT_START: Variant = {
  ...SOUND,
  custody: (homeOf, lane) =>
    new ForgetfulCustody(homeOf, (fact) => fact.type === 'right-given' && laneOf(fact.from) === lane),
};

/** Nobody is asked whether a disk is the newest. */
export const OWNS_UNPROVEN: Variant = {
  ...SOUND,
  breaks: ({ node }) => void Object.assign(node.standing, { name: () => 'owning' }),
};

/** A lane that was silent for two seconds is taken over, and nobody attests that it is switched off. */
export const TAKES_OVER_BY_ITSELF: Variant = {
  ...SOUND,
  breaks: ({ node, timer }) => {
    const linkDown = node.linkDown.bind(node);
    node.linkDown = (lane) => {
      linkDown(lane);
      timer.after(2_000, () => {
        if (!node.isUp(lane)) node.takeOver(lane, []);
      });
    };
  },
};

/** A disk that was put back goes on under the numbers of what it lost. */
export const NUMBERS_GIVEN_AGAIN: Variant = {
  ...SOUND,
  breaks: ({ log }) => {
    log.beginEpoch = () => ok();
  },
};

/** The second copy is said to be there while it is in a cache. */
export const STORED_TOO_EARLY: Variant = { ...SOUND, lazyCopiesMs: 1_000 };
