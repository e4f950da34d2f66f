import { describe, expect, it } from 'vitest';
import { thin } from './skeleton.ts';

describe('thinning', () => {
  it('leaves one pixel of a thick bar, unbroken', () => {
    const width = 30;
    const bar = new Uint8Array(width * 15);
    for (let y = 5; y < 10; y++) bar.fill(1, y * width + 4, y * width + 26);
    thin(bar, width, 15);
    const columns = Array.from({ length: width }, (_, x) => {
      let count = 0;
      for (let y = 0; y < 15; y++) count += bar[y * width + x] ?? 0;
      return count;
    });
    expect(columns.slice(8, 22)).toEqual(new Array(14).fill(1));
  });
});
