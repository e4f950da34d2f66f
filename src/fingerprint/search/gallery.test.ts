import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { FingerPosition } from '../../domain/finger.ts';
import { unwrap } from '../../domain/result.ts';
import { compareTemplates } from '../matching/compare.ts';
import type { Template } from '../template.ts';
import { makeFinger, touchAgain } from '../testing/toy-finger.ts';
import { fuseFingers, fuseImpressions } from '../verify.ts';
import { type Gallery, type GalleryTemplate, openGallery } from './gallery.ts';

const PERSONS = 100;
const THUMB = 1;
const INDEX = 2;

let open: Gallery[] = [];
afterEach(async () => {
  await Promise.all(open.map((gallery) => gallery.close()));
  open = [];
});

function fingerOf(person: number, position: FingerPosition): Template {
  return makeFinger(1000 * position + person, 30 + (person % 25));
}

function again(person: number, position: FingerPosition, seed: number, lost = 0.25): Template {
  return touchAgain(fingerOf(person, position), seed, { turn: 0.4, shift: 12, jitter: 3, lost });
}

const templates: readonly GalleryTemplate[] = Array.from({ length: PERSONS }, (_, person) => person).flatMap(
  (person) =>
    ([THUMB, INDEX] as const).map((position) => ({ person, position, template: fingerOf(person, position) })),
);

async function openAll(threads = 1, gallery = templates): Promise<Gallery> {
  const opened = unwrap(await openGallery(gallery, { threads }));
  open.push(opened);
  return opened;
}

/** Shared by the tests that don't close it. */
let gallery: Gallery;
beforeAll(async () => {
  gallery = unwrap(await openGallery(templates));
});
afterAll(() => gallery.close());

describe('an open gallery', () => {
  it('lists the person searched for first, with few strangers expected at that score', async () => {
    for (const person of [0, 17, 99]) {
      const probes = [{ position: INDEX, template: again(person, INDEX, person) }] as const;
      const list = unwrap(await gallery.search(probes, { limit: 3 }));
      expect(list.candidates).toHaveLength(3);
      expect(list.candidates[0]).toMatchObject({ person, fingers: [{ position: INDEX }] });
      expect(list.candidates[0]?.strangersExpected).toBeLessThan(0.1);
      expect(list.candidates[1]?.strangersExpected).toBeGreaterThan(0.01);
      expect(list.persons).toBe(PERSONS);
      expect(list.compared).toBeLessThan(PERSONS);
    }
  });

  it('keeps a template ready to search in less than two kilobytes', async () => {
    expect(gallery.templates).toBe(2 * PERSONS);
    expect(gallery.bytes / gallery.templates).toBeLessThan(2000);
    const crowded = makeFinger(5, 255);
    const largest = await openAll(1, [{ person: 1, position: 1, template: crowded }]);
    expect(largest.bytes).toBeLessThan(2000);
  });

  it('scores a candidate as the comparison of all fingers and impressions one by one does', async () => {
    const probes = [
      { position: INDEX, template: again(40, INDEX, 1) },
      { position: INDEX, template: again(40, INDEX, 2) },
      { position: THUMB, template: again(40, THUMB, 3) },
    ] as const;
    const list = unwrap(await gallery.search(probes, { depth: 1, limit: PERSONS }));
    expect(list.compared).toBe(PERSONS);
    for (const { person, score } of list.candidates) {
      const finger = (position: FingerPosition): number =>
        fuseImpressions(
          probes
            .filter((probe) => probe.position === position)
            .map((probe) => compareTemplates(probe.template, fingerOf(person, position))),
        );
      // The gallery keeps places to a sixteenth of a pixel.
      expect(Math.abs(score - fuseFingers([finger(INDEX), finger(THUMB)]))).toBeLessThan(6);
    }
    expect(list.candidates[0]?.person).toBe(40);
  });

  it('answers the same whatever the number of threads', async () => {
    const probes = [{ position: THUMB, template: again(63, THUMB, 9, 0.5) }] as const;
    const three = await openAll(3);
    expect(await three.search(probes)).toEqual(await gallery.search(probes));
  });

  it('compares a probe of an unknown finger with all fingers', async () => {
    const list = unwrap(await gallery.search([{ position: 0, template: again(77, THUMB, 4) }]));
    expect(list.candidates[0]?.person).toBe(77);
    const wrongFinger = unwrap(await gallery.search([{ position: INDEX, template: again(77, THUMB, 4) }]));
    expect(wrongFinger.candidates[0]?.strangersExpected).toBeGreaterThan(0.01);
  });

  it('stops when asked to, and goes on with the next search', async () => {
    const probes = [{ position: INDEX, template: again(5, INDEX, 6) }] as const;
    const stop = new AbortController();
    const stopped = gallery.search(probes, { depth: 1, signal: stop.signal });
    const next = gallery.search(probes);
    stop.abort();
    expect(await stopped).toEqual({ ok: false, error: { code: 'cancelled' } });
    expect(unwrap(await next).candidates[0]?.person).toBe(5);
    expect(await gallery.search(probes, { signal: AbortSignal.abort() })).toEqual({
      ok: false,
      error: { code: 'cancelled' },
    });
  });

  it('ends with the sitting: what is under way and what comes later finds it closed', async () => {
    const own = await openAll(2);
    const probes = [{ position: INDEX, template: again(5, INDEX, 6) }] as const;
    const under = own.search(probes, { depth: 1 });
    await own.close();
    const closed = { ok: false, error: { code: 'gallery-closed' } };
    expect(await under).toEqual(closed);
    expect(await own.search(probes)).toEqual(closed);
  });

  it('takes templates without minutiae, and refuses nobody to search for or in', async () => {
    const empty: Template = { width: 300, height: 300, minutiae: [] };
    const own = await openAll(1, [...templates, { person: 999, position: INDEX, template: empty }]);
    const list = unwrap(await own.search([{ position: INDEX, template: empty }]));
    expect(list.candidates.every(({ strangersExpected }) => strangersExpected > 1)).toBe(true);
    expect(await own.search([])).toEqual({ ok: false, error: { code: 'no-probe' } });
    expect(await openGallery([])).toEqual({ ok: false, error: { code: 'gallery-empty' } });
  });
});
