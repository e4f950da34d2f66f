import { expect, test } from 'vitest';
import {
  IntakeQueue,
  LEAST_KNOCKS_PER_SECOND,
  LEAST_RETRY_AFTER_SECONDS,
  MOST_RANGES_AT_ONCE,
  MOST_RETRY_AFTER_SECONDS,
  MOST_SLOW,
  SEAT_KEPT_MS,
  SLOW_AFTER_MS,
} from './intake-queue.ts';

function queueAt(): { queue: IntakeQueue; pass: (milliseconds: number) => void } {
  let now = 1000;
  const pass = (milliseconds: number): void => {
    now += milliseconds;
  };
  return { queue: new IntakeQueue(() => now), pass };
}

/** Every seat is taken, and every so many milliseconds one device leaves and the next one comes, until the speed is known. */
function serve({ queue, pass }: ReturnType<typeof queueAt>, milliseconds: number): void {
  fill(queue);
  for (let i = 0; i < 200; i += 1) {
    pass(milliseconds);
    queue.leave(`sending-${i % MOST_RANGES_AT_ONCE}`);
    queue.enter(`sending-${i % MOST_RANGES_AT_ONCE}`);
  }
}

/** As a device does that is turned away. */
function knock(queue: IntakeQueue, device: string): number | null {
  return queue.ask(device) ? null : queue.retryAfterSeconds(device);
}

function fill(queue: IntakeQueue): void {
  for (let i = 0; i < MOST_RANGES_AT_ONCE; i += 1) queue.enter(`sending-${i}`);
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

test('whoever is turned away gets a turn, one after the other, as far off as there are others waiting', () => {
  const { queue, pass } = queueAt();
  // Ten a second: the knocks are as many as the collector always hears.
  serve({ queue, pass }, 100);
  const told = Array.from({ length: 10_000 }, (_, i) => knock(queue, `lane-${i}`) ?? 0);
  expect(told[0]).toBe(LEAST_RETRY_AFTER_SECONDS);
  for (const i of [2000, 4000, 9999]) expect(told[i]).toBe(Math.ceil(i / LEAST_KNOCKS_PER_SECOND));
  expect(told.toSorted((a, b) => a - b)).toEqual(told);
  // Whoever knocks before its turn keeps it, and takes none of the others'.
  pass(3000);
  expect(knock(queue, 'lane-4000')).toBe(77);
  expect(knock(queue, 'one-more')).toBe(197);
  // A seat that is free is taken, whosever turn it is.
  queue.leave('sending-0');
  expect(knock(queue, 'lane-9999')).toBeNull();
});

test('with more devices than a country has, nobody is told to wait longer than five minutes', () => {
  const { queue } = queueAt();
  fill(queue);
  for (let i = 0; i < 60_000; i += 1) {
    expect(knock(queue, `lane-${i}`)).toBeLessThanOrEqual(MOST_RETRY_AFTER_SECONDS);
  }
});

test('where devices are served fast, or seats stand empty, the turns come closer', () => {
  const { queue, pass } = queueAt();
  serve({ queue, pass }, 5);
  const told = Array.from({ length: 2000 }, (_, i) => knock(queue, `lane-${i}`) ?? 0);
  // Two knocks for each device that leaves.
  expect(told.at(-1)).toBe(5);
});

test('whoever comes to its turn in vain gets another one behind those who wait', () => {
  const { queue, pass } = queueAt();
  serve({ queue, pass }, 100);
  for (let i = 0; i < 1000; i += 1) knock(queue, `lane-${i}`);
  pass(2000);
  expect(knock(queue, 'lane-0')).toBe(18);
  expect(queue.expected).toBe(1000);
});

test('once the herd has gone, nobody is told to wait long', () => {
  const { queue, pass } = queueAt();
  fill(queue);
  for (let i = 0; i < 5000; i += 1) knock(queue, `lane-${i}`);
  expect(queue.expected).toBe(5000);
  for (let i = 0; i < MOST_RANGES_AT_ONCE; i += 1) queue.leave(`sending-${i}`);
  pass(100_000);
  fill(queue);
  expect(knock(queue, 'one-more')).toBe(LEAST_RETRY_AFTER_SECONDS);
  expect(queue.expected).toBe(1);
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

test('a device on a thin line makes room for another, up to so many of them', () => {
  const { queue, pass } = queueAt();
  fill(queue);
  pass(SLOW_AFTER_MS + 1);
  for (let i = 0; i < MOST_RANGES_AT_ONCE; i += 1) expect(queue.enter(`second-${i}`)).toBe(true);
  expect(queue.enter('one-more')).toBe(false);
  pass(SLOW_AFTER_MS + 1);
  expect(queue.enter('one-more')).toBe(false);
  expect(queue.seated).toBe(MOST_RANGES_AT_ONCE + MOST_SLOW);
  // Who is slow goes on all the same.
  queue.leave('sending-0', true);
  expect(queue.enter('sending-0')).toBe(true);
  queue.leave('sending-0');
  expect(queue.enter('one-more')).toBe(true);
  expect(queue.enter('two-more')).toBe(false);
});
