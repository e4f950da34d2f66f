import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeErrorRates } from './error-rates.ts';

const scores = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 1, maxLength: 40 });

describe('error rates', () => {
  it('are 0 when every genuine score is above every impostor', () => {
    expect(computeErrorRates([5, 6, 7], [1, 2, 3])).toEqual({
      genuineCount: 3,
      impostorCount: 3,
      equalErrorRate: 0,
      fnmrAtFmr1Percent: 0,
      fnmrAtFmr01Percent: 0,
      fnmrAtZeroFmr: 0,
    });
  });

  it('are what counting by hand gives', () => {
    // At threshold 4 both rates are a quarter; just below it FNMR is 0 and FMR a quarter, and the rule takes the
    // smaller mean of the two sides of the crossing.
    const rates = computeErrorRates([3, 5, 6, 7], [1, 2, 2.5, 4]);
    expect(rates.equalErrorRate).toBe(0.125);
    expect(rates.fnmrAtZeroFmr).toBe(0.25);
    // At FMR 0 the best impostor, 6.5, has to be refused, and three genuine scores with it.
    expect(computeErrorRates([3, 5, 6, 7], [1, 2, 2.5, 6.5]).fnmrAtZeroFmr).toBe(0.75);
  });

  it('reads FNMR at the FMR that is asked for', () => {
    const impostors = Array.from({ length: 1000 }, (_, i) => i / 10);
    const rates = computeErrorRates([98.85, 99.75, 99.85, 120], impostors);
    expect(rates.fnmrAtFmr1Percent).toBe(0.25);
    expect(rates.fnmrAtFmr01Percent).toBe(0.5);
    expect(rates.fnmrAtZeroFmr).toBe(0.75);
  });

  it('lie in order and within 0 and 1', () => {
    fc.assert(
      fc.property(scores, scores, (genuine, impostors) => {
        const rates = computeErrorRates(genuine, impostors);
        expect(rates.equalErrorRate).toBeGreaterThanOrEqual(0);
        expect(rates.equalErrorRate).toBeLessThanOrEqual(1);
        expect(rates.fnmrAtFmr1Percent).toBeLessThanOrEqual(rates.fnmrAtFmr01Percent);
        expect(rates.fnmrAtFmr01Percent).toBeLessThanOrEqual(rates.fnmrAtZeroFmr);
      }),
    );
  });
});
