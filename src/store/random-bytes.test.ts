import fc from 'fast-check';
import { expect, it } from 'vitest';
import { randomSalt } from './random-bytes.ts';

it('gives nothing twice, nothing that was wiped, and nothing that changes later', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 12, max: 4096 }), { minLength: 1, maxLength: 40 }), (lengths) => {
      const drawn = lengths.map((length) => randomSalt(length));
      const asGiven = drawn.map((bytes) => Buffer.from(bytes).toString('hex'));
      randomSalt(4096);
      for (const [i, bytes] of drawn.entries()) {
        expect(bytes.length).toBe(lengths[i]);
        expect(Buffer.from(bytes).toString('hex')).toBe(asGiven[i]);
        // 12 zero bytes or a repetition by chance: once in 2^96.
        for (let at = 0; at + 12 <= bytes.length; at += 12) {
          const piece = asGiven[i]?.slice(at * 2, at * 2 + 24) ?? '';
          expect(piece).not.toBe('00'.repeat(12));
          expect(seen.has(piece)).toBe(false);
          seen.add(piece);
        }
      }
    }),
    { numRuns: 30 },
  );
});

it('takes of a pool that is nearly used up nothing of what was given out before', () => {
  randomSalt(4096);
  const before = randomSalt(4000);
  const after = randomSalt(97);
  expect(Buffer.from(before).includes(Buffer.from(after.subarray(0, 16)))).toBe(false);
});
