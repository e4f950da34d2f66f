import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GreyImage } from '../../domain/grey-image.ts';
import { unwrap } from '../../domain/result.ts';
import type { Minutia, Template } from '../template.ts';
import { makeRandom } from '../testing/random.ts';
import { drawRidges, type PlantedMinutia } from '../testing/ridge-image.ts';
import { extractTemplate } from './extract.ts';

const PLANTED: readonly PlantedMinutia[] = [
  { x: 90, y: 100, along: true },
  { x: 160, y: 90, along: false },
  { x: 120, y: 170, along: true },
  { x: 185, y: 175, along: false },
];

/** The planted minutia's angle as a template states it: counter-clockwise with y up. */
function plantedAngle(planted: PlantedMinutia, orientation: number): number {
  return -(planted.along ? orientation : orientation + Math.PI);
}

function nearest(minutiae: readonly Minutia[], x: number, y: number): Minutia {
  const sorted = minutiae.toSorted((a, b) => Math.hypot(a.x - x, a.y - y) - Math.hypot(b.x - x, b.y - y));
  const first = sorted[0];
  if (first === undefined) throw new Error('no minutiae at all');
  return first;
}

/** Minutiae away from the rim of the print, where cut ridges may look like endings. */
function inside(template: Template): Minutia[] {
  return template.minutiae.filter(({ x, y }) => Math.hypot(x - 140, y - 140) < 95);
}

describe('extraction', () => {
  it.each([0, 0.4, 1.2, 1.9, 2.8])(
    'finds planted minutiae and no others inside the print, ridges at %d radians',
    (orientation) => {
      const image = drawRidges({ width: 280, height: 280, orientation, minutiae: PLANTED });
      const template = unwrap(extractTemplate(image));
      for (const planted of PLANTED) {
        const found = nearest(template.minutiae, planted.x, planted.y);
        expect(Math.hypot(found.x - planted.x, found.y - planted.y)).toBeLessThan(5);
        expect(Math.cos(found.angle - plantedAngle(planted, orientation))).toBeGreaterThan(Math.cos(0.3));
      }
      expect(inside(template)).toHaveLength(PLANTED.length);
    },
  );

  it('finds both kinds: a ridge that ends and a ridge that forks', () => {
    // The same dislocation half a period up is a valley that ends: a bifurcation.
    const at = (y: number) => [{ x: 140, y, along: true }];
    const types = [138, 140.25, 142.5, 144.75].map(
      (y) =>
        unwrap(extractTemplate(drawRidges({ width: 280, height: 280, minutiae: at(y) }))).minutiae[0]?.type,
    );
    expect(new Set(types)).toEqual(new Set(['ending', 'bifurcation']));
  });

  it.each([1000, 700, 512, 360])('states coordinates at 500 dpi for an image of %d dpi', (dpi) => {
    const scale = dpi / 500;
    const image = drawRidges({
      width: Math.round(280 * scale),
      height: Math.round(280 * scale),
      dpi,
      orientation: 0.7,
      minutiae: PLANTED.map((planted) => ({ ...planted, x: planted.x * scale, y: planted.y * scale })),
    });
    const template = unwrap(extractTemplate(image));
    expect(Math.abs(template.width - 280)).toBeLessThanOrEqual(1);
    for (const planted of PLANTED) {
      const found = nearest(template.minutiae, planted.x, planted.y);
      expect(Math.hypot(found.x - planted.x, found.y - planted.y)).toBeLessThan(5);
    }
  });

  it.each([12, 4])(
    'finds the same minutiae on a faint print, of %d grey levels to either side',
    (contrast) => {
      const clear = unwrap(extractTemplate(drawRidges({ width: 280, height: 280, minutiae: PLANTED })));
      const faint = unwrap(
        extractTemplate(drawRidges({ width: 280, height: 280, minutiae: PLANTED, contrast })),
      );
      expect(inside(faint)).toHaveLength(inside(clear).length);
    },
  );

  it('finds nothing on a glass that shows its noise alone', () => {
    const random = makeRandom(7);
    for (const levels of [0, 1, 3, 12, 60]) {
      const pixels = Uint8Array.from(
        { length: 280 * 280 },
        () => 150 + Math.round(levels * (random() - 0.5)),
      );
      expect(extractTemplate({ width: 280, height: 280, pixels, dpi: 500 })).toEqual({
        ok: false,
        error: { code: 'no-ridges' },
      });
    }
  });

  it('leaves the image as it is and gives the same template every time', () => {
    const image = drawRidges({ width: 280, height: 280, orientation: 1, minutiae: PLANTED });
    const before = image.pixels.slice();
    const first = extractTemplate(image);
    unwrap(extractTemplate(drawRidges({ width: 400, height: 300 })));
    expect(extractTemplate(image)).toEqual(first);
    expect(image.pixels).toEqual(before);
  });

  it.each<[string, GreyImage, string]>([
    ['no pixels', { width: 0, height: 0, pixels: new Uint8Array(0), dpi: 500 }, 'unreadable-image'],
    ['one pixel', { width: 1, height: 1, pixels: new Uint8Array(1), dpi: 500 }, 'unreadable-image'],
    [
      'fewer pixels than it says',
      { width: 100, height: 100, pixels: new Uint8Array(99), dpi: 500 },
      'unreadable-image',
    ],
    [
      'a size that is no number',
      { width: Number.NaN, height: 9, pixels: new Uint8Array(9), dpi: 500 },
      'unreadable-image',
    ],
    [
      'too many pixels',
      { width: 10_000, height: 10_000, pixels: new Uint8Array(0), dpi: 500 },
      'image-too-large',
    ],
    [
      'pixels coarser than ridges',
      { width: 100, height: 100, pixels: new Uint8Array(10_000), dpi: 72 },
      'unsupported-resolution',
    ],
    [
      'no resolution',
      { width: 100, height: 100, pixels: new Uint8Array(10_000), dpi: Number.NaN },
      'unsupported-resolution',
    ],
    [
      'one grey all over',
      { width: 100, height: 100, pixels: new Uint8Array(10_000).fill(200), dpi: 500 },
      'no-ridges',
    ],
  ])('refuses an image with %s', (_, image, code) => {
    expect(extractTemplate(image)).toEqual({ ok: false, error: { code } });
  });

  it('answers lawfully to any picture', () => {
    const anyImage = fc
      .record({
        width: fc.integer({ min: 1, max: 90 }),
        height: fc.integer({ min: 1, max: 90 }),
        dpi: fc.integer({ min: 190, max: 1100 }),
        seed: fc.uint8Array({ minLength: 1, maxLength: 64 }),
      })
      .map(({ width, height, dpi, seed }) => ({
        width,
        height,
        dpi,
        pixels: Uint8Array.from(
          { length: width * height },
          (_, i) => ((seed[i % seed.length] ?? 0) * (1 + (i >> 5))) & 255,
        ),
      }));
    fc.assert(
      fc.property(anyImage, (image) => {
        const template = extractTemplate(image);
        if (!template.ok) return;
        expect(template.value.minutiae.length).toBeLessThanOrEqual(255);
        for (const minutia of template.value.minutiae) {
          expect(minutia.x >= 0 && minutia.x <= template.value.width).toBe(true);
          expect(minutia.y >= 0 && minutia.y <= template.value.height).toBe(true);
          expect(minutia.angle >= 0 && minutia.angle < 2 * Math.PI).toBe(true);
          expect(minutia.quality >= 1 && minutia.quality <= 100).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });
});
