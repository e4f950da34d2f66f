import { expect, test } from 'vitest';
import { atMost, percentile } from './benchmark.ts';

test('a percentile is the nearest rank: the value below which that share lies', () => {
  const values = [5, 1, 4, 2, 3];
  expect(percentile(values, 0.5)).toBe(3);
  expect(percentile(values, 0.99)).toBe(5);
  expect(percentile([7], 0.5)).toBe(7);
  expect(percentile([], 0.5)).toBe(0);
});

test('an aim is met by the measured value, not by the rounded one', () => {
  expect(atMost('wait', 400.04, 'ms', 400)).toMatchObject({ value: 400, met: false });
  expect(atMost('wait', 399.99, 'ms', 400)).toMatchObject({ met: true });
});
