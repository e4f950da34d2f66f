import { describe, expect, test } from 'vitest';
import { createRandom } from '../../fixtures/random.ts';
import { calibrationFrom, drawTarget, readTarget, targetPicture } from './calibration-target.ts';
import type { GreyImage } from './grey-image.ts';
import { unwrap } from './result.ts';

/** The target as a sensor of that resolution sees it, with noise and a few specks of dust. */
function seen(dpi: number, stretch = 1): GreyImage {
  const random = createRandom(dpi).next;
  const [width, height] = [320, 480];
  const pixels = Uint8Array.from({ length: width * height }, () => 225 + Math.round(random() * 20));
  const target = drawTarget(2_032);
  const scale = 2_032 / dpi;
  const across = Math.ceil(target.width / 8);
  for (let y = 0; y < target.height / scale / stretch; y += 1) {
    for (let x = 0; x < target.width / scale; x += 1) {
      const [sx, sy] = [Math.floor(x * scale), Math.floor(y * scale * stretch)];
      const black = ((target.rows[sy * across + (sx >> 3)] ?? 0) & (0x80 >> (sx & 7))) !== 0;
      if (black) pixels[(y + 60) * width + x + 12] = 30 + Math.round(random() * 20);
    }
  }
  for (let speck = 0; speck < 5; speck += 1) pixels[Math.floor(random() * pixels.length)] = 0;
  return { width, height, dpi: 500, pixels };
}

function flipped(image: GreyImage, flipRows: boolean, flipColumns: boolean): GreyImage {
  const { width, height } = image;
  const pixels = Uint8Array.from(image.pixels, (_, at) => {
    const [x, y] = [at % width, Math.floor(at / width)];
    const from = (flipRows ? height - 1 - y : y) * width + (flipColumns ? width - 1 - x : x);
    return image.pixels[from] ?? 0;
  });
  return { ...image, pixels };
}

describe('the calibration target', () => {
  test.each([385, 500, 512])('gives a resolution of %s within one in a hundred', (dpi) => {
    const { dpiAcross, dpiDown } = unwrap(readTarget(seen(dpi)));
    for (const measured of [dpiAcross, dpiDown])
      expect(Math.abs(measured - dpi)).toBeLessThanOrEqual(dpi / 100);
  });

  test.each([
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ])('says how a picture was flipped: rows %s, columns %s', (flipRows, flipColumns) => {
    const reading = unwrap(readTarget(flipped(seen(500), flipRows, flipColumns)));
    expect(reading).toMatchObject({ flipRows, flipColumns });
    const set = calibrationFrom({ dpi: 512, flipRows: true, flipColumns: false }, reading);
    expect(set).toMatchObject({ flipRows: !flipRows, flipColumns });
    expect(Math.abs(set.dpi - 500)).toBeLessThanOrEqual(5);
  });

  test('as it is drawn for a sensor is read back', () => {
    expect(unwrap(readTarget(targetPicture(500)))).toMatchObject({ flipRows: false, flipColumns: false });
  });

  test('what is no target, or lies askew, is told so', () => {
    const blank = { width: 320, height: 480, dpi: 500, pixels: new Uint8Array(320 * 480).fill(240) };
    expect(readTarget(blank)).toEqual({ ok: false, error: 'no-target' });
    const finger = Uint8Array.from(blank.pixels, (_, at) => ((at % 320) % 9 < 4 ? 60 : 220));
    expect(readTarget({ ...blank, pixels: finger }).ok).toBe(false);
    expect(readTarget(seen(500, 1.3))).toEqual({ ok: false, error: 'askew' });
  });
});
