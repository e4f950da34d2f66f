import { throwIllegalValue } from '../domain/assert.ts';
import type { Calibration } from '../domain/device-bench.ts';
import type { DeviceKind } from '../domain/devices.ts';
import type { LaneFact } from '../domain/lanes/lane-facts.ts';
import type {
  ChipResult,
  ExceptionReason,
  IdentificationMethod,
  LookupMethod,
  StopOutcome,
} from '../domain/outcome.ts';
import type { ParticipationToken } from '../domain/participation-token.ts';
import type { CountedFigures } from '../domain/reconciliation.ts';
import type { ReportKind } from '../domain/report.ts';
import type { DrawnJob } from '../domain/roles.ts';
import type { PublishedTables } from '../domain/small-cells/publish-tables.ts';
import type { AgeGroup, Sex } from '../domain/voter.ts';
import type { ChangeEffect } from '../register/deltas/list-changes.ts';
import type { VisitorClaim } from '../register/visitors/visitor-claim.ts';
import type { RosterLane } from '../sync/lanes/transport/lane-roster.ts';
import type { NoRecord } from '../sync/visitors/ask-visitor.ts';
import type { CheckName } from './api/snapshot.ts';
import type { PinRecords } from './people/pin-records.ts';
import type { AdmittedVisitor } from './visitors/admitted-visitor.ts';

/** Where an identification stands in the published tables. */
export interface CountedUnder {
  readonly method: IdentificationMethod;
  readonly exception: ExceptionReason | null;
  readonly sex: Sex;
  readonly ageGroup: AgeGroup;
  readonly hour: number;
}

/**
 * The catalogue of everything that the ledger can say. An act that isn't here can't happen; an event that is
 * here has happened and is never changed. People are named by their opaque ids, voters by the register's.
 */
