import { EXCEPTION_REASONS } from '../outcome.ts';
import type { Turnout } from '../turnout.ts';
import { AGE_GROUPS } from '../voter.ts';
import {
  LEAST_CELL,
  type MergedCells,
  mergeNeighbours,
  type PooledCells,
  poolSmallCells,
} from './merge-small-cells.ts';

/** One-way tables as they were last shown to everybody, each with the local time of its figures. */
export interface PublishedTables {
  readonly sex: PublishedSpans;
  readonly age: PublishedSpans;
  readonly reasons: PublishedPool;
}

export interface PublishedSpans {
  readonly asOf: string;
  readonly cells: readonly MergedCells[];
}

export interface PublishedPool extends PooledCells {
  readonly asOf: string;
}

const SEXES = ['female', 'male'] as const;

/**
 * What the next public report may show. Each report merges its small cells, but whoever subtracts one report from
 * the next would get the cells of the time in between: so a table moves on only when every cell of that difference
 * has `LEAST_CELL` people or more, and shows its old figures with their time until then. Totals are exact all day.
 */
export function publishTables(
  {
    turnout,
    exceptions,
  }: {
    readonly turnout: Pick<Turnout, 'bySex' | 'byAgeGroup'>;
    readonly exceptions: { readonly byReason: Readonly<Record<string, number>> };
  },
  before: PublishedTables | null,
  at: string,
): PublishedTables {
  const { bySex, byAgeGroup } = turnout;
  return {
    sex: nextSpans(cellsOf(bySex, SEXES), before?.sex ?? null, SEXES, at),
    age: nextSpans(cellsOf(byAgeGroup, AGE_GROUPS), before?.age ?? null, AGE_GROUPS, at),
    reasons: nextPool(cellsOf(exceptions.byReason, EXCEPTION_REASONS), before?.reasons ?? null, at),
  };
}

type Cells = readonly (readonly [string, number])[];

function cellsOf(table: Readonly<Record<string, number>>, order: readonly string[]): Cells {
  const known: Cells = order.map((key) => [key, table[key] ?? 0]);
  const unknown = Object.entries(table).filter(([key]) => !order.includes(key));
  return [...known, ...unknown];
}

function nextSpans(
  cells: Cells,
  before: PublishedSpans | null,
  order: readonly string[],
  at: string,
): PublishedSpans {
  const merged = mergeNeighbours(cells);
  if (before === null || same(before.cells, merged)) return { asOf: at, cells: merged };
  const differences = differencesOf(before.cells, merged, order);
  return differences?.every((one) => one >= LEAST_CELL) === true ? { asOf: at, cells: merged } : before;
}

/**
 * The counts that subtraction gives: of the finest spans of which both tables are made up. Null where an older table
 * tells two groups apart that the newer one joins (acts were undone): the two must not be compared at all.
 */
function differencesOf(
  before: readonly MergedCells[],
  after: readonly MergedCells[],
  order: readonly string[],
): number[] | null {
  const place = (name: string): number => order.indexOf(name);
  const differences: number[] = [];
  for (const old of before) {
    const inside = after.filter(
      (cell) => place(cell.first) >= place(old.first) && place(cell.last) <= place(old.last),
    );
    const first = inside[0]?.first;
    const last = inside.at(-1)?.last;
    if (first !== old.first || last !== old.last) return null;
    differences.push(inside.reduce((sum, { count }) => sum + count, 0) - old.count);
  }
  return differences;
}

function nextPool(cells: Cells, before: PublishedPool | null, at: string): PublishedPool {
  const pooled = poolSmallCells(cells);
  if (before === null) return { asOf: at, ...pooled };
  const [old, now] = [poolCounts(before), poolCounts(pooled)];
  if (JSON.stringify(old) === JSON.stringify(now)) return { asOf: at, ...pooled };
  // The pool takes up whatever is not told apart; a reason that has left it may be subtracted from what it was.
  const kept = [...before.kept, ...pooled.kept].map(([reason]) => reason);
  const common = kept.every((reason) => reason in old && reason in now);
  const grown = Object.keys(now).every((name) => {
    const difference = (now[name] ?? 0) - (old[name] ?? 0);
    return difference === 0 || difference >= LEAST_CELL;
  });
  return common && grown ? { asOf: at, ...pooled } : before;
}

function poolCounts({ kept, others }: PooledCells): Record<string, number> {
  return { ...Object.fromEntries(kept), '': others ?? 0 };
}

function same(one: readonly MergedCells[], other: readonly MergedCells[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
