import { describe, expect, it } from 'vitest';
import { isSamePlace, placeOfLaptop } from './laptop-place.ts';

const admitted = { type: 'spare-admitted', device: 'laptop-1', lane: 2, receiptsFrom: 10_000 };

describe('where a spare stands', () => {
  it('is what it says of itself, not what a table says that let another laptop in', () => {
    expect(placeOfLaptop({ ...admitted, revokes: null, packageVersion: 1 }, 'laptop-1')).toEqual({
      lane: 2,
      receiptsFrom: 10_000,
    });
    expect(placeOfLaptop(admitted, 'lane-1')).toBe(null);
    expect(placeOfLaptop({ ...admitted, receiptsFrom: undefined }, 'laptop-1')).toBe(null);
    expect(placeOfLaptop({ ...admitted, type: 'program-started' }, 'laptop-1')).toBe(null);
    expect(placeOfLaptop(null, 'laptop-1')).toBe(null);
  });

  it('is the same place where both count the same receipts of one table', () => {
    const place = { lane: 2, receiptsFrom: 10_000 };
    expect(isSamePlace(place, { ...place })).toBe(true);
    expect(isSamePlace(place, { ...place, lane: 3 })).toBe(false);
    expect(isSamePlace(place, { ...place, receiptsFrom: 120_000 })).toBe(false);
  });
});
