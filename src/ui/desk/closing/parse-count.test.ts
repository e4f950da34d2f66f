import { describe, expect, it } from 'vitest';
import { parseCount } from './parse-count.ts';

describe('a count that members typed', () => {
  it('is a whole number that a station can have', () => {
    expect(parseCount('0')).toBe(0);
    expect(parseCount(' 1723 ')).toBe(1723);
    expect(parseCount('100000')).toBe(100_000);
  });

  it('is never guessed: nothing typed is not a zero', () => {
    for (const text of ['', ' ', '-1', '1.5', '1e3', '100001', 'many']) expect(parseCount(text)).toBeNull();
  });
});
