import type { Resumptions } from './lanes/resumption.ts';
import type { LocalizedText } from './language.ts';
import type { Reconciliation } from './reconciliation.ts';
import type { DrawnJob } from './roles.ts';
import type { PublishedTables } from './small-cells/publish-tables.ts';
import type { Turnout } from './turnout.ts';

export const REPORT_KINDS = ['opening', 'hourly', 'closing'] as const;
export type ReportKind = (typeof REPORT_KINDS)[number];

/** Decisions of two people about other tables' voters; those during a cut are counted apart. */
export interface LaneDecisions {
  readonly overrides: number;
  readonly overridesDuringCut: number;
  readonly takeOvers: number;
  /** How often they let this table go on without showing that its log is the newest. */
  readonly resumptions: Resumptions;
}

/** Something that two people have to look into, until they have settled it. Names nobody. */
export interface ReportMatter {
  readonly kind: 'collision' | 'clone' | 'older-copy';
  readonly lanes: readonly number[];
  /** One a record; null where its receipt's number has not arrived. */
  readonly receipts: readonly (string | null)[];
  /** Lines of the paper form among the records. */
  readonly paperLines: readonly number[];
}

/** Everything that a report says, whatever it is shown on: screen, PDF or printer strip. Names no voter. */
export interface Report {
  readonly kind: ReportKind;
  /** Reports of a lane are numbered; the number is in the ledger. */
  readonly number: number;
  readonly mock: boolean;
  readonly electionTitle: LocalizedText;
  readonly electionDate: string;
  readonly stationNumber: number;
  readonly lane: number;
  /** Local date and time, `YYYY-MM-DD HH:MM`. */
  readonly printedAt: string;
  readonly register: {
    readonly voters: number;
    readonly women: number;
    readonly men: number;
    readonly hash: string;
  };
  readonly turnout: Turnout;
  /** Of the identified, voters of other stations: no list of this one has them. */
  readonly visitors: number;
  readonly exceptions: { readonly byReason: Readonly<Record<string, number>>; readonly share: number };
  readonly stops: Readonly<Record<string, number>>;
  readonly reconciliation: Reconciliation;
  /** Null where the station has one lane. */
  readonly lanes: (LaneDecisions & { readonly matters: readonly ReportMatter[] }) | null;
  /** What a public copy shows of the tables about voters. */
  readonly published: PublishedTables;
  /** Starts of the program after the first one. */
  readonly restarts: number;
  readonly jobs: readonly { readonly job: DrawnJob; readonly person: string }[];
  /**
   * The signed checkpoint as a note: its three lines (origin, size, root), an empty one, and the signatures of the
   * device and of whoever countersigned it; null before the first event.
   */
  readonly checkpoint: string | null;
  /** Names of those who countersigned it: other lanes, the centre. */
  readonly witnesses: readonly string[];
  /** True where all sums of the report agree with each other; a report that doesn't add up says so in words. */
  readonly addsUp: boolean;
}
