import type { Language } from '../../../domain/language.ts';
import type { Report } from '../../../domain/report.ts';
import { LEAST_CELL } from '../../../domain/small-cells/merge-small-cells.ts';
import { formatCount, formatDay, formatDayAndTime, formatHash, formatShareOf } from '../format.ts';
import { sayIn } from '../words/paper-words.ts';
import { type ReconciliationWording, wordReconciliation } from './reconciliation-wording.ts';
import {
  type Audience,
  exceptionTable,
  figureOfTheDay,
  laneTable,
  matterText,
  type ReportRow,
  type ReportTable,
  stopTable,
  turnoutTables,
} from './report-tables.ts';

/** A report in words and formatted figures: what is said, not how it is laid out. */
export interface ReportWording {
  readonly mock: boolean;
  readonly title: string;
  /** `№ 14`. */
  readonly number: string;
  readonly election: string;
  /** Station and lane, in one line. */
  readonly place: string;
  readonly electionDay: string;
  readonly printedAt: string;
  /** The three or four figures that a reader looks for first. */
  readonly headline: readonly ReportRow[];
  /** Sentences that nobody may overlook. */
  readonly warnings: readonly string[];
  readonly register: ReportTable;
  /** Null in a zero report that is zero: then `zero` says so. */
  readonly turnout: readonly ReportTable[] | null;
  readonly zero: string;
  readonly exceptions: ReportTable;
  readonly stops: ReportTable;
  /** What two people decided about other tables' voters, and what they still have to look into; null with one lane. */
  readonly lanes: ReportTable | null;
  /** Who countersigned the checkpoint; null where nobody did. */
  readonly countersigned: string | null;
  readonly reconciliation: ReconciliationWording;
  readonly restarts: ReportRow;
  readonly jobs: ReportTable;
  /** The three lines, to be read and compared; the code has the whole note. */
  readonly checkpoint: readonly string[] | null;
  readonly checkpointCode: string | null;
  readonly audience: string;
  readonly signatures: readonly string[];
}

/** Lines to sign on besides the chair's. */
const MEMBERS_SIGNING = 3;

export function wordReport(report: Report, language: Language, audience: Audience): ReportWording {
  const say = sayIn(language);
  const { turnout, register } = report;
  const { onPaper } = report.reconciliation.ledger;
  const row = (label: string, value: string): ReportRow => ({ label, value, bar: null });
  const shown =
    audience === 'public'
      ? { ...report.published, ofTheDay: report.kind === 'closing' || turnout.identified === 0 }
      : null;
  const exceptions = exceptionTable(report.exceptions, say, language, shown);
  const nobody = report.kind === 'opening' && turnout.identified === 0;
  return {
    mock: report.mock,
    title: say(`report.${report.kind}`),
    number: `№ ${report.number}`,
    election: report.electionTitle[language],
    place: [
      say('station.number', { number: report.stationNumber }),
      say('lane.number', { number: report.lane }),
    ].join(' · '),
    electionDay: `${say('report.election-day')}: ${formatDay(report.electionDate)}`,
    printedAt: `${say('report.printed-at')}: ${formatDayAndTime(report.printedAt)}`,
    headline: [
      row(say('figure.registered'), formatCount(register.voters)),
      row(say('figure.identified'), formatCount(turnout.identified)),
      row(say('figure.turnout'), formatShareOf(turnout.identified, register.voters, language)),
      ...(report.visitors === 0 || shown?.ofTheDay === false
        ? []
        : [row(say('figure.visitors'), figureOfTheDay(report.visitors, shown, say))]),
      row(say('figure.exceptions'), figureOfTheDay(sum(report.exceptions.byReason), shown, say)),
      ...(onPaper === undefined || onPaper.lines === 0
        ? []
        : [row(say('figure.paper-lines'), formatCount(onPaper.lines))]),
    ],
    warnings: [
      ...(report.addsUp ? [] : [say('report.does-not-add-up')]),
      ...(report.kind === 'opening' && !isZero(report) ? [say('report.not-zero')] : []),
      ...(report.lanes?.matters ?? []).map((matter) => matterText(matter, say)),
    ],
    register: {
      title: say('section.register'),
      rows: [
        row(say('figure.registered'), formatCount(register.voters)),
        row(say('sex.female'), formatCount(register.women)),
        row(say('sex.male'), formatCount(register.men)),
        row(say('figure.hash'), formatHash(register.hash)),
      ],
    },
    turnout: nobody ? null : turnoutTables(turnout, say, shown),
    zero: say('report.zero'),
    exceptions,
    stops: stopTable(report.stops, say),
    lanes: report.lanes === null ? null : laneTable(report.lanes, say),
    countersigned:
      report.witnesses.length === 0
        ? null
        : say('checkpoint.countersigned', { names: report.witnesses.join(', ') }),
    reconciliation: wordReconciliation(report.reconciliation, say),
    restarts: row(say('figure.restarts'), formatCount(report.restarts)),
    jobs: {
      title: say('section.jobs'),
      rows: report.jobs.map(({ job, person }) => row(say(`job.${job}`), person)),
    },
    checkpoint: report.checkpoint === null ? null : report.checkpoint.trimEnd().split('\n').slice(0, 3),
    checkpointCode: report.checkpoint === null ? null : `${report.checkpoint.trimEnd()}\n`,
    audience: audience === 'public' ? say('report.merged', { least: LEAST_CELL }) : say('report.exact'),
    signatures: [
      say('signature.chair'),
      ...Array.from({ length: MEMBERS_SIGNING }, () => say('signature.member')),
    ],
  };
}

/** What an opening report has to be: nobody identified, nothing printed, no hand-over open. */
function isZero(report: Report): boolean {
  const { ledger } = report.reconciliation;
  return report.turnout.identified === 0 && ledger.receiptsPrinted === 0 && ledger.openHandovers === 0;
}

function sum(table: Readonly<Record<string, number>>): number {
  return Object.values(table).reduce((total, count) => total + count, 0);
}
