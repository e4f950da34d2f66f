import type { LaneNumber } from '../../domain/lanes/tenure.ts';
import { err, type Result } from '../../domain/result.ts';
import type { Refusal } from '../../sync/lanes/lane-message.ts';
import type { ClaimOutcome } from '../../sync/lanes/rights.ts';
import type { RosterLane } from '../../sync/lanes/transport/lane-roster.ts';
import type { SpareDoor, SpareDoorOptions } from '../../sync/spares/spare-door.ts';
import type { StationError } from '../api/errors.ts';
import type { LanesView } from '../api/lanes-view.ts';
import type { ChangesOfLane } from '../custody/list-keeper.ts';
import type { VisitElsewhere } from './other-tables.ts';
import type { TableOfStation } from './tables-of-station.ts';

/** The matter that is open about a line of the paper form, and the other record that it names. */
export interface ContradictedLine {
  readonly name: string;
  readonly doubleOf: 'identification' | 'paper-line';
  readonly doubleRef: string;
}

/** What a door for a spare needs beyond what the lanes know. */
export type LaneDoorOptions = Omit<SpareDoorOptions, 'certificate' | 'version' | 'listen'>;

/** What the desk and the chair need of the other lanes of the station. */
export interface StationLanes {
  /** The voter is at this desk: `done` says, soon, whether this lane may identify. */
  claim(voterId: string, done: (outcome: ClaimOutcome) => void): void;
  release(voterId: string): void;
  /** Asked once more in the moment of the decision; null: identify. */
  refusalNow(voterId: string): Refusal | null;
  /** Calls `done` once what was recorded so far may be confirmed. */
  whenCopied(done: () => void): void;
  /** By two people, for a voter whom another lane owns. */
  override(voterId: string, people: readonly string[]): Result<undefined, StationError>;
  takeByCode(voterId: string, giver: LaneNumber, code: string): Result<undefined, StationError>;
  /** The code that this lane's operator reads to another table. */
  giveByCode(voterId: string, taker: LaneNumber): Promise<Result<string, StationError>>;
  takeOver(lane: LaneNumber, people: readonly string[]): Result<undefined, StationError>;
  /**
   * Two people let this lane own though nothing shows that its log is the newest.
   * @param lastReceipt The highest number of this laptop's receipts that is on paper, 0 for none
   */
  resume(people: readonly string[], lastReceipt: number): Result<undefined, StationError>;
  /** The same two who open the station answer for a lane that can't hear the others yet. */
  opened(people: readonly string[]): void;
  goAlone(people: readonly string[]): Result<undefined, StationError>;
  settle(matter: string, people: readonly string[]): Result<undefined, StationError>;
  /** Where another table is, as its screen shows it: typed, or scanned. Waits a little for it to answer. */
  connect(address: string): Promise<Result<undefined, StationError>>;
  /** The code of another table's screen was read by whatever reads codes here: connects, and `view` says what came of it. */
  scan(code: string): void;
  /** A rehearsal pulls this laptop's network cable out, or puts it back. */
  setPlugged(plugged: boolean): Result<undefined, StationError>;
  /** Has the lanes that are there countersign the newest checkpoint; resolves when they have, or after a moment. */
  countersign(): Promise<void>;
  /** Who was identified at any of the other tables, or entered there from paper, and where each of those tables' receipts ended. */
  elsewhere(): {
    readonly voterIds: readonly string[];
    /** The own one, too: of a laptop that stood here before this one. */
    readonly lanes: readonly { readonly lane: LaneNumber; readonly lastReceipt: string | null }[];
  };
  /** The identification of a voter at another table; null where there is none. */
  visitElsewhere(voterId: string): VisitElsewhere | null;
  /** Records of a voter at the other tables, on paper too, that count. */
  countedElsewhere(voterId: string): number;
  /** The line of paper mode that another table entered for a voter. */
  paperLineElsewhere(voterId: string): { readonly lane: LaneNumber; readonly line: number } | null;
  /** Every record of a voter at any table that there ever was, on paper too; null where the station has one lane. */
  recordsOf(voterId: string): number | null;
  /**
   * Lines that were entered at this table and contradict another record, or did when two people looked into it: by
   * their number, with what is open about them; null where it is settled.
   */
  contradictedLines(): ReadonlyMap<number, ContradictedLine | null>;
  /** The receipt of a hand-over of another table, as far as its log has arrived. */
  receiptElsewhere(handover: string): string | null;
  /** Tells of changes of the list that other tables carried out: those of before at once, later ones as they come. */
  onListChanges(listener: (changes: ChangesOfLane) => void): void;
  /** A spare that two people let in at this table is believed from now on, and the laptop before it no longer. */
  admitted(spare: RosterLane): void;
  /** Listens for a spare on this laptop's networks; null where the station has one lane, or nothing can be listened on. */
  openDoor(options: LaneDoorOptions): Promise<SpareDoor | null>;
  /** The other tables, and how far each is. */
  tables(): readonly TableOfStation[];
  /** Null where the station has one lane. */
  view(): LanesView | null;
  stop(): Promise<void>;
}

/** A station of one lane: it owns everybody, and nobody else keeps a copy. */
export const ONE_LANE: StationLanes = {
  claim: (_voter, done) => done('held'),
  release: () => {},
  refusalNow: () => null,
  whenCopied: (done) => done(),
  override: () => err({ code: 'no-other-lanes' }),
  takeByCode: () => err({ code: 'no-other-lanes' }),
  giveByCode: async () => err({ code: 'no-other-lanes' }),
  takeOver: () => err({ code: 'no-other-lanes' }),
  resume: () => err({ code: 'no-other-lanes' }),
  opened: () => {},
  goAlone: () => err({ code: 'no-other-lanes' }),
  settle: () => err({ code: 'no-other-lanes' }),
  connect: async () => err({ code: 'no-other-lanes' }),
  scan: () => {},
  setPlugged: () => err({ code: 'no-other-lanes' }),
  countersign: async () => {},
  elsewhere: () => ({ voterIds: [], lanes: [] }),
  visitElsewhere: () => null,
  countedElsewhere: () => 0,
  paperLineElsewhere: () => null,
  recordsOf: () => null,
  contradictedLines: () => new Map(),
  receiptElsewhere: () => null,
  onListChanges: () => {},
  admitted: () => {},
  openDoor: async () => null,
  tables: () => [],
  view: () => null,
  stop: async () => {},
};
