import { expect, test } from 'vitest';
import { settableClock, systemClock } from './clock.ts';

test('the system clock agrees with the machine, and its monotonic time never steps back', () => {
  const clock = systemClock();
  expect(Math.abs(clock.wallMs() - Date.now())).toBeLessThan(1000);
  const first = clock.monotonicMs();
  expect(clock.monotonicMs()).toBeGreaterThanOrEqual(first);
  expect(Number.isSafeInteger(first)).toBe(true);
  expect(clock.bootId.length).toBeGreaterThan(8);
});

test('time goes on for both clocks, somebody sets the wall clock, and a restart begins the other one again', () => {
  const clock = settableClock({ wallMs: 1_000_000, monotonicMs: 50 });
  clock.advance(10);
  expect([clock.wallMs(), clock.monotonicMs(), clock.bootId]).toEqual([1_000_010, 60, 'boot-1']);
  clock.setWall(0);
  expect([clock.wallMs(), clock.monotonicMs()]).toEqual([0, 60]);
  clock.reboot('boot-2');
  expect([clock.wallMs(), clock.monotonicMs(), clock.bootId]).toEqual([0, 0, 'boot-2']);
});
