import type { CollectorTotals, CountedProperty } from './collector-store.ts';

/** A table of one property. Cells under the least size are one cell together, so that nobody stands out. */
export interface TurnoutTable {
  readonly cells: Readonly<Record<string, number>>;
  /** The sum of the cells that are not shown. */
  readonly merged: number;
}

/** One-way tables, net of what was undone; no cell of two properties is ever made. */
export interface CentreTurnout {
  /** Identifications, those that were undone later included. */
  readonly identified: number;
  readonly undone: number;
  readonly byHour: TurnoutTable;
  readonly bySex: TurnoutTable;
  readonly byAgeGroup: TurnoutTable;
  readonly byMethod: TurnoutTable;
  readonly byStation: TurnoutTable;
  /** Of machines and procedures, not of people: small numbers stay. */
  readonly incidents: Readonly<Record<string, number>>;
}

export const LEAST_CELL = 10;

export function tabulateTurnout({ counts, devices }: CollectorTotals): CentreTurnout {
  const cells = (property: CountedProperty): Record<string, number> =>
    Object.fromEntries(
      counts.filter((count) => count.property === property).map(({ value, count }) => [value, count]),
    );
  const kinds = cells('kind');
  const stations: Record<string, number> = {};
  for (const { station, identified, undone } of devices) {
    stations[station] = (stations[station] ?? 0) + identified - undone;
  }
  return {
    identified: kinds.identification ?? 0,
    undone: kinds.undo ?? 0,
    byHour: mergeSmallCells(cells('hour')),
    bySex: mergeSmallCells(cells('sex')),
    byAgeGroup: mergeSmallCells(cells('age-group')),
    byMethod: mergeSmallCells(cells('method')),
    byStation: mergeSmallCells(stations),
    incidents: cells('incident'),
  };
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