export type StationEvent =
  /** `pins` where the log doesn't have them yet: at the first start, or after a program that didn't put them there. */
  | { readonly type: 'program-started'; readonly first: boolean; readonly pins?: PinRecords }
  | { readonly type: 'unlocked'; readonly people: readonly string[] }
  | { readonly type: 'pin-refused'; readonly person: string }
  /** A code for a voter of another table was typed in that is not that table's. */
  | { readonly type: 'lane-code-refused'; readonly voter: string; readonly lane: number }
  | { readonly type: 'clock-confirmed'; readonly day: string; readonly people: readonly string[] }
  | { readonly type: 'clock-jumped'; readonly minutes: number }
  | {
      readonly type: 'check-made';
      readonly check: CheckName;
      readonly result: 'passed' | 'warning' | 'failed';
      readonly figure: number | null;
    }
  | { readonly type: 'check-accepted'; readonly check: CheckName; readonly people: readonly string[] }
  | { readonly type: 'job-drawn'; readonly job: DrawnJob; readonly person: string }
  | { readonly type: 'desk-taken'; readonly person: string }
  | {
      readonly type: 'report-made';
      readonly report: ReportKind;
      readonly number: number;
      readonly checkpoint: string | null;
      /** The tables that it showed to everybody, where it was a public copy: the next one is measured by them. */
      readonly published?: PublishedTables;
    }
  | { readonly type: 'station-opened'; readonly people: readonly string[] }
  | { readonly type: 'device-changed'; readonly device: DeviceKind; readonly state: string }
  /** What the laptop was checked with before the opening: no personal data, and what a wrong picture is traced by. */
  | {
      readonly type: 'devices-found';
      readonly devices: readonly {
        readonly device: DeviceKind;
        readonly model: string;
        readonly serialNumber: string | null;
        readonly calibration: Calibration | null;
      }[];
    }
  | ({ readonly type: 'scanner-calibrated'; readonly people: readonly string[] } & Calibration)
  | {
      readonly type: 'voter-found';
      readonly handover: string;
      readonly voter: string;
      readonly lookup: LookupMethod;
      /** Null when no chip was read. */
      readonly chip: ChipResult | null;
      readonly receiptsDue: number;
    }
  | {
      readonly type: 'voter-stopped';
      readonly outcome: StopOutcome;
      readonly voter: string | null;
      readonly lookup: LookupMethod;
      readonly chip: ChipResult | null;
    }
  | {
      readonly type: 'stop-disputed';
      readonly outcome: StopOutcome;
      readonly voter: string | null;
      readonly note: string;
      readonly people: readonly string[];
    }
  | {
      readonly type: 'finger-compared';
      readonly handover: string;
      readonly position: number;
      readonly attempt: number;
      readonly matched: boolean;
      readonly quality: number;
    }
  | { readonly type: 'commission-asked'; readonly handover: string; readonly reason: ExceptionReason }
  | {
      readonly type: 'commission-refused';
      readonly handover: string;
      readonly note: string;
      readonly people: readonly string[];
    }
  | {
      readonly type: 'identified';
      readonly handover: string;
      readonly voter: string;
      readonly counted: CountedUnder;
      /** Of another station. */
      readonly visitor?: true;
      /** Of a visitor without a record, instead of a token. */
      readonly claim?: VisitorClaim;
      /** The register's, for the cross-station check; absent where the register has none. */
      readonly token?: ParticipationToken;
      readonly note: string;
      readonly people: readonly string[];
    }
  | { readonly type: 'released'; readonly handover: string }
  | {
      readonly type: 'receipt-started';
      readonly handover: string;
      readonly number: string;
      readonly index: number;
      readonly copy: number;
    }
  | {
      readonly type: 'receipt-printed';
      readonly handover: string;
      readonly number: string;
      readonly index: number;
    }
  | {
      readonly type: 'receipt-failed';
      readonly handover: string;
      readonly number: string;
      readonly problem: string;
    }
  | {
      readonly type: 'receipt-reprinted';
      readonly handover: string;
      readonly number: string;
      readonly people: readonly string[];
    }
  | { readonly type: 'ballot-issued'; readonly handover: string }
  | { readonly type: 'signed'; readonly handover: string }
  | {
      readonly type: 'identification-undone';
      readonly handover: string;
      /** What the identification was counted under, so that every table can take it out again. */
      readonly counted: CountedUnder;
      readonly visitor?: true;
      readonly claim?: VisitorClaim;
      /** Of the identification, so that the centre doesn't count it among a voter's any more. */
      readonly token?: ParticipationToken;
      readonly reason: string;
      readonly people: readonly string[];
    }
  | { readonly type: 'finger-search-opened'; readonly reason: string; readonly people: readonly string[] }
  /** Whom the list named, for the private part alone: it identifies nobody. */
  | { readonly type: 'finger-searched'; readonly voters: readonly string[] }
  | {
      readonly type: 'finger-search-closed';
      readonly why: 'people' | 'time' | 'stopped' | 'failed';
    }
  | { readonly type: 'inside-entered'; readonly inside: number; readonly people: readonly string[] }
  | { readonly type: 'counts-entered'; readonly counts: CountedFigures; readonly people: readonly string[] }
  /** An envelope from the safe stood in for an absent member when the desk was unlocked. */
  | { readonly type: 'envelope-opened'; readonly envelope: string; readonly people: readonly string[] }
  /** Two people let a laptop that was not enrolled for it be this lane; first event of its log. */
  | {
      readonly type: 'spare-admitted';
      readonly lane: number;
      readonly device: string;
      /** The laptop that the package names for this lane: its key counts no longer. Null: a lane that had none. */
      readonly revokes: { readonly device: string; readonly ledgerKey: string } | null;
      readonly packageVersion: number;
      readonly people: readonly string[];
      /** In the spare's own log: after which number its receipts begin. */
      readonly receiptsFrom?: number;
      /** What the other tables have to know to believe it; absent in the spare's own log. */
      readonly entry?: RosterLane;
    }
  /** The list of voters, its keys and the package's were destroyed; what the certificate says. */
  | {
      readonly type: 'register-erased';
      readonly register: string;
      readonly voters: number;
      readonly templates: number;
      /** Other tables that didn't answer, of which these people said that they are gone. */
      readonly gone: readonly number[];
      readonly people: readonly string[];
    }
  /** Changes of the list that came after the package were carried out: which, and how many. */
  | {
      readonly type: 'list-changed';
      readonly sequence: number;
      readonly changes: number;
      /** What they did to this list: voters added, removed, moved and so on. */
      readonly effects: Readonly<Partial<Record<ChangeEffect, number>>>;
      /** The table of this station that it came from; null: from a stick, or found carried out. */
      readonly fromLane: number | null;
      /** As it came, sealed to the package's key, in base64: the other tables take it from here. */
      readonly sealed: string | null;
      /** Where it is too large for one event: in so many that stand before this one. */
      readonly parts?: number;
      readonly people: readonly string[];
    }
  /** A piece of changes that are too large for one event, sealed as they came: `part` counts from 1. */
  | {
      readonly type: 'list-changes-part';
      readonly sequence: number;
      readonly part: number;
      readonly of: number;
      readonly sealed: string;
    }
  /** A newer package took the place of the one before; nothing of the log is lost with it. */
  | {
      readonly type: 'package-replaced';
      readonly from: number;
      readonly version: number;
      readonly build: string;
      readonly register: string;
      readonly voters: number;
      /** Of everybody, as they count from now on; so in the two events below. */
      readonly pins?: PinRecords;
      readonly people: readonly string[];
    }
  /**
   * The ledger has a fresh key and everybody a fresh share, since somebody is named no longer: who, and who unlocks with
   * a PIN again only when two others have let it be set anew.
   */
  | {
      readonly type: 'keys-moved';
      readonly removed: readonly string[];
      readonly withoutShare: readonly string[];
      readonly people: readonly string[];
    }
  /** Somebody forgot the PIN; two others let a new one be set. */
  | {
      readonly type: 'pin-renewed';
      readonly person: string;
      readonly pins?: PinRecords;
      readonly people: readonly string[];
    }
  /** Somebody chose another PIN, with the old one. */
  | { readonly type: 'pin-changed'; readonly person: string; readonly pins?: PinRecords }
  /** The list numbers that are taken were printed, to go on beside the paper list. */
  | { readonly type: 'numbers-printed'; readonly count: number; readonly people: readonly string[] }
  /**
   * What waited for the centre was about to be written to a stick: so many events, up to this number. The record goes
   * along behind them; a problem of the stick is recorded after it.
   */
  | {
      readonly type: 'upload-carried';
      readonly events: number;
      readonly through: number;
      readonly people: readonly string[];
    }
  /** The centre's receipts came back on a stick; `verified`: against its key. */
  | {
      readonly type: 'receipts-taken';
      readonly receipts: number;
      readonly through: number;
      readonly verified: boolean;
      readonly people: readonly string[];
    }
  /** A voter asked in person whether they are counted once, and was told. The answer itself is not kept. */
  | { readonly type: 'counted-asked'; readonly voter: string; readonly people: readonly string[] }
  /** The national index was asked for one person, known by a keyed hash in the private part alone. */
  | { readonly type: 'elsewhere-asked'; readonly visitor: string; readonly found: boolean }
  /** The centre is about to be asked for one visitor's record; the question's id is on record there, too. */
  | { readonly type: 'visitor-asked'; readonly visitor: string; readonly question: string }
  | { readonly type: 'visitor-answered'; readonly question: string; readonly answer: VisitorAnswerWord }
  /** A voter of another station, whom no list here has: by what, and what screens and papers say of them. */
  | ({ readonly type: 'visitor-admitted' } & AdmittedVisitor)
  | { readonly type: 'paper-mode-declared'; readonly reason: string; readonly people: readonly string[] }
  | { readonly type: 'paper-mode-ended'; readonly people: readonly string[] }
  | {
      readonly type: 'paper-line-entered';
      /** The number printed on the line of the form. */
      readonly line: number;
      readonly listNumber: number;
      readonly voter: string | null;
      /** Ballots handed out against it. */
      readonly receipts: number;
      /** Of the voter that the list has under the number; absent where it has none, or the register no tokens. */
      readonly token?: ParticipationToken;
      /** Raised, with the record that it contradicts; never merged. */
      readonly doubleOf: 'identification' | 'paper-line' | 'unknown-number' | null;
      readonly doubleRef: string | null;
      readonly people: readonly string[];
    }
  | ({
      readonly type: 'paper-line-settled';
      readonly line: number;
      /** The collision that they had before them, by its name among the lanes; absent where none of them raised one. */
      readonly matter?: string;
      readonly note: string;
      readonly people: readonly string[];
    } & Partial<SettledRecords>)
  | { readonly type: 'station-closed'; readonly reason: string; readonly people: readonly string[] }
  /** Says nothing: keeps the public log from telling one visit from another (cover.ts). */
  | { readonly type: 'cover' }
  /** Bad input or a failing machine, in the same words as the screen's; never with the data itself. */
  | { readonly type: 'problem'; readonly code: string }
  /** What the lanes of a station tell each other, and what two people decided about them. */
  | ({ readonly type: 'lanes'; readonly fact: LaneFact } & Partial<SettledRecords>);

