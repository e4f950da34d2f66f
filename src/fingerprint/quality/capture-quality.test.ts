import { describe, expect, it } from 'vitest';
import { drawRidges } from '../testing/ridge-image.ts';
import { assessQuality } from './capture-quality.ts';

const SIZE = { width: 320, height: 400 };

describe('capture quality', () => {
  it('is high, with nothing to say, when a finger covers the glass', () => {
    const quality = assessQuality(drawRidges({ ...SIZE, orientation: 0.8 }));
    expect(quality.advice).toBe('ok');
    expect(quality.score).toBeGreaterThan(80);
  });

  it('sees that nothing lies on the glass', () => {
    const pixels = new Uint8Array(SIZE.width * SIZE.height).fill(210);
    expect(assessQuality({ ...SIZE, pixels, dpi: 500 })).toEqual({ score: 0, advice: 'no-finger' });
  });

  it('asks to cover more of the glass when only the tip lies there', () => {
    expect(assessQuality(drawRidges({ ...SIZE, coverage: 0.35 })).advice).toBe('cover-more');
  });

  it('asks to move to the centre when the finger lies over the edge', () => {
    expect(assessQuality(drawRidges({ ...SIZE, coverage: 0.6, offset: [0.4, 0.1] })).advice).toBe(
      'centre-finger',
    );
  });

  it('asks to press harder when the print is faint', () => {
    const quality = assessQuality(drawRidges({ ...SIZE, contrast: 14, coverage: 0.45 }));
    expect(quality.advice).toBe('press-harder');
  });

  it('tells a dry finger from a wet one', () => {
    expect(assessQuality(drawRidges({ ...SIZE, thickness: -0.75, coverage: 0.45 })).advice).toBe('moisten');
    expect(assessQuality(drawRidges({ ...SIZE, thickness: 0.75, coverage: 0.45 })).advice).toBe('dry');
  });

  it('falls as the print gets smaller', () => {
    const scores = [0.9, 0.6, 0.4, 0.25].map(
      (coverage) => assessQuality(drawRidges({ ...SIZE, coverage })).score,
    );
    expect(scores.toSorted((a, b) => b - a)).toEqual(scores);
    expect(new Set(scores).size).toBeGreaterThan(2);
  });

  it('says about the same at twice the resolution', () => {
    const once = assessQuality(drawRidges({ ...SIZE, coverage: 0.6 }));
    const twice = assessQuality(drawRidges({ width: 640, height: 800, dpi: 1000, coverage: 0.6 }));
    expect(Math.abs(once.score - twice.score)).toBeLessThan(10);
  });
});
