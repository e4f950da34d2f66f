import type { CollectorTotals, CountedProperty } from './collector-store.ts';

/** A table of one property. Cells under the least size are one cell together, so that nobody stands out. */
export interface TurnoutTable {
  readonly cells: Readonly<Record<string, number>>;
  /** The sum of the cells that are not shown. */
  readonly merged: number;
}

/** One-way tables; no cell of two properties is ever made. */
export interface CentreTurnout {
  /** Identifications, those that were undone later included. */
  readonly identified: number;
  readonly undone: number;
  readonly byHour: TurnoutTable;
  readonly bySex: TurnoutTable;
  readonly byAgeGroup: TurnoutTable;
  readonly byMethod: TurnoutTable;
  readonly byStation: TurnoutTable;
}

export const LEAST_CELL = 10;

export function tabulateTurnout(totals: CollectorTotals): CentreTurnout {
  const kinds = sumProperty(totals, 'kind');
  const stations: Record<string, number> = {};
  for (const { station, counts } of totals.devices) {
    const identified = counts.find(
      ({ property, value }) => property === 'kind' && value === 'identification',
    );
    stations[station] = (stations[station] ?? 0) + (identified?.count ?? 0);
  }
  return {
    identified: kinds.identification ?? 0,
    undone: kinds.undo ?? 0,
    byHour: mergeSmallCells(sumProperty(totals, 'hour')),
    bySex: mergeSmallCells(sumProperty(totals, 'sex')),
    byAgeGroup: mergeSmallCells(sumProperty(totals, 'age-group')),
    byMethod: mergeSmallCells(sumProperty(totals, 'method')),
    byStation: mergeSmallCells(stations),
  };
}

function sumProperty(totals: CollectorTotals, property: CountedProperty): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { counts } of totals.devices) {
    for (const count of counts) {
      if (count.property === property) sums[count.value] = (sums[count.value] ?? 0) + count.count;
    }
  }
  return sums;
}

/**
 * Merges the cells under ten. Where these are still under ten together, the total would give them away, so the
 * smallest of the other cells goes with them.
 */
export function mergeSmallCells(counts: Readonly<Record<string, number>>): TurnoutTable {
  const cells: Record<string, number> = {};
  let merged = 0;
  const bySize = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .toSorted(([, a], [, b]) => a - b);
  for (const [name, count] of bySize) {
    if (count < LEAST_CELL || (merged > 0 && merged < LEAST_CELL)) merged += count;
    else cells[name] = count;
  }
  const inOrder = Object.fromEntries(Object.entries(cells).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return { cells: inOrder, merged };
}
