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

/** So many seats are taken, and every so many milliseconds one device leaves and the next one comes, until the speed is known. */
function serve(
  { queue, pass }: ReturnType<typeof queueAt>,
  milliseconds: number,
  taken = MOST_RANGES_AT_ONCE,
): void {
  for (let i = 0; i < taken; i += 1) queue.enter(`sending-${i}`);
  for (let i = 0; i < 200; i += 1) {
    pass(milliseconds);
    queue.leave(`sending-${i % taken}`);
    queue.enter(`sending-${i % taken}`);
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

/** As a device does that is turned away. */
function knock(queue: IntakeQueue, device: string): number | null {
  return queue.ask(device) ? null : queue.retryAfterSeconds(device);
}

function fill(queue: IntakeQueue): void {
  for (let i = 0; i < MOST_RANGES_AT_ONCE; i += 1) queue.enter(`sending-${i}`);
}

test('whoever is turned away gets an appointment, one after the other at the measured speed', () => {
  const { queue, pass } = queueAt();
  serve({ queue, pass }, 50);
  const told = Array.from({ length: 10_000 }, (_, i) => knock(queue, `lane-${i}`) ?? 0);
  expect(told[0]).toBe(LEAST_RETRY_AFTER_SECONDS);
  // Four fifths of fifty milliseconds each.
  expect(told[1999]).toBe(80);
  expect(told[2749]).toBe(110);
  expect(told.toSorted((a, b) => a - b)).toEqual(told);
  // Who is further back looks in between, and keeps the appointment.
  expect(told[9999]).toBe(MOST_RETRY_AFTER_SECONDS);
  pass(10_000);
  expect(knock(queue, 'lane-2749')).toBe(100);
  expect(knock(queue, 'lane-4999')).toBe(MOST_RETRY_AFTER_SECONDS);
  // A seat that is free is taken, whatever the appointment was.
  queue.leave('sending-0');
  expect(knock(queue, 'lane-9999')).toBeNull();
});

test('seats that stay empty bring the next appointments closer, and do not put them off', () => {
  const { queue, pass } = queueAt();
  // Three sit at a time, each for three tenths of a second; with every seat taken 64 would be served meanwhile.
  serve({ queue, pass }, 100, 3);
  fill(queue);
  const told = Array.from({ length: 1000 }, (_, i) => knock(queue, `lane-${i}`) ?? 0);
  expect(told.at(-1)).toBe(4);
});

test('whoever comes to the appointment in vain waits behind those alone who did too', () => {
  const { queue, pass } = queueAt();
  serve({ queue, pass }, 50);
  for (let i = 0; i < 1000; i += 1) knock(queue, `lane-${i}`);
  pass(2000);
  // Fifty appointments have passed; nobody has left, so fifty devices share the next two seconds.
  for (let i = 0; i < 49; i += 1) expect(knock(queue, `lane-${i}`)).toBeLessThanOrEqual(3);
  expect(knock(queue, 'lane-900')).toBeGreaterThan(30);
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
