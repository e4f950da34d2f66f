/** Below this many people a cell could point at somebody (design decision: cells under 10 are merged). */
export const LEAST_CELL = 10;

/** Neighbouring rows of an ordered table, joined: `first` and `last` are the same where nothing was merged. */
export interface MergedCells {
  readonly first: string;
  readonly last: string;
  readonly count: number;
}

/**
 * Joins neighbours of an ordered table until every cell holds `least` or more; what is left at the end goes to
 * the last one. A table that holds fewer than `least` in all becomes one cell. The sum stays the same, and no
 * merged cell can be worked out from it.
 */
export function mergeNeighbours(
  cells: readonly (readonly [string, number])[],
  least: number = LEAST_CELL,
): MergedCells[] {
  const merged: MergedCells[] = [];
  let open: MergedCells | undefined;
  for (const [name, count] of cells) {
    const cell: MergedCells = { first: name, last: name, count };
    const grown = open === undefined ? cell : joined(open, cell);
    open = grown.count < least ? grown : undefined;
    if (open === undefined) merged.push(grown);
  }
  if (open === undefined) return merged;
  const before = merged.pop();
  return [...merged, before === undefined ? open : joined(before, open)];
}

function joined(one: MergedCells, next: MergedCells): MergedCells {
  return { first: one.first, last: next.last, count: one.count + next.count };
}

/** An unordered table: the cells that stay, and what the small ones come to together. */
export interface PooledCells {
  readonly kept: readonly (readonly [string, number])[];
  /** Null where no cell was small. */
  readonly others: number | null;
}

/**
 * Pools the small cells of an unordered table. Where the pool alone is still small, the smallest cell that
 * would stay joins it, so that it can't be worked out from the total.
 */
export function poolSmallCells(
  cells: readonly (readonly [string, number])[],
  least: number = LEAST_CELL,
): PooledCells {
  const descending = [...cells].filter(([, count]) => count > 0).sort((one, other) => other[1] - one[1]);
  const kept = descending.filter(([, count]) => count >= least);
  const small = descending.filter(([, count]) => count < least);
  if (small.length === 0) return { kept, others: null };
  let others = small.reduce((sum, [, count]) => sum + count, 0);
  while (others < least) {
    const smallest = kept.pop();
    if (smallest === undefined) break;
    others += smallest[1];
  }
  return { kept, others };
}
