import type { DeviceKind, DeviceState } from '../../domain/devices.ts';
import type { DockPerson, DockState } from '../../domain/dock.ts';
import type { FingerAdvice, FingerPosition } from '../../domain/finger.ts';
import type { HandoverState } from '../../domain/handover.ts';
import type { LocalizedText } from '../../domain/language.ts';
import type { ChipResult, ExceptionReason, LookupMethod, StopOutcome } from '../../domain/outcome.ts';
import type { Procedure } from '../../domain/procedure.ts';
import type { CountedFigures, Reconciliation } from '../../domain/reconciliation.ts';
import type { DrawnJob, Person } from '../../domain/roles.ts';
import type { DocumentKind, ElsewhereVoter, Sex } from '../../domain/voter.ts';
import type { CustodyView } from './custody-view.ts';
import type { StationErrorCode } from './errors.ts';
import type { LanesView } from './lanes-view.ts';
import type { BecomingView, SpareDoorView } from './spare-view.ts';
import type { TechnicianView } from './technician-view.ts';

/**
 * What the screens mirror. The station sends a whole snapshot after each change; a screen keeps no state of
 * its own beyond what is being typed. Each kind of window gets only what its people may see.
 */
export type Snapshot = DeskSnapshot | ObserverSnapshot | IssuingSnapshot;

interface CommonSnapshot {
  /** Grows with each change, never goes back while the station runs. */
  readonly revision: number;
  readonly mock: boolean;
  readonly electionTitle: LocalizedText;
  readonly electionDate: string;
  readonly stationNumber: number;
  readonly stationName: LocalizedText;
  readonly lane: number;
  /** Wall clock in epoch milliseconds when this was sent; the screen's clock goes on from it. */
  readonly nowMs: number;
  readonly timeZone: string;
  readonly phase: Phase;
}

/**
 * locked: two people have to unlock. preparing: unlocked, before opening (draw, checks, zero report).
 * open: identifying. closing: after the chair entered how many are inside. closed: final report made.
 * At 20:00 nothing locks: only people move the phase on.
 */
export type Phase = 'locked' | 'preparing' | 'open' | 'closing' | 'closed';

export interface DeskSnapshot extends CommonSnapshot {
  readonly window: 'desk';
  /** The people of this station, for the lists that one chooses oneself from. */
  readonly people: readonly Person[];
  /** Practice PINs by person; a mock election shows them, any other sends null. */
  readonly practicePins: Readonly<Record<string, string>> | null;
  /** 2; or 1 after a restart on the same day, when one of those who unlocked reopens alone. */
  readonly unlockPeopleNeeded: number;
  readonly operator: Person | null;
  readonly procedure: Procedure | null;
  readonly devices: Readonly<Record<DeviceKind, DeviceView>>;
  readonly technician: TechnicianView;
  readonly custody: CustodyView;
  readonly upload: UploadView;
  /** Null where the station has one lane. */
  readonly lanes: LanesView | null;
  /** A door for a spare that two people opened, and what came of it; null where none is. */
  readonly spareDoor: SpareDoorView | null;
  /** Null on a laptop that belongs to a station. */
  readonly becoming: BecomingView | null;
  readonly opening: OpeningView;
  readonly desk: DeskStep;
  /** Everybody at the desk, and the last of those who wait at the issuing table. */
  readonly handovers: readonly HandoverView[];
  /** How many are open in all. */
  readonly handoversOpen: number;
  readonly counts: CountsView;
  /** Things that the people at the desk should know, most urgent first. */
  readonly notices: readonly Notice[];
  readonly closing: ClosingView | null;
  readonly fingerSearch: FingerSearchView;
  readonly paperMode: PaperModeView;
  /** Present only in a mock election: the table with pretend people, cards and cables. */
  readonly dock: DockView | null;
}

