import { expect, test } from 'vitest';
import { receiptsOfSpare } from './spare-receipts.ts';

test('no two spares of a place get the same numbers, whoever lets them in, nor those of the laptop of the package', () => {
  const blocks = new Set([0]);
  for (const admitter of [null, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) {
    for (let earlier = 0; earlier < 12; earlier += 1) {
      const first = receiptsOfSpare({ admitter, earlier });
      expect(first % 10_000).toBe(0);
      expect(blocks.has(first)).toBe(false);
      blocks.add(first);
    }
  }
});

test('a spare begins above the last receipt that people have in hand, whatever is known otherwise', () => {
  for (const admitter of [null, 2, 10]) {
    for (const lastOnPaper of [0, 1, 412, 9_999, 10_001, 30_417, 120_009, 999_999]) {
      const first = receiptsOfSpare({ admitter, earlier: 0, lastOnPaper });
      expect(first).toBeGreaterThan(lastOnPaper);
      // Still a block that no other admitter gives.
      expect(((first / 10_000 - 1) % 11) - (admitter ?? 0)).toBe(0);
    }
  }
  expect(receiptsOfSpare({ admitter: null, earlier: 0, lastOnPaper: 412 })).toBe(10_000);
  expect(receiptsOfSpare({ admitter: null, earlier: 0, lastOnPaper: 10_412 })).toBe(120_000);
});
