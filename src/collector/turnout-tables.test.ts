import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LEAST_CELL, mergeSmallCells } from './turnout-tables.ts';

test('small cells are one cell', () => {
  expect(mergeSmallCells({ a: 100, b: 9, c: 4 })).toEqual({ cells: { a: 100 }, merged: 13 });
});

test('one small cell takes the next smallest with it, because the total would give it away', () => {
  expect(mergeSmallCells({ a: 100, b: 40, c: 3 })).toEqual({ cells: { a: 100 }, merged: 43 });
});

test('every table adds up, and nothing under ten can be read from it', () => {
  const counts = fc.dictionary(fc.string({ minLength: 1, maxLength: 4 }), fc.nat(60), { maxKeys: 8 });
  fc.assert(
    fc.property(counts, (table) => {
      const total = Object.values(table).reduce((sum, count) => sum + count, 0);
      const { cells, merged } = mergeSmallCells(table);
      const shown = Object.values(cells);
      expect(shown.reduce((sum, count) => sum + count, merged)).toBe(total);
      expect(shown.every((count) => count >= LEAST_CELL)).toBe(true);
      // A remainder under ten is left only where the whole table is that small.
      expect(merged === 0 || merged >= LEAST_CELL || shown.length === 0).toBe(true);
    }),
  );
});