export interface PaperModeView {
  readonly on: boolean;
  /** It was on at some time today, so that lines may be entered. */
  readonly declared: boolean;
  readonly lines: number;
  /** Lines that contradict another record and are not settled. */
  readonly openDoubles: readonly {
    readonly line: number;
    readonly listNumber: number;
    readonly doubleOf: 'identification' | 'paper-line' | 'unknown-number';
    /** Of a paper line, its number; of an identification, a receipt's number where there is one. */
    readonly other: string | null;
  }[];
}

export interface DockView {
  readonly people: readonly DockPerson[];
  readonly state: DockState;
}

export interface DeviceView {
  readonly model: string;
  readonly simulated: boolean;
  readonly status: DeviceState;
}

export interface UploadView {
  readonly state: 'off' | 'reachable' | 'unreachable';
  /** Events that the centre has not receipted yet. */
  readonly pending: number;
}

export const CHECK_NAMES = [
  'clock',
  'disk',
  'battery',
  'printer',
  'scanner',
  'card-reader',
  'mrz-reader',
  'register',
  'ledger',
] as const;
export type CheckName = (typeof CHECK_NAMES)[number];

export interface CheckView {
  readonly name: CheckName;
  readonly result: 'not-run' | 'running' | 'passed' | 'warning' | 'failed';
  /** Free bytes, charge in percent, minutes of difference: whatever the check measures; null without a figure. */
  readonly figure: number | null;
}

export interface OpeningView {
  readonly register: {
    readonly voters: number;
    readonly women: number;
    readonly men: number;
    readonly hash: string;
  } | null;
  /** The laptop's own idea of local date and time, which two people compare with the wall. */
  readonly clockConfirmed: boolean;
  readonly checks: readonly CheckView[];
  /** Failed checks that the chair took on record. */
  readonly acceptedChecks: readonly CheckName[];
  readonly draw: Readonly<Partial<Record<DrawnJob, string>>>;
  readonly zeroReportNumber: number | null;
  /** Why the station can't be opened yet, in the order in which to mend it. */
  readonly missing: readonly ('clock' | 'checks' | 'draw' | 'operator' | 'zero-report')[];
}

/** One voter as the operator sees one: photo and name large, numbers masked. */
export interface VoterView {
  readonly voterId: string;
  readonly name: {
    readonly surname: string | null;
    readonly given: string;
    readonly patronymic: string | null;
  };
  readonly birthDate: string;
  readonly sex: Sex;
  /** 0 for a voter of another station. */
  readonly listNumber: number;
  /** Of a voter of another station, and by what they are identified here; null for one of this list. */
  readonly visitor: {
    readonly stationNumber: number;
    readonly districtNumber: number;
    readonly source: 'centre' | 'chip';
  } | null;
  readonly address: string;
  /** `ID ••••• 567`; null when the voter was found without a document. */
  readonly maskedDocument: string | null;
  readonly documentKind: DocumentKind | null;
  readonly photo: PhotoView | null;
  readonly changes: readonly ('new-name' | 'new-document')[];
  readonly lookup: LookupMethod;
  /** The four results of a chip's verification are kept apart; null when no chip was read. */
  readonly chip: ChipResult | null;
}

export interface PhotoView {
  readonly mediaType: 'image/jpeg' | 'image/png';
  readonly base64: string;
}

export interface VoterHit {
  readonly voterId: string;
  readonly name: string;
  readonly birthYear: number;
  readonly address: string;
  /** Whose list the person is in; null: this station's own. */
  readonly stationNumber: number | null;
  readonly listNumber: number;
}

