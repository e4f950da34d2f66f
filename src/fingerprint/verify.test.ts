import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeRandom } from './testing/random.ts';
import { fuseFingers, fuseImpressions, verify } from './verify.ts';

const score = fc.double({ min: 0, max: 200, noNaN: true });

/** A stranger's score on a scale where 10 k is reached by one in 10^k. */
function strangerScore(random: () => number): number {
  return -10 * Math.log10(1 - random());
}

describe('fusing impressions of one finger', () => {
  it('gives one impression its own score, and none 0', () => {
    expect(fuseImpressions([37.5])).toBe(37.5);
    expect(fuseImpressions([])).toBe(0);
    expect(verify({ width: 9, height: 9, minutiae: [] }, []).score).toBe(0);
  });

  it('does not depend on their order, and never exceeds the best', () => {
    fc.assert(
      fc.property(fc.array(score, { minLength: 1, maxLength: 6 }), (scores) => {
        expect(fuseImpressions(scores.toReversed())).toBe(fuseImpressions(scores));
        expect(fuseImpressions(scores)).toBeLessThanOrEqual(Math.max(...scores));
      }),
    );
  });

  it('keeps the meaning of the threshold for a stranger who has three tries', () => {
    const random = makeRandom(1);
    const fused = Array.from({ length: 40_000 }, () =>
      fuseImpressions([strangerScore(random), strangerScore(random), strangerScore(random)]),
    );
    const reached = fused.filter((value) => value >= 20).length / fused.length;
    expect(reached).toBeGreaterThan(0.007);
    expect(reached).toBeLessThan(0.0115);
  });
});

describe('fusing fingers of one person', () => {
  it('grows with either finger', () => {
    fc.assert(
      fc.property(score, score, fc.double({ min: 0.1, max: 50, noNaN: true }), (a, b, more) => {
        expect(fuseFingers([a + more, b])).toBeGreaterThan(fuseFingers([a, b]));
        expect(fuseFingers([a, b])).toBeCloseTo(fuseFingers([b, a]), 9);
      }),
    );
  });

  it('gives one finger its own score', () => {
    expect(fuseFingers([31])).toBeCloseTo(31, 9);
    expect(fuseFingers([])).toBe(0);
  });

  it('keeps the meaning of the threshold for two fingers of a stranger', () => {
    const random = makeRandom(2);
    const fused = Array.from({ length: 40_000 }, () =>
      fuseFingers([strangerScore(random), strangerScore(random)]),
    );
    const reached = fused.filter((value) => value >= 20).length / fused.length;
    expect(reached).toBeGreaterThan(0.0085);
    expect(reached).toBeLessThan(0.0115);
  });
});
