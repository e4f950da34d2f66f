import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LEAST_CELL, mergeNeighbours, poolSmallCells } from './merge-small-cells.ts';

const tables = fc
  .array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 14 })
  .map((counts) => counts.map((count, index) => [`c${index}`, count] as const));
const sumOf = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

describe('small cells', () => {
  it('join their neighbours: eight voters of one hour are shown with the twelve of the next', () => {
    expect(
      mergeNeighbours([
        ['08', 8],
        ['09', 12],
        ['10', 30],
        ['11', 2],
      ]),
    ).toEqual([
      { first: '08', last: '09', count: 20 },
      { first: '10', last: '11', count: 32 },
    ]);
  });

  it('keep the sum, and leave no cell under ten beside another', () => {
    fc.assert(
      fc.property(tables, (cells) => {
        const merged = mergeNeighbours(cells);
        expect(sumOf(merged.map(({ count }) => count))).toBe(sumOf(cells.map(([, count]) => count)));
        if (merged.length > 1)
          for (const { count } of merged) expect(count).toBeGreaterThanOrEqual(LEAST_CELL);
      }),
    );
  });

  it('are pooled where there is no order, together with the cell that would give them away', () => {
    expect(
      poolSmallCells([
        ['no-match', 31],
        ['no-fingers', 1],
        ['scanner-failed', 12],
      ]),
    ).toEqual({ kept: [['no-match', 31]], others: 13 });
  });

  it('pool: the sum stays, and a pool beside kept cells holds ten or more', () => {
    fc.assert(
      fc.property(tables, (cells) => {
        const { kept, others } = poolSmallCells(cells);
        const shown = kept.map(([, count]) => count);
        expect(sumOf(shown) + (others ?? 0)).toBe(sumOf(cells.map(([, count]) => count)));
        for (const count of shown) expect(count).toBeGreaterThanOrEqual(LEAST_CELL);
        if (kept.length > 0 && others !== null) expect(others).toBeGreaterThanOrEqual(LEAST_CELL);
      }),
    );
  });
});
