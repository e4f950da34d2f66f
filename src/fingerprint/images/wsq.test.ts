import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../domain/result.ts';
import { compareTemplates, extractTemplate } from '../engine.ts';
import { makeRandom } from '../testing/random.ts';
import { drawRidges } from '../testing/ridge-image.ts';
import { encodeWsq } from '../testing/wsq-encoder.ts';
import { decodeImage } from './decode-image.ts';
import { layOutSubbands } from './wsq-subbands.ts';

const read = (bytes: Uint8Array) => decodeImage(bytes, { dpi: 500 });
const refused = (code: string) => ({ ok: false, error: { code } });

/** A picture with slow and quick changes, and none that only the diagonal of the first split could hold. */
function picture(width: number, height: number): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return 120 + 50 * Math.sin(x / 2 + y / 11) + 30 * Math.cos(y / 40) + 30 * Math.sin(y - x / 30);
  });
}

function farthest(one: Uint8Array, other: Uint8Array): number {
  return one.reduce((most, value, i) => Math.max(most, Math.abs(value - (other[i] ?? 0))), 0);
}

describe('WSQ', () => {
  it('gives every pixel back when the bins are fine, whatever the size', () => {
    for (const [width, height] of [
      [64, 64],
      [96, 128],
      [97, 131],
      [33, 47],
      [250, 35],
      [2, 3],
      [1, 1],
      [1, 40],
    ] as const) {
      const pixels = picture(width, height);
      const image = unwrap(read(encodeWsq(pixels, width, height, { bin: 0.1 })));
      expect([image.width, image.height]).toEqual([width, height]);
      expect(farthest(image.pixels, pixels), `${width} x ${height}`).toBeLessThanOrEqual(1);
    }
  });

  it('divides an image into 60 subbands that lie side by side, and leaves the last quarter out', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 90 }), (width, height) => {
        const { subbands } = layOutSubbands(width, height);
        expect(subbands).toHaveLength(60);
        const covered = new Uint8Array(width * height);
        for (const band of subbands) {
          for (let y = band.y; y < band.y + band.height; y++)
            for (let x = band.x; x < band.x + band.width; x++)
              covered[y * width + x] = (covered[y * width + x] ?? 0) + 1;
        }
        const [left, above] = [Math.ceil(width / 2), Math.ceil(height / 2)];
        covered.forEach((count, i) => {
          const diagonal = i % width >= left && Math.floor(i / width) >= above;
          expect(count).toBe(diagonal ? 0 : 1);
        });
      }),
      { numRuns: 60 },
    );
  });

  it('numbers them as the specification does, at a size of 640 x 480', () => {
    const { subbands } = layOutSubbands(640, 480);
    const corner = (band: number) => [subbands[band]?.x, subbands[band]?.y, subbands[band]?.width];
    expect([0, 3, 4, 18, 19, 34, 35, 51, 52, 56, 59].map(corner)).toEqual([
      [0, 0, 20],
      [20, 15, 20],
      [40, 0, 40],
      [120, 90, 40],
      [160, 0, 40],
      [280, 90, 40],
      [0, 120, 40],
      [160, 120, 160],
      [320, 0, 160],
      [0, 240, 160],
      [160, 360, 160],
    ]);
  });

  it('keeps a finger recognisable where it loses detail', () => {
    const minutiae = Array.from({ length: 22 }, (_, i) => {
      const random = makeRandom(i);
      return { x: 40 + 240 * random(), y: 40 + 280 * random(), along: random() < 0.5 };
    });
    const original = drawRidges({ width: 320, height: 360, orientation: 0.4, minutiae });
    const bytes = encodeWsq(original.pixels, 320, 360, { bin: 20 });
    const image = unwrap(read(bytes));
    const [one, other] = [unwrap(extractTemplate(original)), unwrap(extractTemplate(image))];
    expect(compareTemplates(one, other)).toBeGreaterThan(60);
  });

  it('names what it does not read, and refuses a huge picture before anything is decoded', () => {
    const bytes = encodeWsq(picture(40, 40), 40, 40);
    const find = (marker: number): number =>
      bytes.findIndex((byte, i) => byte === 0xff && bytes[i + 1] === marker);
    const evenFilter = bytes.slice();
    evenFilter[find(0xa4) + 4] = 8;
    expect(read(evenFilter)).toEqual(refused('unsupported-image'));
    const restarts = bytes.slice();
    restarts[find(0xa8) + 1] = 0xa7;
    expect(read(restarts)).toEqual(refused('unsupported-image'));
    const huge = bytes.slice();
    huge.set([0x27, 0x10, 0x27, 0x10], find(0xa2) + 6);
    expect(read(huge)).toEqual(refused('image-too-large'));
    expect(read(bytes.subarray(0, find(0xa2)))).toEqual(refused('not-an-image'));
    expect(read(bytes.subarray(0, bytes.length - 2))).toEqual(refused('not-an-image'));
  });

  it('answers lawfully to files that are cut or damaged anywhere', () => {
    const original = encodeWsq(picture(48, 40), 48, 40);
    const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 4 });
    fc.assert(
      fc.property(damage, fc.boolean(), fc.option(fc.nat(original.length)), (changes, early, cut) => {
        const bytes = original.slice(0, cut ?? original.length);
        for (const [at, value] of changes)
          if (bytes.length > 0) bytes[at % (early ? Math.min(600, bytes.length) : bytes.length)] = value;
        const image = read(bytes);
        if (image.ok) expect(image.value.pixels).toHaveLength(image.value.width * image.value.height);
      }),
      { numRuns: 1500 },
    );
  });
});