/** What is on the desk. `stepId` changes with every step; a call made for an older one is refused. */
export type DeskStep = { readonly stepId: string } & (
  | { readonly kind: 'idle'; readonly last: LastHandover | null; readonly problem: StationErrorCode | null }
  /** `centre`: the document was read, and the centre is asked for its holder's record. */
  | { readonly kind: 'reading-document'; readonly centre?: true }
  | {
      readonly kind: 'search-results';
      readonly query: string;
      readonly hits: readonly VoterHit[];
      readonly total: number;
    }
  | { readonly kind: 'voter'; readonly voter: VoterView; readonly fingers: readonly FingerPosition[] }
  | { readonly kind: 'finger'; readonly voter: VoterView; readonly finger: FingerView }
  | {
      readonly kind: 'commission';
      readonly voter: VoterView;
      readonly reason: ExceptionReason;
      readonly membersNeeded: number;
      readonly chairNeeded: boolean;
    }
  /** Identified and on this disk; a screen says so once another lane has it too, or two people said to go on. */
  | { readonly kind: 'securing'; readonly voter: VoterView }
  | {
      readonly kind: 'verified';
      readonly voter: VoterView;
      readonly method: 'fingerprint' | 'commission';
      readonly receiptsDue: number;
      readonly receiptsPrinted: number;
      /**
       * A receipt that was sent to the printer and never reported whole (a power cut): somebody looks whether it
       * lies there, and either confirms it (`receiptCameOut`) or prints it again, marked as a repeat.
       */
      readonly uncertainReceipt: string | null;
    }
  | {
      readonly kind: 'printing';
      readonly voter: VoterView;
      readonly receiptsDue: number;
      readonly receiptsPrinted: number;
    }
  | {
      readonly kind: 'printer-problem';
      readonly voter: VoterView;
      readonly problem: 'paper-out' | 'cover-open' | 'absent' | 'no-answer';
      readonly receiptsDue: number;
      readonly receiptsPrinted: number;
    }
  /** Receipt is out, desk is about to be free: give the receipt, say where to go. Falls back to idle by itself or by a tap. */
  | { readonly kind: 'done'; readonly voter: VoterView; readonly receiptNumbers: readonly string[] }
  | {
      readonly kind: 'stop';
      readonly outcome: StopOutcome;
      readonly voter: VoterView | null;
      readonly details: StopDetails;
    }
);

/** Why a voter of another station, whom the rules would let in, can't be identified here and now. */
export const NOT_HERE = [
  /** The centre can't be reached, and there is no chip that says who this is. */
  'no-centre-no-chip',
  /** The chip has no face, or not enough to put its holder on record. */
  'no-face',
  /** No centre would learn of it, so nobody could find out a second vote. */
  'not-compared',
  /** The centre has no record of this document, or refuses to give it out. */
  'centre-refuses',
  /** Their district votes on ballots that this station's procedure doesn't name. */
  'other-ballots',
] as const;
export type NotHere = (typeof NOT_HERE)[number];

export interface StopDetails {
  readonly elsewhere: ElsewhereVoter | null;
  /** For `already-identified`: which lane and receipt, so that the chair can look into it. No exact time. */
  readonly earlier: {
    readonly lane: number;
    readonly receiptNumber: string | null;
    readonly period: string;
  } | null;
  /** For `document-expired`: the day. */
  readonly expired: string | null;
  readonly fromDay: string | null;
  /** For `other-lane` and `table-waits`: which lane owns the voter, and why it did not give the right. */
  readonly otherLane: {
    readonly lane: number;
    readonly why: 'at-desk' | 'unreachable' | 'not-owning' | 'disk-failed';
  } | null;
  /** For `wrong-station`: why a voter who could be identified anywhere isn't here; null where the rules say so. */
  readonly notHere: NotHere | null;
  /** A slip with the right station, or with the reason, can be printed. */
  readonly slip: boolean;
  /** A disputed refusal: true once it was put on record. */
  readonly disputed: boolean;
}

export interface FingerView {
  readonly position: FingerPosition;
  /** 1-based, of `attempts`. */
  readonly attempt: number;
  readonly attempts: number;
  readonly state:
    | 'starting'
    | 'waiting'
    | 'on-glass'
    | 'comparing'
    | 'no-match'
    | 'scanner-problem'
    | 'unreadable';
  readonly quality: { readonly score: number; readonly advice: FingerAdvice } | null;
  /** What the ladder offers now. */
  readonly offers: readonly ('retry' | 'other-finger' | 'third-finger' | 'commission')[];
  /** Every enrolled finger of this voter, for "other finger". */
  readonly enrolled: readonly FingerPosition[];
}

