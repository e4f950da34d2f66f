import { expect, test } from 'vitest';
import {
  IntakeQueue,
  LEAST_RETRY_AFTER_SECONDS,
  MOST_RANGES_AT_ONCE,
  MOST_RETRY_AFTER_SECONDS,
  SEAT_KEPT_MS,
} from './intake-queue.ts';

function queueAt(): { queue: IntakeQueue; pass: (milliseconds: number) => void } {
  let now = 1000;
  const pass = (milliseconds: number): void => {
    now += milliseconds;
  };
  return { queue: new IntakeQueue(() => now), pass };
}

/** Serves ranges one after the other, each taking so long, until the speed is known. */
function serve(queue: IntakeQueue, pass: (milliseconds: number) => void, milliseconds: number): void {
  for (let i = 0; i < 200; i += 1) {
    queue.enter('served');
    pass(milliseconds);
    queue.leave('served');
  }
}

test('a device sends one range at a time, and no more than so many devices do', () => {
  const { queue } = queueAt();
  expect(queue.enter('lane-0')).toBe(true);
  expect(queue.enter('lane-0')).toBe(false);
  for (let i = 1; i < MOST_RANGES_AT_ONCE; i += 1) expect(queue.enter(`lane-${i}`)).toBe(true);
  expect(queue.enter('one-more')).toBe(false);
  queue.leave('lane-0');
  expect(queue.enter('one-more')).toBe(true);
});

test('whoever is turned away is told to come when the backlog is worked off at the measured speed', () => {
  const { queue, pass } = queueAt();
  serve(queue, pass, 50);
  expect(queue.retryAfterSeconds()).toBe(LEAST_RETRY_AFTER_SECONDS);
  for (let i = 0; i < 10_000; i += 1) queue.enter(`lane-${i}`);
  // Ten thousand at fifty milliseconds.
  expect(queue.retryAfterSeconds()).toBeGreaterThanOrEqual(490);
  expect(queue.retryAfterSeconds()).toBeLessThanOrEqual(510);
  for (let i = 0; i < 50_000; i += 1) queue.enter(`more-${i}`);
  expect(queue.retryAfterSeconds()).toBe(MOST_RETRY_AFTER_SECONDS);
});

test('once the herd has gone, nobody is told to wait long', () => {
  const { queue, pass } = queueAt();
  for (let i = 0; i < 5000; i += 1) queue.enter(`lane-${i}`);
  expect(queue.retryAfterSeconds()).toBeGreaterThan(90);
  for (let i = 0; i < MOST_RANGES_AT_ONCE; i += 1) queue.leave(`lane-${i}`);
  pass(25_000);
  expect(queue.retryAfterSeconds()).toBe(LEAST_RETRY_AFTER_SECONDS);
});

test('a device with more to send keeps its seat while others are turned away, but not for ever', () => {
  const { queue, pass } = queueAt();
  for (let i = 0; i < MOST_RANGES_AT_ONCE; i += 1) expect(queue.ask(`lane-${i}`)).toBe(true);
  expect(queue.ask('one-more')).toBe(false);
  expect(queue.enter('lane-0')).toBe(true);
  queue.leave('lane-0', true);
  expect(queue.enter('one-more')).toBe(false);
  expect(queue.enter('lane-0')).toBe(true);
  // Everybody else asked and never came; who is sending stays.
  pass(SEAT_KEPT_MS + 1);
  for (let i = 0; i < MOST_RANGES_AT_ONCE - 1; i += 1) expect(queue.ask(`new-${i}`)).toBe(true);
  expect(queue.ask('one-more')).toBe(false);
  queue.leave('lane-0');
  expect(queue.ask('one-more')).toBe(true);
  expect(queue.seated).toBe(MOST_RANGES_AT_ONCE);
});
