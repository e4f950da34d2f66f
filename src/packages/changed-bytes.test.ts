import { closeSync, copyFileSync, openSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRandom, type Random } from '../../fixtures/random.ts';
import { createPackageBench, type PackageBench } from './testing/package-bench.ts';

/** Mutated files in all; a few milliseconds each. */
const MUTATIONS = 10_000;

let bench: PackageBench;
let file: string;
let larger: string;
beforeAll(async () => {
  bench = await createPackageBench();
  file = await bench.write({ signedBy: [0, 1, 2] });
  const many = await createPackageBench({ voters: 400, photos: true });
  larger = join(bench.directory, 'larger.tizme');
  copyFileSync(await many.write(), larger);
  largeBench = many;
});
let largeBench: PackageBench;
afterAll(() => {
  bench.remove();
  largeBench.remove();
});

/** Puts another byte there, looks, and puts the right one back. */
function looksAfterChange(
  at: string,
  bytes: Buffer,
  position: number,
  value: number,
  look: () => void,
): void {
  const descriptor = openSync(at, 'r+');
  try {
    writeSync(descriptor, Uint8Array.of(value), 0, 1, position);
    look();
    writeSync(descriptor, bytes, position, 1, position);
  } finally {
    closeSync(descriptor);
  }
}

it('any single byte of a package changed, whichever it is: refused', () => {
  const copy = bench.changed(file, (bytes) => bytes);
  const bytes = readFileSync(copy);
  const random = createRandom('changed bytes');
  const passed: number[] = [];
  for (const [position, byte] of bytes.entries()) {
    const value = byte ^ (1 << random.integer(8));
    looksAfterChange(copy, bytes, position, value, () => {
      if (bench.check(copy).ok) passed.push(position);
    });
  }
  expect(passed).toEqual([]);
  // The file is what it was: the refusals above came from the bytes alone.
  expect(bench.check(copy).ok).toBe(true);
});

it('any byte of a larger package with photos, at places by chance, changed to any other: refused', () => {
  const bytes = readFileSync(larger);
  expect(largeBench.check(larger).ok).toBe(true);
  const random = createRandom('places by chance');
  for (let round = 0; round < 300; round += 1) {
    const position = random.integer(bytes.length);
    const value = (bytes[position] ?? 0) ^ (1 + random.integer(255));
    looksAfterChange(larger, bytes, position, value, () => {
      const checked = largeBench.check(larger);
      expect(checked.ok, `byte ${position}`).toBe(false);
    });
  }
  expect(largeBench.check(larger).ok).toBe(true);
});

it(`${MUTATIONS} mutated packages: each refused by name, none crashes, none gives out anything`, async () => {
  const random = createRandom('mutations');
  const bytes = readFileSync(file);
  const copy = join(bench.directory, 'mutated.tizme');
  const codes = new Map<string, number>();
  for (let round = 0; round < MUTATIONS; round += 1) {
    const mutated = mutate(bytes, random);
    if (mutated.equals(bytes)) continue;
    writeFileSync(copy, mutated);
    const opened = await bench.open(copy);
    expect(opened.ok, `mutation ${round}`).toBe(false);
    if (!opened.ok) codes.set(opened.error.code, (codes.get(opened.error.code) ?? 0) + 1);
  }
  // The mutations reach every stage of the checks, not only the first.
  for (const code of [
    'not-a-package',
    'package-size',
    'manifest-malformed',
    'signature-wrong',
    'part-changed',
  ])
    expect(codes.get(code) ?? 0, code).toBeGreaterThan(5);
  expect(statSync(file).size).toBe(bytes.length);
});

/** What happens to files: bits turn, pieces get lost, are doubled, swapped, overwritten, or numbers are edited. */
function mutate(bytes: Buffer, random: Random): Buffer {
  const beginning = Math.min(bytes.length, 9_000);
  const place = random.next() < 0.5 ? random.integer(beginning) : random.integer(bytes.length);
  const length = 1 + random.integer(random.next() < 0.5 ? 8 : 2_000);
  const end = Math.min(bytes.length, place + length);
  const piece = bytes.subarray(place, end);
  switch (random.integer(7)) {
    case 0: {
      const copy = Buffer.from(bytes);
      for (let turned = 0; turned < 1 + random.integer(4); turned += 1) {
        const at = random.integer(bytes.length);
        copy[at] = (copy[at] ?? 0) ^ (1 << random.integer(8));
      }
      return copy;
    }
    case 1:
      return bytes.subarray(0, place);
    case 2:
      return Buffer.concat([bytes.subarray(0, place), bytes.subarray(end)]);
    case 3:
      return Buffer.concat([bytes.subarray(0, end), piece, bytes.subarray(end)]);
    case 4: {
      const copy = Buffer.from(bytes);
      piece.copy(copy, random.integer(bytes.length - piece.length + 1));
      return copy;
    }
    case 5: {
      const copy = Buffer.from(bytes);
      for (let at = place; at < end; at += 1) copy[at] = random.integer(256);
      return copy;
    }
    default: {
      // Digits of the manifest: versions, sizes, hashes, counts.
      const copy = Buffer.from(bytes);
      for (let at = place; at < Math.min(beginning, place + 400); at += 1) {
        const digit = copy[at] ?? 0;
        if (digit >= 0x30 && digit <= 0x39) {
          copy[at] = 0x30 + random.integer(10);
          break;
        }
      }
      return copy;
    }
  }
}
