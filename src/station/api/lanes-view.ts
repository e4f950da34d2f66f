import type { LaneNumber } from '../../domain/lanes/tenure.ts';
import type { StationErrorCode } from './errors.ts';

/** The lanes of the station, as the desk's window shows them. */
export interface LanesView {
  /** unproven, older-copy: this lane may identify nobody until it has heard the others, or two people decide. */
  readonly standing: 'unproven' | 'owning' | 'older-copy';
  /** Lanes that were not heard since the start. */
  readonly missing: readonly LaneNumber[];
  /** Two people let it confirm what no other lane has. */
  readonly alone: boolean;
  /** `host:port` of this laptop on each of its networks, for a table that doesn't find it by itself. */
  readonly addresses: readonly string[];
  /** The same as the text of a QR code. */
  readonly addressCode: string;
  /** The last code of another table's screen that was read here; null before the first. */
  readonly scanned: ScannedTable | null;
  /** False while a rehearsal has pulled this laptop's network cable out. */
  readonly plugged: boolean;
  readonly lanes: readonly LaneView[];
  readonly matters: readonly MatterView[];
}

export interface ScannedTable {
  /** Counts them: the same code may be read again. */
  readonly number: number;
  readonly outcome: 'connecting' | 'found' | StationErrorCode;
}

export interface LaneView {
  readonly lane: LaneNumber;
  readonly up: boolean;
  /** How far the day is there, as far as its log has arrived; null for this lane. */
  readonly day: 'unheard' | 'not-opened' | 'open' | 'closed' | null;
  /** It was met, and can't be worked with: its program is of another version, or it is of another election. */
  readonly misfit: 'version' | 'election' | null;
  /** It is not connected, and has shown within the last seconds that it is on: it can't be taken over. */
  readonly answers: boolean;
  /** Two people gave everything that it held to another lane, and it has not come back yet. */
  readonly takenOver: boolean;
  /** Who stands for its share of the list since the last take-over; itself where there was none. */
  readonly heldBy: LaneNumber;
  /** Its share of the list, as on the sign over its table. */
  readonly list: { readonly first: number; readonly last: number } | null;
}

/** Raised on every lane until two people have settled it. */
export type MatterView =
  | {
      readonly kind: 'collision';
      readonly name: string;
      readonly settled: boolean;
      readonly voter: { readonly name: string; readonly listNumber: number } | null;
      /** The lane of each record. */
      readonly lanes: readonly LaneNumber[];
      /** Each record as it lies at its table. */
      readonly records: readonly {
        readonly lane: LaneNumber;
        readonly receiptNumber: string | null;
        readonly hour: number | null;
        /** Of paper mode; null for an identification at the desk. */
        readonly paperLine: number | null;
      }[];
    }
  | {
      readonly kind: 'clone' | 'older-copy';
      readonly name: string;
      readonly settled: boolean;
      readonly lane: LaneNumber;
    };
