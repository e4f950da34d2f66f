import type { Report } from '../../domain/report.ts';
import type { Result } from '../../domain/result.ts';
import type { CallName, CallParameters } from './calls.ts';
import type { StickContents, TakenChanges } from './custody-view.ts';
import type { StationError } from './errors.ts';
import type { FingerCandidate, PhotoView, Snapshot } from './snapshot.ts';

/** What a call gives back when it works; everything else shows in the next snapshot. */
export interface CallValues {
  viewReport: Report;
  printReport: { readonly number: number };
  reportPdf: { readonly fileName: string; readonly base64: string };
  paperListPdf: { readonly fileName: string; readonly base64: string };
  laneSignsPdf: { readonly fileName: string; readonly base64: string };
  practiceBallotsPdf: { readonly fileName: string; readonly base64: string };
  searchFinger: readonly FingerCandidate[];
  /** Effective records of the voter: 0, 1, or more where something is to be settled. */
  answerCounted: { readonly counted: number };
  /**
   * Lines that contradict another record, and lines without a voter of the list, which the centre can't compare with
   * other stations; all lines are entered.
   */
  enterPaperLines: { readonly doubles: readonly number[]; readonly notCompared: readonly number[] };
  /** Eight digits, to be read aloud. */
  giveByCode: { readonly code: string };
  carryUpload: CarriedUpload;
  takeUploadReceipts: TakenReceipts;
  lookAtStick: StickContents;
  takeChanges: TakenChanges;
  replacePackage: { readonly version: number; readonly voters: number };
  erasureCertificate: { readonly fileName: string; readonly base64: string };
  /** `tablesDiffer`: the log is whole, and the tables that screens and reports are made from say something else. */
  exportLog: { readonly directory: string; readonly events: number; readonly tablesDiffer: boolean };
  devicesPdf: { readonly fileName: string; readonly base64: string };
  dockStrip: { readonly pngBase64: string };
}

/** What went on the stick: how many events, the last of which number. */
export interface CarriedUpload {
  readonly events: number;
  readonly through: number;
}

/** What the stick brought back. */
export interface TakenReceipts {
  /** New ones; 0 where they were all here before. */
  readonly receipts: number;
  /** The number of the last event that they cover; null without a new one. */
  readonly through: number | null;
  /** Files that were removed from the stick since the centre has what is in them. */
  readonly cleared: number;
  /** Whether this laptop has the centre's key to check them with. */
  readonly verified: boolean;
}

export type CallValue<Name extends CallName> = Name extends keyof CallValues ? CallValues[Name] : undefined;

/** The one typed API object that the screens, `mock` and the tests all see. */
export type StationApi = {
  readonly [Name in CallName]: (
    parameters: CallParameters<Name>,
  ) => Promise<Result<CallValue<Name>, StationError>>;
};

/** Screen to station. */
export type ToStation =
  | { readonly type: 'call'; readonly id: number; readonly name: string; readonly parameters: unknown }
  /** Asks for a snapshot now (after loading, or after the station was restarted). */
  | { readonly type: 'hello' };

/** Station to screen. JSON on the WebSocket, the same objects on a MessagePort. */
export type FromStation =
  | { readonly type: 'answer'; readonly id: number; readonly result: Result<unknown, StationError> }
  | { readonly type: 'snapshot'; readonly snapshot: Snapshot }
  /** A small grey picture of what lies on the glass, while it lies there; desk only, never kept. */
  | { readonly type: 'finger-preview'; readonly preview: PhotoView | null }
  /** Host to screen: the station process stopped and is being started again. */
  | { readonly type: 'station-lost' };
