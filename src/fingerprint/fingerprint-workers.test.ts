import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { assert } from '../domain/assert.ts';
import type { GreyImage } from '../domain/grey-image.ts';
import { unwrap } from '../domain/result.ts';
import { decodeIso2005 } from './codecs/iso-19794-2-2005.ts';
import { runTask } from './fingerprint-task.ts';
import { type FingerprintWorkers, startFingerprintWorkers } from './fingerprint-workers.ts';
import { makeRandom } from './testing/random.ts';
import { drawRidges, type PlantedMinutia } from './testing/ridge-image.ts';

/** A toy finger: parallel ridges with scattered dislocations. */
function drawFinger(seed: number, orientation: number): GreyImage {
  const random = makeRandom(seed);
  const minutiae = Array.from({ length: 22 }, (): PlantedMinutia => {
    return { x: 40 + 240 * random(), y: 40 + 280 * random(), along: random() < 0.5 };
  });
  return drawRidges({ width: 320, height: 360, orientation, minutiae });
}

let workers: FingerprintWorkers | null = null;
afterEach(async () => {
  await workers?.close();
  workers = null;
});

describe('fingerprint workers', () => {
  it('enrol a finger, know it again, and turn a stranger away', async () => {
    workers = startFingerprintWorkers({ size: 2 });
    const enrolled = unwrap(await workers.extract(drawFinger(1, 0.5), 7));
    expect(enrolled.quality.advice).toBe('ok');
    expect(enrolled.minutiaeCount).toBeGreaterThan(10);
    const record = unwrap(decodeIso2005(enrolled.isoTemplate));
    expect(record.views[0]?.position).toBe(7);
    expect(record.views[0]?.minutiae).toHaveLength(enrolled.minutiaeCount);

    const stranger = unwrap(await workers.extract(drawFinger(2, 0.9), 7));
    const [same, other, both] = await Promise.all([
      workers.verify({ probeImage: drawFinger(1, 0.5), enrolledIsoTemplates: [enrolled.isoTemplate] }),
      workers.verify({ probeImage: drawFinger(1, 0.5), enrolledIsoTemplates: [stranger.isoTemplate] }),
      workers.verify({
        probeImage: drawFinger(1, 0.5),
        enrolledIsoTemplates: [stranger.isoTemplate, enrolled.isoTemplate],
      }),
    ]);
    expect(unwrap(same).score).toBeGreaterThan(40);
    expect(unwrap(other).score).toBeLessThan(30);
    expect(unwrap(both).impressionScores).toHaveLength(2);
    expect(unwrap(both).score).toBeGreaterThan(40);
  });

  it('leave the caller its image, to show and to wipe itself', async () => {
    workers = startFingerprintWorkers();
    const image = drawFinger(3, 0.2);
    const before = image.pixels.slice();
    unwrap(await workers.assessQuality(image));
    expect(image.pixels).toEqual(before);
  });

  it('wipe their own copy, whatever came of it', () => {
    const good = drawFinger(4, 0.2);
    const blank: GreyImage = { width: 100, height: 100, pixels: new Uint8Array(10_000).fill(9), dpi: 500 };
    unwrap(runTask({ method: 'extract', image: good, position: 1 }));
    expect(runTask({ method: 'extract', image: blank, position: 1 })).toEqual({
      ok: false,
      error: { code: 'no-ridges' },
    });
    expect(good.pixels.every((value) => value === 0)).toBe(true);
    expect(blank.pixels.every((value) => value === 0)).toBe(true);

    const extracted = unwrap(runTask({ method: 'extract', image: drawFinger(4, 0.2), position: 1 }));
    assert('isoTemplate' in extracted, 'a template was extracted');
    const { isoTemplate } = extracted;
    for (const record of [isoTemplate, isoTemplate.slice(0, 40)]) {
      runTask({ method: 'verify', image: drawFinger(4, 0.2), enrolledIsoTemplates: [record] });
      expect(record.every((value) => value === 0)).toBe(true);
    }
  });

  it('name what is wrong with an image or a template and go on working', async () => {
    workers = startFingerprintWorkers();
    const enrolled = unwrap(await workers.extract(drawFinger(5, 1), 2));
    const cut = enrolled.isoTemplate.slice(0, 60);
    expect(await workers.verify({ probeImage: drawFinger(5, 1), enrolledIsoTemplates: [cut] })).toEqual({
      ok: false,
      error: { code: 'unreadable-template' },
    });
    const onePixel: GreyImage = { width: 1, height: 1, pixels: new Uint8Array(1), dpi: 500 };
    expect(await workers.assessQuality(onePixel)).toEqual({ ok: false, error: { code: 'unreadable-image' } });
    expect((await workers.assessQuality(drawFinger(5, 1))).ok).toBe(true);
  });

  it('answer with an error when the thread dies or is closed, and never hang', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tizme-fingerprint-'));
    const entry = join(folder, 'broken.js');
    await writeFile(entry, 'throw new Error("broken bundle");');
    workers = startFingerprintWorkers({ entry: pathToFileURL(entry) });
    const stopped = { ok: false, error: { code: 'worker-stopped' } };
    expect(await workers.assessQuality(drawFinger(6, 0))).toEqual(stopped);
    expect(await workers.assessQuality(drawFinger(6, 0))).toEqual(stopped);
    await workers.close();
    expect(await workers.assessQuality(drawFinger(6, 0))).toEqual(stopped);
    await rm(folder, { recursive: true });
  });
});
