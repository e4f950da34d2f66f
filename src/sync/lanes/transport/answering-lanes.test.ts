import { expect, test } from 'vitest';
import { manualTimer } from '../../../domain/manual-timer.ts';
import { AnsweringLanes } from './answering-lanes.ts';

test('a lane that shows its key is on until five seconds have passed without it, or it is connected', async () => {
  const timer = manualTimer();
  let changes = 0;
  const answering = new AnsweringLanes(timer, () => {
    changes += 1;
  });
  expect(answering.has(2)).toBe(false);
  answering.answered(2);
  await timer.advance(4_000);
  answering.answered(2);
  await timer.advance(4_999);
  expect([answering.has(2), answering.has(3), changes]).toEqual([true, false, 1]);
  await timer.advance(1);
  expect([answering.has(2), changes]).toEqual([false, 2]);

  answering.answered(2);
  answering.settled(2);
  expect(answering.has(2)).toBe(false);
  answering.answered(3);
  answering.stop();
  await timer.advance(10_000);
  expect([answering.has(3), changes]).toEqual([false, 4]);
});
