import type { LocalizedText } from './language.ts';
import type { Reconciliation } from './reconciliation.ts';
import type { DrawnJob } from './roles.ts';
import type { Turnout } from './turnout.ts';

export const REPORT_KINDS = ['opening', 'hourly', 'closing'] as const;
export type ReportKind = (typeof REPORT_KINDS)[number];

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
  readonly exceptions: { readonly byReason: Readonly<Record<string, number>>; readonly share: number };
  readonly stops: Readonly<Record<string, number>>;
  readonly reconciliation: Reconciliation;
  /** Starts of the program after the first one. */
  readonly restarts: number;
  readonly jobs: readonly { readonly job: DrawnJob; readonly person: string }[];
  /** Three lines of the signed checkpoint (origin, size, root); null before the first event. */
  readonly checkpoint: string | null;
  /** True where all sums of the report agree with each other; a report that doesn't add up says so in words. */
  readonly addsUp: boolean;
}
