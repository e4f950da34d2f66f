import type { Language } from '../../../domain/language.ts';
import { EXCEPTION_REASONS, IDENTIFICATION_METHODS, STOP_OUTCOMES } from '../../../domain/outcome.ts';
import type { LaneDecisions, ReportMatter } from '../../../domain/report.ts';
import {
  LEAST_CELL,
  mergeNeighbours,
  poolSmallCells,
} from '../../../domain/small-cells/merge-small-cells.ts';
import type { PublishedSpans, PublishedTables } from '../../../domain/small-cells/publish-tables.ts';
import type { Turnout } from '../../../domain/turnout.ts';
import { AGE_GROUPS } from '../../../domain/voter.ts';
import { formatCount, formatHours, formatShare } from '../format.ts';
import { type PaperWordKey, type Say, sayValue } from '../words/paper-words.ts';

/**
 * For whom a report is printed. `commission`: the members' own copy, with exact figures, because they have to
 * reconcile and sign them. `public`: what observers take along or photograph; figures about voters are merged
 * where a cell is under 10, and stand still where two reports subtracted would give such a cell. How many were not
 * identified by finger, and how many visitors came, it says once, after the closing: two reports of a quiet hour would
 * point at somebody. Figures about the commission's own work (lanes, visits that ended early, reconciliation) are exact
 * for everybody: they are what observers are there to check.
 */
export type Audience = 'commission' | 'public';

/** What a public copy may show of voters. `ofTheDay`: voting is over, there is no later report to subtract from. */
export interface ShownToAll extends PublishedTables {
  readonly ofTheDay: boolean;
}

export interface ReportRow {
  readonly label: string;
  readonly value: string;
  /** 0-1 of the largest row, for a bar; null in a table without bars. */
  readonly bar: number | null;
}

export interface ReportTable {
  readonly title: string;
  readonly rows: readonly ReportRow[];
}

type Cells = readonly (readonly [string, number])[];

/** The one-way tables of who was identified. @param shown What a public copy may show; null: exact figures. */
export function turnoutTables(turnout: Turnout, say: Say, shown: ShownToAll | null): ReportTable[] {
  const title = (key: 'section.by-sex' | 'section.by-age', spans: PublishedSpans | undefined): string =>
    spans === undefined ? say(key) : asOf(say(key), spans.asOf, say);
  return [
    { title: say('section.by-hour'), rows: withBars(hourRows(turnout.byHour, shown !== null)) },
    { title: title('section.by-sex', shown?.sex), rows: plain(sexRows(turnout.bySex, say, shown)) },
    { title: title('section.by-age', shown?.age), rows: plain(ageRows(turnout.byAgeGroup, shown)) },
    { title: say('section.by-lane'), rows: plain(laneRows(turnout.byLane, say)) },
    ...methodTables(inOrder(turnout.byMethod, IDENTIFICATION_METHODS), say, shown?.ofTheDay),
  ];
}

/** @param ofTheDay Undefined for the commission; false for everybody, while the day goes on. */
function methodTables(cells: Cells, say: Say, ofTheDay: boolean | undefined): ReportTable[] {
  // What is left of the total is known, so of two methods either both can be shown or none.
  if (ofTheDay === false || (ofTheDay === true && poolSmallCells(cells).others !== null)) return [];
  const rows = cells.map(([method, count]) => [sayValue(say, 'method.', method), count] as const);
  return [{ title: say('section.by-method'), rows: plain(rows) }];
}

/** A figure about voters as everybody may see it: none while the day goes on, then none under a whole cell. */
export function figureOfTheDay(count: number, shown: ShownToAll | null, say: Say): string {
  if (shown === null) return formatCount(count);
  if (!shown.ofTheDay) return say('figures.after-closing');
  return isSmall(count) ? `< ${LEAST_CELL}` : formatCount(count);
}

function isSmall(count: number): boolean {
  return count > 0 && count < LEAST_CELL;
}

/** Why the commission decided: a reason tells of a body, so small cells are pooled for the public. */
export function exceptionTable(
  exceptions: { readonly byReason: Readonly<Record<string, number>>; readonly share: number },
  say: Say,
  language: Language,
  shown: ShownToAll | null,
): ReportTable {
  const cells = inOrder(exceptions.byReason, EXCEPTION_REASONS).filter(([, count]) => count > 0);
  const total = cells.reduce((sum, [, count]) => sum + count, 0);
  const totalRow = (label: PaperWordKey): ReportRow => ({
    ...{ label: say(label), value: figureOfTheDay(total, shown, say), bar: null },
  });
  if (shown?.ofTheDay === false)
    return { title: say('section.exceptions'), rows: [totalRow('figure.exceptions')] };
  const named = (rows: Cells): Cells =>
    rows.map(([reason, count]) => [sayValue(say, 'reason.', reason), count]);
  const pooled = shown?.reasons ?? null;
  const rows =
    pooled === null
      ? named(cells)
      : pooled.kept.length === 0
        ? []
        : [
            ...named(pooled.kept),
            ...(pooled.others === null ? [] : [[say('merged.others'), pooled.others] as const]),
          ];
  const share = formatShare(exceptions.share, language);
  return {
    title:
      pooled === null || pooled.kept.length === 0
        ? say('section.exceptions')
        : asOf(say('section.exceptions'), pooled.asOf, say),
    rows: [
      ...plain(rows),
      totalRow('total'),
      ...(shown !== null && isSmall(total)
        ? []
        : [{ label: say('figure.exception-share'), value: share, bar: null }]),
    ],
  };
}

