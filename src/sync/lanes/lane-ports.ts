import type { Custody } from '../../domain/lanes/custody.ts';
import type { RightMoved } from '../../domain/lanes/lane-facts.ts';
import type { LaneNumber } from '../../domain/lanes/tenure.ts';
import type { Timer } from '../../domain/timer.ts';
import type { LaneLog, LogHead, LogRange } from './lane-log.ts';
import type { LaneMessage } from './lane-message.ts';

/** The connections to the other lanes, of which there is at most one each. */
export interface LaneLinks<Range extends LogRange> {
  /** Lost without a word when the connection is gone. */
  send(lane: LaneNumber, message: LaneMessage<Range>): void;
  /** Ends the connection; `linkDown` follows. */
  drop(lane: LaneNumber): void;
  /** Whether a lane that is not connected shows all the same that it is on. */
  answers(lane: LaneNumber): boolean;
}

/** A second medium at this laptop that keeps its own log, act by act (a stick that stays in). */
export interface WitnessMedium<Range extends LogRange> {
  /** The last event on it; null for a blank one, or one that can't be read. */
  end(): LogHead | null;
  /** Calls `done` with true once it is on the medium, at once or later. Asked for one range at a time. */
  keep(range: Range, done: (kept: boolean) => void): void;
  /** What is on it and is not known, oldest first; null when it can't be read. */
  missing(isKnown: (head: LogHead) => boolean): readonly Range[] | null;
}

/** One-time codes that two lanes can compute and nobody else. */
export interface GrantCodes {
  /** Decimal digits that stand for this very grant between this lane and `other`. */
  code(other: LaneNumber, move: RightMoved): string;
}

export interface LanePorts<Range extends LogRange> {
  readonly lane: LaneNumber;
  /** Every lane of the station. */
  readonly lanes: readonly LaneNumber[];
  readonly log: LaneLog<Range>;
  readonly links: LaneLinks<Range>;
  readonly custody: Custody;
  readonly codes: GrantCodes;
  /** Null where the lane was provisioned without one. */
  readonly witness: WitnessMedium<Range> | null;
  readonly timer: Timer;
  /** In [0, 1). */
  readonly random: () => number;
  /** Names this start of the program; no two starts share it. */
  readonly start: string;
  /** Something that a screen shows has changed. */
  readonly changed: () => void;
}
