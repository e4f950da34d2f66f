import type { TakeOver } from '../../../../src/domain/lanes/lane-facts.ts';
import type { LaneNumber, Tenure } from '../../../../src/domain/lanes/tenure.ts';

/** What an identification leaned on, as far as two people had to do with it. */
export interface Authority {
  readonly overridden: boolean;
  /** A lane acted, though its own disk said that it had been taken over. */
  readonly fenced: boolean;
  /** Take-overs on the way of the right whose old lane had not acknowledged the fence, as far as was known here. */
  readonly unacknowledged: readonly TakeOver[];
  /** Every take-over on the way of the right. */
  readonly through: readonly TakeOver[];
  readonly path: readonly Tenure[];
  /** Nothing but two people's word showed that the log was the newest: of the lane that acted, or of one that gave. */
  readonly onTheirWord: boolean;
}

/** An identification as it really happened, whatever became of the disk that it was written to. */
export interface HappenedIdentification {
  readonly voter: string;
  readonly handover: string;
  readonly lane: LaneNumber;
  readonly hash: string;
  readonly atMs: number;
  readonly authority: Authority;
  confirmed: 'no' | 'copied' | 'alone';
}

/** Everything that happened in one schedule, seen from above: what the lanes know may be less. */
export class WorldHistory {
  readonly identifications: HappenedIdentification[] = [];
  /** Lanes of which a second machine wrote something that moves rights: what comes of it is counted apart. */
  readonly clonedLanes = new Set<LaneNumber>();
  /** Acts that only one disk had, under two people's decision, and that were lost with it. */
  readonly lostAlone = new Set<string>();
  /** Hashes of events that were written while two people had let a lane go on alone. */
  readonly writtenAlone = new Set<string>();
  /** What the giver of a right leaned on when it gave. */
  readonly gifts = new Map<string, Authority>();
  /** Hashes of identifications by hand-over, from the moment in which they were written. */
  readonly identifiedHashes = new Map<string, string>();
  /** Undos that a screen has confirmed. */
  readonly confirmedUndos: string[] = [];
  /** What a lane did and had no business to do, whatever came of it. */
  readonly overstepped: string[] = [];
  /** Confirmed identifications of a tenure that were not on the disk whose fence was acknowledged. */
  readonly acknowledgedWithout: { readonly lane: LaneNumber; readonly hash: string }[] = [];
  readonly counts: Record<string, number> = {};

  /** The event of an identification whose program was killed the moment it was written; null: it wasn't. */
  lastIdentifiedHash(handover: string): string | null {
    return this.identifiedHashes.get(handover) ?? null;
  }

  count(what: string): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
  }
}