/** Visits that ended without an identification. */
export function stopTable(stops: Readonly<Record<string, number>>, say: Say): ReportTable {
  const cells = inOrder(stops, STOP_OUTCOMES).filter(([, count]) => count > 0);
  const rows = cells.map(
    ([outcome, count]) => [sayValue(say, 'outcome.', outcome, '.short'), count] as const,
  );
  const total = cells.reduce((sum, [, count]) => sum + count, 0);
  return { title: say('section.stops'), rows: plain([...rows, [say('total'), total]]) };
}

/** What the lanes of a station had two people decide, and what is still to be looked into. */
export function laneTable(
  {
    overrides,
    overridesDuringCut,
    takeOvers,
    resumptions,
    matters,
  }: LaneDecisions & { matters: readonly ReportMatter[] },
  say: Say,
): ReportTable {
  return {
    title: say('section.lanes'),
    rows: plain([
      [say('lanes.overrides'), overrides],
      [say('lanes.overrides-cut'), overridesDuringCut],
      [say('lanes.take-overs'), takeOvers],
      [say('lanes.resumed.at-opening'), resumptions['at-opening']],
      [say('lanes.resumed.unproven'), resumptions.unproven],
      [say('lanes.resumed.older-copy'), resumptions['older-copy']],
      [say('lanes.matters'), matters.length],
    ]),
  };
}

/** Names tables and receipts, and nobody: the commission finds the voter by them. */
export function matterText({ kind, lanes, receipts, paperLines }: ReportMatter, say: Say): string {
  const tables = [...new Set(lanes)].join(', ');
  if (kind !== 'collision') return say(`matter.${kind}`, { tables });
  const records = [
    ...receipts.map((one) => one ?? '—'),
    ...paperLines.map((line) => say('matter.paper-line', { line: String(line) })),
  ];
  return say('matter.collision', { tables, receipts: records.join(', ') });
}

/** A table of earlier figures says of when they are. */
function asOf(title: string, at: string, say: Say): string {
  return `${title} (${say('figures.as-of', { time: at })})`;
}

function hourRows(byHour: Readonly<Record<string, number>>, merged: boolean): Cells {
  const cells = Object.entries(byHour).sort(([one], [other]) => Number(one) - Number(other));
  const spans = merged
    ? mergeNeighbours(cells)
    : cells.map(([hour, count]) => ({ first: hour, last: hour, count }));
  return spans.map(({ first, last, count }) => [formatHours(Number(first), Number(last)), count]);
}

function ageRows(byAgeGroup: Readonly<Record<string, number>>, shown: ShownToAll | null): Cells {
  const cells = inOrder(byAgeGroup, AGE_GROUPS);
  const spans = shown?.age.cells ?? cells.map(([group, count]) => ({ first: group, last: group, count }));
  return spans.map(({ first, last, count }) => [ageSpan(first, last), count]);
}

/** `18-25` to `26-35` becomes `18–35`; with `61+` at the end, `18+`. */
function ageSpan(first: string, last: string): string {
  const from = first.split('-')[0] ?? first;
  if (last.endsWith('+')) return first === last ? last : `${from}+`;
  return `${from}–${last.split('-')[1] ?? last}`;
}

function sexRows(bySex: Readonly<Record<string, number>>, say: Say, shown: ShownToAll | null): Cells {
  const named = (cells: Cells): Cells => cells.map(([sex, count]) => [sayValue(say, 'sex.', sex), count]);
  if (shown === null) return named(inOrder(bySex, ['female', 'male']));
  const { cells } = shown.sex;
  const only = cells[0];
  return cells.length === 1 && only !== undefined && only.first !== only.last
    ? [[say('sex.both'), only.count]]
    : named(cells.map(({ first, count }) => [first, count]));
}

function laneRows(byLane: Readonly<Record<string, number>>, say: Say): Cells {
  return Object.entries(byLane)
    .sort(([one], [other]) => Number(one) - Number(other))
    .map(([lane, count]) => [say('lane.number', { number: lane }), count]);
}

/** All known rows in their own order, zeros too; what is not known stands at the end and still counts. */
function inOrder(table: Readonly<Record<string, number>>, order: readonly string[]): Cells {
  const unknown = Object.keys(table).filter((key) => !order.includes(key));
  return [...order, ...unknown].map((key) => [key, table[key] ?? 0]);
}

function plain(cells: Cells): ReportRow[] {
  return cells.map(([label, count]) => ({ label, value: formatCount(count), bar: null }));
}

function withBars(cells: Cells): ReportRow[] {
  const most = Math.max(1, ...cells.map(([, count]) => count));
  return cells.map(([label, count]) => ({ label, value: formatCount(count), bar: count / most }));
}
