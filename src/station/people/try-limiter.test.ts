import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type SettableClock, settableClock } from '../../store/clock.ts';
import { tryFile } from './try-file.ts';
import { TryLimiter } from './try-limiter.ts';

const clockAt = (wallMs = 0) => settableClock({ wallMs, monotonicMs: 5_000 });
const limiterAt = (clock: SettableClock) => new TryLimiter(clock, { read: () => new Map(), write: () => {} });

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tizme-tries-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test('two slips are free, from the third on each wait is twice as long, up to a quarter of an hour', () => {
  const clock = clockAt();
  const limiter = limiterAt(clock);
  const waits: number[] = [];
  for (let slip = 1; slip <= 9; slip += 1) {
    limiter.wrong('chair');
    waits.push(limiter.waitSeconds('chair'));
    clock.advance(limiter.waitSeconds('chair') * 1000);
  }
  expect(waits).toEqual([0, 0, 30, 60, 120, 240, 480, 900, 900]);
  expect(limiter.waitSeconds('chair')).toBe(0);
});

test('one person’s slips make nobody else wait, and a right PIN forgives them', () => {
  const limiter = limiterAt(clockAt());
  for (let slip = 1; slip <= 3; slip += 1) limiter.wrong('chair');
  expect(limiter.waitSeconds('secretary')).toBe(0);
  limiter.right('chair');
  expect(limiter.waitSeconds('chair')).toBe(0);
  limiter.wrong('chair');
  expect(limiter.waitSeconds('chair')).toBe(0);
});

test('setting the wall clock neither shortens nor lengthens a wait', () => {
  fc.assert(
    fc.property(fc.integer({ min: -4e12, max: 4e12 }), (wallMs) => {
      const clock = clockAt(1e12);
      const limiter = limiterAt(clock);
      for (let slip = 1; slip <= 3; slip += 1) limiter.wrong('chair');
      clock.setWall(wallMs);
      expect(limiter.waitSeconds('chair')).toBe(30);
    }),
    { seed: 7, numRuns: 50 },
  );
});

test('starting the program again does not shorten a wait, and a right PIN is forgiven for good', () => {
  const before = new TryLimiter(clockAt(), tryFile(directory));
  for (let slip = 1; slip <= 4; slip += 1) before.wrong('chair');
  before.wrong('secretary');
  before.right('secretary');

  const clock = clockAt();
  clock.reboot('another boot');
  const after = new TryLimiter(clock, tryFile(directory));
  expect(after.waitSeconds('chair')).toBe(60);
  expect(after.waitSeconds('secretary')).toBe(0);
  clock.advance(60_000);
  after.wrong('chair');
  expect(after.waitSeconds('chair')).toBe(120);
  after.right('chair');
  expect(new TryLimiter(clockAt(), tryFile(directory)).waitSeconds('chair')).toBe(0);
});

test('a wait goes on where the program is started again, and begins anew where the laptop is', () => {
  const clock = clockAt();
  const before = new TryLimiter(clock, tryFile(directory));
  for (let slip = 1; slip <= 4; slip += 1) before.wrong('chair');
  clock.advance(45_000);
  expect(new TryLimiter(clock, tryFile(directory)).waitSeconds('chair')).toBe(15);
  clock.advance(20_000);
  const later = new TryLimiter(clock, tryFile(directory));
  expect(later.waitSeconds('chair')).toBe(0);
  // The next one is longer all the same.
  later.wrong('chair');
  expect(later.waitSeconds('chair')).toBe(120);
  clock.reboot('another boot');
  expect(new TryLimiter(clock, tryFile(directory)).waitSeconds('chair')).toBe(120);
  // What is written into the file makes nobody wait for ever.
  const forged = {
    version: 1,
    wrong: { chair: 3 },
    waits: { chair: { boot: 'another boot', openAtMs: 1e15 } },
  };
  writeFileSync(join(directory, 'tries.json'), JSON.stringify(forged));
  expect(new TryLimiter(clock, tryFile(directory)).waitSeconds('chair')).toBe(30);
});

test('a file of tries that is damaged, or that can not be written, locks nobody out', () => {
  writeFileSync(join(directory, 'tries.json'), '{"version":1,"wrong":{"chair":-3}}');
  expect(tryFile(directory).read()).toEqual(new Map());
  const nowhere = new TryLimiter(clockAt(), tryFile(join(directory, 'no such folder')));
  nowhere.wrong('chair');
  expect(nowhere.waitSeconds('chair')).toBe(0);
});

test('the file names people by their ids and holds no PIN', () => {
  new TryLimiter(clockAt(), tryFile(directory)).wrong('chair');
  expect(JSON.parse(readFileSync(join(directory, 'tries.json'), 'utf8'))).toEqual({
    version: 1,
    wrong: { chair: 1 },
  });
});
