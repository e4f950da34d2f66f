import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../domain/result.ts';
import { decodeIso2005, encodeIso2005, ISO_ANGLE_UNIT } from '../codecs/iso-19794-2-2005.ts';
import { recordFromTemplate, templateFromView } from '../codecs/minutiae-record.ts';
import type { Minutia, Template } from '../template.ts';
import { makeFinger, SIZE, touchAgain } from '../testing/toy-finger.ts';
import { compareTemplates } from './compare.ts';
import { falseMatchRateOfScore } from './score.ts';

const anyMinutia = fc.record({
  x: fc.double({ min: 0, max: SIZE, noNaN: true }),
  y: fc.double({ min: 0, max: SIZE, noNaN: true }),
  angle: fc.double({ min: 0, max: 6.28, noNaN: true }),
  type: fc.constantFrom('ending' as const, 'bifurcation' as const, 'other' as const),
  quality: fc.integer({ min: 0, max: 100 }),
});
const anyTemplate: fc.Arbitrary<Template> = fc.record({
  width: fc.constant(SIZE),
  height: fc.constant(SIZE),
  minutiae: fc.array(anyMinutia, { maxLength: 60 }),
});

describe('comparison', () => {
  it.each([0, 0.6, -1.5, 3])('knows a finger again when it is turned by %d radians', (turn) => {
    const finger = makeFinger(1, 45);
    const again = touchAgain(finger, 2, { turn, shift: 15, jitter: 3, lost: 0.2 });
    expect(compareTemplates(finger, again)).toBeGreaterThan(40);
  });

  it('keeps twenty strangers under the score that one in ten thousand reaches', () => {
    const finger = makeFinger(3, 45);
    const scores = Array.from({ length: 20 }, (_, i) => compareTemplates(finger, makeFinger(100 + i, 45)));
    expect(Math.max(...scores)).toBeLessThan(40);
    // Dense: hopeless pairs differ too, so that a search can rank them.
    expect(new Set(scores).size).toBe(scores.length);
  });

  it('falls as an impression gets worse', () => {
    const finger = makeFinger(4, 50);
    const scores = [0, 0.2, 0.4, 0.6, 0.9].map((lost) =>
      compareTemplates(finger, touchAgain(finger, 5, { turn: 0.3, shift: 5, jitter: 2 + 6 * lost, lost })),
    );
    expect(scores.toSorted((a, b) => b - a)).toEqual(scores);
  });

  it('loses little on the way through an ISO record', () => {
    const finger = makeFinger(6, 45);
    const again = touchAgain(finger, 7, { turn: 0.2, shift: 5, jitter: 2, lost: 0.2 });
    const record = recordFromTemplate(again, { position: 2, quality: 50 }, ISO_ANGLE_UNIT);
    const decoded = unwrap(decodeIso2005(encodeIso2005(record)));
    const view = decoded.views[0];
    if (view === undefined) throw new Error('no view');
    const direct = compareTemplates(finger, again);
    expect(Math.abs(compareTemplates(finger, templateFromView(decoded, view)) - direct)).toBeLessThan(
      0.1 * direct,
    );
  });

  it('is symmetric, finite, and never below 0, for any two templates', () => {
    fc.assert(
      fc.property(anyTemplate, anyTemplate, (a, b) => {
        const score = compareTemplates(a, b);
        expect(Number.isFinite(score) && score >= 0).toBe(true);
        expect(compareTemplates({ ...b }, { ...a })).toBe(score);
      }),
      { numRuns: 60 },
    );
  });

  it('stands templates without any minutiae, with one, and with 255 on one spot', () => {
    const empty: Template = { width: SIZE, height: SIZE, minutiae: [] };
    const minutia: Minutia = { x: 9, y: 9, angle: 1, type: 'ending', quality: 50 };
    const crowd: Template = { ...empty, minutiae: Array.from({ length: 255 }, () => minutia) };
    const one: Template = { ...empty, minutiae: [minutia] };
    for (const a of [empty, one, crowd]) {
      for (const b of [empty, one, crowd]) expect(Number.isFinite(compareTemplates(a, b))).toBe(true);
    }
    expect(compareTemplates(empty, makeFinger(8, 40))).toBeLessThan(3);
  });

  it('states what a score means', () => {
    expect(falseMatchRateOfScore(0)).toBe(1);
    expect(falseMatchRateOfScore(30)).toBeCloseTo(0.001, 9);
  });
});