/** Whether one finger may be searched for among all voters: off by procedure, or opened for one sitting. */
export type FingerSearchView =
  | { readonly state: 'off' | 'closed' }
  | { readonly state: 'open'; readonly voters: number };

/** Somebody whom a finger resembles. Whose finger it is people decide, by document and face. */
export interface FingerCandidate {
  readonly voterId: string;
  readonly name: string;
  readonly birthYear: number;
  readonly listNumber: number;
  /** 10 k is about one stranger in 10^k. */
  readonly score: number;
  /** Strangers in a register of this size that reach this score by chance; at 1 or more it says nothing. */
  readonly strangersExpected: number;
}

export interface LastHandover {
  readonly name: string;
  readonly receiptNumbers: readonly string[];
}

export interface HandoverView {
  readonly handoverId: string;
  readonly state: HandoverState;
  readonly listNumber: number;
  readonly name: string;
  readonly receiptNumbers: readonly string[];
  /** Minutes since the last step: an old one wants a look. */
  readonly minutes: number;
  readonly lane: number;
}

export interface CountsView {
  readonly registered: number;
  readonly identified: number;
  readonly waitingForBallot: number;
  readonly exceptions: number;
  /** Share of the identified passed by the commission, 0-1. */
  readonly exceptionShare: number;
  readonly exceptionWarning: boolean;
  readonly repeatedAttempts: number;
  readonly restarts: number;
}

export type Notice =
  | { readonly kind: 'clock-implausible' }
  | { readonly kind: 'clock-jumped'; readonly minutes: number }
  | { readonly kind: 'disk-low'; readonly megabytes: number }
  /** As `disk-low`, and what was set aside for this is in use. */
  | { readonly kind: 'disk-on-reserve'; readonly megabytes: number }
  | { readonly kind: 'restarted' }
  | { readonly kind: 'voting-hours-over' }
  | { readonly kind: 'report-due' }
  | { readonly kind: 'open-handovers'; readonly count: number }
  | { readonly kind: 'devices-restarting' }
  | { readonly kind: 'error'; readonly code: StationErrorCode };

export interface ClosingView {
  /** How many voters were inside at the end, as the chair entered. */
  readonly inside: number;
  readonly stillInside: number;
  readonly counted: CountedFigures;
  readonly reconciliation: Reconciliation;
  readonly closingReportNumber: number | null;
}

/** The second monitor: no name, no personal number, no method beside a face. */
export interface ObserverSnapshot extends CommonSnapshot {
  readonly window: 'observer';
  readonly showing: ObserverShowing;
  readonly registered: number;
  readonly identified: number;
  readonly exceptions: number;
  readonly exceptionShare: number;
  readonly exceptionWarning: boolean;
  readonly repeatedAttempts: number;
  readonly undone: number;
  readonly restarts: number;
  readonly byMethod: Readonly<Record<string, number>>;
  /** Three checkpoint lines as last printed, and when (local `HH:MM`). */
  readonly lastCheckpoint: { readonly at: string; readonly root: string } | null;
}

export type ObserverShowing =
  | { readonly result: 'waiting' }
  | { readonly result: 'checking'; readonly photo: PhotoView | null }
  | { readonly result: 'identified'; readonly photo: PhotoView | null }
  | { readonly result: 'not-identified'; readonly photo: PhotoView | null }
  | { readonly result: 'commission-deciding'; readonly photo: PhotoView | null };

/** The issuing table: hands out ballots against receipts, takes signatures. */
export interface IssuingSnapshot extends CommonSnapshot {
  readonly window: 'issuing';
  readonly mode: 'scan' | 'hand-count';
  readonly handovers: readonly HandoverView[];
  readonly waitingForBallot: number;
  readonly signed: number;
  readonly last: {
    readonly handoverId: string;
    readonly listNumber: number;
    readonly name: string;
    readonly state: HandoverState;
    readonly ballots: number;
  } | null;
}
