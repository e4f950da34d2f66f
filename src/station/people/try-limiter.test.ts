import fc from 'fast-check';
import { expect, test } from 'vitest';
import { settableClock } from '../../store/clock.ts';
import { TryLimiter } from './try-limiter.ts';

const clockAt = (wallMs = 0) => settableClock({ wallMs, monotonicMs: 5_000 });

test('two slips are free, from the third on each wait is twice as long, up to a quarter of an hour', () => {
  const clock = clockAt();
  const limiter = new TryLimiter(clock);
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
  const limiter = new TryLimiter(clockAt());
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
      const limiter = new TryLimiter(clock);
      for (let slip = 1; slip <= 3; slip += 1) limiter.wrong('chair');
      clock.setWall(wallMs);
      expect(limiter.waitSeconds('chair')).toBe(30);
    }),
    { seed: 7, numRuns: 50 },
  );
});
