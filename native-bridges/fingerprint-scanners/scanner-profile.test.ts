import { describe, expect, test } from 'vitest';
import { orient } from './scanner-profile.ts';

/** 0 1 2 / 3 4 5 */
function oriented(flipRows: boolean, flipColumns: boolean, invert: boolean, offset = 0): readonly number[] {
  const memory = new Uint8Array(6 + offset);
  const pixels = memory.subarray(offset);
  pixels.set([0, 1, 2, 3, 4, 5]);
  orient({ width: 3, height: 2, dpi: 500, pixels }, { flipRows, flipColumns, invert });
  return [...pixels];
}

describe('how a sensor is built in', () => {
  test.each([
    [false, false, [0, 1, 2, 3, 4, 5]],
    [true, false, [3, 4, 5, 0, 1, 2]],
    [false, true, [2, 1, 0, 5, 4, 3]],
    [true, true, [5, 4, 3, 2, 1, 0]],
  ] as const)('rows flipped: %s, columns flipped: %s', (flipRows, flipColumns, expected) => {
    expect(oriented(flipRows, flipColumns, false)).toEqual(expected);
  });

  test('light ridges become dark, wherever the pixels lie in memory', () => {
    for (const offset of [0, 1, 4])
      expect(oriented(false, false, true, offset)).toEqual([255, 254, 253, 252, 251, 250]);
  });
});
