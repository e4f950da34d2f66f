import { expect, test } from 'vitest';
import { meanBlockVariance } from '../fingerprint-scanners/finger-presence.ts';
import { Platen, PRESS_STAGES } from './platen.ts';
import { stripedFinger, testRandom } from './test-people.ts';

test('a fully pressed finger is the picture itself but for the noise, in the middle and without an edge', () => {
  const platen = new Platen({ width: 300, height: 300 }, testRandom());
  const finger = stripedFinger(200, 240);
  const seen = platen.expose(finger, PRESS_STAGES - 1);
  let worst = 0;
  for (let y = 0; y < 240; y += 1) {
    for (let x = 0; x < 200; x += 1) {
      const drawn = finger.pixels[y * 200 + x] ?? 0;
      worst = Math.max(worst, Math.abs((seen.pixels[(y + 30) * 300 + x + 50] ?? 0) - drawn));
    }
  }
  expect(worst).toBeLessThanOrEqual(5);
  const corner = { width: 40, height: 30, dpi: 500, pixels: new Uint8Array(1_200) };
  for (let y = 0; y < 30; y += 1) corner.pixels.set(seen.pixels.subarray(y * 300, y * 300 + 40), y * 40);
  expect(meanBlockVariance(corner)).toBeLessThan(20);
  expect(corner.pixels.every((grey) => Math.abs(grey - 220) <= 5)).toBe(true);
});

test('a picture that is larger than the sensor is cut off around its middle', () => {
  const platen = new Platen({ width: 100, height: 80 }, testRandom());
  const finger = stripedFinger(200, 240);
  const seen = platen.expose(finger, PRESS_STAGES - 1);
  expect(seen.pixels).toHaveLength(8_000);
  for (const x of [0, 50, 99]) {
    const drawn = finger.pixels[120 * 200 + x + 50] ?? 0;
    expect(Math.abs((seen.pixels[40 * 100 + x] ?? 0) - drawn)).toBeLessThanOrEqual(5);
  }
});
