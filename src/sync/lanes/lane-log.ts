import type { FactOrigin, LaneFact } from '../../domain/lanes/lane-facts.ts';
import type { LaneNumber } from '../../domain/lanes/tenure.ts';
import type { Result } from '../../domain/result.ts';

/** The last event of one history of a lane's log. An epoch has one history, unless its disk was copied. */
export interface LogHead {
  readonly lane: LaneNumber;
  readonly epoch: number;
  readonly seq: number;
  /** Of the event, in hex; what the next event links to. */
  readonly hash: string;
}

/** Consecutive events of one history, with the signed head at their end. What else is in it only the log knows. */
export interface LogRange {
  readonly lane: LaneNumber;
  readonly epoch: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** Hash of the last event, in hex. */
  readonly lastHash: string;
}

export function headOf({ lane, epoch, lastSeq, lastHash }: LogRange): LogHead {
  return { lane, epoch, seq: lastSeq, hash: lastHash };
}

export interface KnownFact {
  readonly fact: LaneFact;
  readonly origin: FactOrigin;
}

export interface StoredRange {
  /** What the range told that was not here before. */
  readonly facts: readonly KnownFact[];
  /** Events that were not here before. */
  readonly fresh: number;
  /** It contradicts a history that is here: the same numbers, other events. Both are kept. */
  readonly forked: boolean;
  /** Written by a laptop that a spare has replaced since. */
  readonly former?: boolean;
}

export type StoreRangeError =
  /** Not what it should be: a broken link, a wrong hash or signature, another election. Nothing was stored. */
  | 'refused'
  /** Events before it are not here. */
  | 'gap'
  | 'disk-failed';

/**
 * All logs of a station as one lane has them: its own, and copies of the others'. What `append` and `store`
 * have returned is on the disk.
 */
export interface LaneLog<Range extends LogRange> {
  /** Every history here, this lane's own included. */
  heads(): readonly LogHead[];
  /** Whether this very event is here. */
  has(event: LogHead): boolean;
  /** Whether `earlier` lies on the way to `head`. */
  leadsTo(earlier: LogHead, head: LogHead): boolean;
  /** Events of the history that ends in `head` after `seq`, some hundreds at most; null when there are none. */
  rangeAfter(head: LogHead, seq: number): Range | null;
  /** Verifies and keeps events of another lane, or of this one where its disk had lost them. */
  store(range: Range): Result<StoredRange, StoreRangeError>;
  /** Adds to this lane's own log. */
  append(facts: readonly LaneFact[]): Result<readonly FactOrigin[], 'disk-failed'>;
  /** This lane's own last event; null before the first. */
  ownHead(): LogHead | null;
  /** Whether the event is in this lane's own log, as it is on its own disk. */
  isOwn(event: LogHead): boolean;
  /** Goes on in a new epoch, after every one that is known of this lane. */
  beginEpoch(): Result<void, 'disk-failed'>;
  /** Everything that was here when the program started, each log in its order. `own`: from this disk's own log. */
  facts(): Iterable<KnownFact & { readonly own: boolean }>;
}
