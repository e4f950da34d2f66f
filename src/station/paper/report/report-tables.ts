import type { Language } from '../../../domain/language.ts';
import { EXCEPTION_REASONS, IDENTIFICATION_METHODS, STOP_OUTCOMES } from '../../../domain/outcome.ts';
import type { Turnout } from '../../../domain/turnout.ts';
import { AGE_GROUPS } from '../../../domain/voter.ts';
import { formatCount, formatHours, formatShare } from '../format.ts';
import { type Say, sayValue } from '../words/paper-words.ts';
import { mergeNeighbours, poolSmallCells } from './merge-small-cells.ts';

/**
 * For whom a report is printed. `commission`: the members' own copy, with exact figures, because they have to
 * reconcile and sign them. `public`: what observers take along or photograph; figures about voters are merged
 * where a cell is under 10. Figures about the commission's own work (lanes, methods, visits that ended early,
 * reconciliation) are exact for everybody: they are what observers are there to check.
 */
export type Audience = 'commission' | 'public';

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

/** The one-way tables of who was identified. */
export function turnoutTables(turnout: Turnout, say: Say, audience: Audience): ReportTable[] {
  return [
    { title: say('section.by-hour'), rows: withBars(hourRows(turnout.byHour, audience)) },
    { title: say('section.by-sex'), rows: plain(sexRows(turnout.bySex, say, audience)) },
    { title: say('section.by-age'), rows: plain(ageRows(turnout.byAgeGroup, audience)) },
    { title: say('section.by-lane'), rows: plain(laneRows(turnout.byLane, say)) },
    {
      title: say('section.by-method'),
      rows: plain(
        inOrder(turnout.byMethod, IDENTIFICATION_METHODS).map(([method, count]) => [
          sayValue(say, 'method.', method),
          count,
        ]),
      ),
    },
  ];
}

/** Why the commission decided: a reason tells of a body, so small cells are pooled for the public. */
export function exceptionTable(
  exceptions: { readonly byReason: Readonly<Record<string, number>>; readonly share: number },
  say: Say,
  language: Language,
  audience: Audience,
): ReportTable {
  const cells = inOrder(exceptions.byReason, EXCEPTION_REASONS).filter(([, count]) => count > 0);
  const total = cells.reduce((sum, [, count]) => sum + count, 0);
  const named = (rows: Cells): Cells =>
    rows.map(([reason, count]) => [sayValue(say, 'reason.', reason), count]);
  const pooled = poolSmallCells(cells);
  const rows =
    audience === 'commission'
      ? named(cells)
      : pooled.kept.length === 0
        ? []
        : [
            ...named(pooled.kept),
            ...(pooled.others === null ? [] : [[say('merged.others'), pooled.others] as const]),
          ];
  return {
    title: say('section.exceptions'),
    rows: [
      ...plain(rows),
      { label: say('total'), value: formatCount(total), bar: null },
      { label: say('figure.exception-share'), value: formatShare(exceptions.share, language), bar: null },
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

function hourRows(byHour: Readonly<Record<string, number>>, audience: Audience): Cells {
  const cells = Object.entries(byHour).sort(([one], [other]) => Number(one) - Number(other));
  const spans =
    audience === 'public'
      ? mergeNeighbours(cells)
      : cells.map(([hour, count]) => ({ first: hour, last: hour, count }));
  return spans.map(({ first, last, count }) => [formatHours(Number(first), Number(last)), count]);
}

function ageRows(byAgeGroup: Readonly<Record<string, number>>, audience: Audience): Cells {
  const cells = inOrder(byAgeGroup, AGE_GROUPS);
  const spans =
    audience === 'public'
      ? mergeNeighbours(cells)
      : cells.map(([group, count]) => ({ first: group, last: group, count }));
  return spans.map(({ first, last, count }) => [ageSpan(first, last), count]);
}

/** `18-25` to `26-35` becomes `18–35`; with `61+` at the end, `18+`. */
function ageSpan(first: string, last: string): string {
  const from = first.split('-')[0] ?? first;
  if (last.endsWith('+')) return first === last ? last : `${from}+`;
  return `${from}–${last.split('-')[1] ?? last}`;
}

function sexRows(bySex: Readonly<Record<string, number>>, say: Say, audience: Audience): Cells {
  const cells = inOrder(bySex, ['female', 'male']);
  const named: Cells = cells.map(([sex, count]) => [sayValue(say, 'sex.', sex), count]);
  if (audience === 'commission') return named;
  const merged = mergeNeighbours(cells);
  const only = merged[0];
  return merged.length === 1 && only !== undefined && only.first !== only.last
    ? [[say('sex.both'), only.count]]
    : named;
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