/** By what the centre knows which of a voter's records two people have looked into. */
export interface SettledRecords {
  /** All there were of the voter by then, those that were undone and lines of the paper form as well. */
  readonly settles: number;
  readonly token: ParticipationToken;
}

/** What the centre answered, or why there was none. */
export type VisitorAnswerWord = 'record' | 'record-damaged' | NoRecord;

export type StationEventType = StationEvent['type'];

/** What observers may count: the kind alone. */
export function publicKind(event: StationEvent): 'identification' | 'undo' | 'other' {
  if (event.type === 'identified') return 'identification';
  return event.type === 'identification-undone' ? 'undo' : 'other';
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * What the centre gets of an event. It learns what it has to count, and neither who voted nor when exactly:
 * voters, hand-overs, notes and people stay in the private part.
 */
export function centreFields(event: StationEvent): Fields {
  switch (event.type) {
    case 'identified':
    case 'identification-undone':
      return {
        type: event.type,
        ...event.counted,
        ...(event.token === undefined ? {} : { token: event.token }),
        ...(event.claim === undefined ? {} : { claim: event.claim }),
        ...(event.visitor === undefined ? {} : { visitor: event.visitor }),
      };
    case 'voter-stopped':
    case 'stop-disputed':
      return { type: event.type, outcome: event.outcome };
    case 'check-made':
      return { type: event.type, check: event.check, result: event.result };
    case 'clock-jumped':
      return { type: event.type, minutes: event.minutes };
    case 'device-changed':
      return { type: event.type, device: event.device, state: event.state };
    case 'devices-found':
      return { type: event.type, devices: event.devices };
    case 'report-made':
      return { type: event.type, report: event.report, number: event.number };
    case 'inside-entered':
      return { type: event.type, inside: event.inside };
    case 'counts-entered':
      return { type: event.type, counts: event.counts };
    case 'paper-line-entered':
      return {
        ...{ type: event.type, receipts: event.receipts, doubleOf: event.doubleOf },
        ...(event.token === undefined ? {} : { token: event.token }),
      };
    case 'problem':
      return { type: event.type, code: event.code };
    case 'spare-admitted':
      return {
        ...{ type: event.type, lane: event.lane, device: event.device },
        ...{ revokes: event.revokes, packageVersion: event.packageVersion },
        ...(event.receiptsFrom === undefined ? {} : { receiptsFrom: event.receiptsFrom }),
      };
    case 'list-changed':
      return { type: event.type, sequence: event.sequence, changes: event.changes };
    case 'list-changes-part':
      return { type: event.type, sequence: event.sequence, part: event.part, of: event.of };
    case 'package-replaced': {
      const { people: _, pins: __, ...said } = event;
      return said;
    }
    case 'keys-moved':
      return { type: event.type, removed: event.removed.length, withoutShare: event.withoutShare.length };
    case 'register-erased':
      return {
        ...{ type: event.type, register: event.register, voters: event.voters },
        ...{ templates: event.templates, gone: event.gone },
      };
    case 'upload-carried':
      return { type: event.type, events: event.events, through: event.through };
    case 'receipts-taken':
      return {
        ...{ type: event.type, receipts: event.receipts },
        ...{ through: event.through, verified: event.verified },
      };
    case 'visitor-asked':
      return { type: event.type, question: event.question };
    case 'visitor-answered':
      return { type: event.type, question: event.question, answer: event.answer };
    case 'visitor-admitted':
      return { type: event.type, source: event.source };
    case 'lanes':
      return {
        ...{ type: event.type, what: event.fact.type },
        ...(event.fact.type === 'overridden' ? { duringCut: event.fact.duringCut } : {}),
        ...settledRecords(event),
      };
    case 'paper-line-settled':
      return { type: event.type, ...settledRecords(event) };
    case 'program-started':
    case 'unlocked':
    case 'pin-refused':
    case 'lane-code-refused':
    case 'clock-confirmed':
    case 'check-accepted':
    case 'job-drawn':
    case 'desk-taken':
    case 'station-opened':
    case 'voter-found':
    case 'finger-compared':
    case 'commission-asked':
    case 'commission-refused':
    case 'released':
    case 'receipt-started':
    case 'receipt-printed':
    case 'receipt-failed':
    case 'receipt-reprinted':
    case 'ballot-issued':
    case 'signed':
    case 'finger-search-opened':
    case 'finger-searched':
    case 'finger-search-closed':
    case 'counted-asked':
    case 'elsewhere-asked':
    case 'cover':
    case 'scanner-calibrated':
    case 'envelope-opened':
    case 'pin-renewed':
    case 'pin-changed':
    case 'numbers-printed':
    case 'paper-mode-declared':
    case 'paper-mode-ended':
    case 'station-closed':
      return { type: event.type };
    default:
      throwIllegalValue(event);
  }
}

function settledRecords({ settles, token }: Partial<SettledRecords>): Fields {
  return settles === undefined || token === undefined ? {} : { settles, token };
}

/** The private part: the whole event and who sat at the desk, for the commission and the courts only. */
export function privateFields(event: StationEvent, operator: string | null): Fields {
  return { ...event, operator };
}
