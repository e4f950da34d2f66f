import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  KERNEL_MINUTIAE,
  type KernelCylinders,
  similaritiesOfAll,
  wipeSimilarityKernel,
} from './similarity-kernel.ts';

const WORDS = 12;

/** Random bits, clear where not valid, as the builder of cylinders leaves them. */
const anyCylinders: fc.Arbitrary<KernelCylinders> = fc
  .array(
    fc.record({
      bits: fc.array(fc.integer(), { minLength: WORDS, maxLength: WORDS }),
      valid: fc.constantFrom<number[]>([-1, -1], [0, 0], [-1, 0x0f0f0f0f], [0x7fffffff, 1], [0x12345678, -1]),
    }),
    { maxLength: 6 },
  )
  .map((minutiae) => ({
    bits: Int32Array.from(
      minutiae.flatMap(({ bits, valid }) => bits.map((word, w) => word & (valid[w % 2] ?? 0))),
    ),
    valid: Int32Array.from(minutiae.flatMap(({ valid }) => valid)),
  }));

function countBits(word: number): number {
  return (word >>> 0).toString(2).replaceAll('0', '').length;
}

/** The formula of the paper, written for reading. */
function similarity(
  a: KernelCylinders,
  i: number,
  b: KernelCylinders,
  j: number,
  leastCommon: number,
): number {
  const mask = [0, 1].map((half) => (a.valid[2 * i + half] ?? 0) & (b.valid[2 * j + half] ?? 0));
  if (mask.reduce((sum, half) => sum + countBits(half), 0) < leastCommon) return 0;
  const sum = (word: (w: number) => number): number =>
    Array.from({ length: WORDS }, (_, w) => countBits(word(w) & (mask[w % 2] ?? 0))).reduce(
      (s, n) => s + n,
      0,
    );
  const inA = sum((w) => a.bits[i * WORDS + w] ?? 0);
  const inB = sum((w) => b.bits[j * WORDS + w] ?? 0);
  const apart = sum((w) => (a.bits[i * WORDS + w] ?? 0) ^ (b.bits[j * WORDS + w] ?? 0));
  if (inA + inB === 0) return 0;
  return Math.fround(1 - Math.sqrt(apart) / (Math.sqrt(inA) + Math.sqrt(inB)));
}

describe('similarity kernel', () => {
  it('gives exactly what the formula gives, for any cylinders', () => {
    fc.assert(
      fc.property(anyCylinders, anyCylinders, fc.integer({ min: 1, max: 40 }), (a, b, leastCommon) => {
        const countB = b.valid.length / 2;
        const expected = Array.from({ length: (a.valid.length / 2) * countB }, (_, k) =>
          similarity(a, Math.floor(k / countB), b, k % countB, leastCommon),
        );
        expect([...similaritiesOfAll(a, b, leastCommon)]).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  it('keeps nothing once it is wiped', () => {
    const cylinders = { bits: new Int32Array(2 * WORDS).fill(-1), valid: new Int32Array(4).fill(-1) };
    const answer = similaritiesOfAll(cylinders, cylinders, 1);
    expect([...answer]).toEqual([1, 1, 1, 1]);
    wipeSimilarityKernel();
    expect([...answer]).toEqual([0, 0, 0, 0]);
  });

  it('refuses more minutiae than its memory has room for', () => {
    const count = KERNEL_MINUTIAE + 1;
    const crowd = { bits: new Int32Array(count * WORDS), valid: new Int32Array(count * 2) };
    expect(() => similaritiesOfAll(crowd, crowd, 1)).toThrow('room');
  });
});
