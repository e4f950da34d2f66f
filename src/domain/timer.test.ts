import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { giveUpAfter, systemTimer, type Timer } from './timer.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function timesOf(timer: Timer): { readonly paceMs: number; readonly patienceMs: number } {
  const begun = Date.now();
  let [paceMs, patienceMs] = [0, 0];
  timer.after(8_000, () => {
    paceMs = Date.now() - begun;
  });
  giveUpAfter(timer, 8_000, () => {
    patienceMs = Date.now() - begun;
  });
  vi.runAllTimers();
  return { paceMs, patienceMs };
}

it('a mock day twenty times as fast waits no shorter for an answer, and a test as much longer as it says', () => {
  expect(timesOf(systemTimer())).toEqual({ paceMs: 8_000, patienceMs: 8_000 });
  expect(timesOf(systemTimer(20))).toEqual({ paceMs: 400, patienceMs: 8_000 });
  expect(timesOf(systemTimer(1, 20))).toEqual({ paceMs: 8_000, patienceMs: 160_000 });
});

it('whoever answers in time is not given up, and a timer that makes no difference makes none', () => {
  const given = vi.fn();
  for (const timer of [systemTimer(20), { after: systemTimer().after }]) {
    giveUpAfter(timer, 8_000, given)();
    vi.runAllTimers();
    expect(given).not.toHaveBeenCalled();
    giveUpAfter(timer, 8_000, given);
    vi.advanceTimersByTime(7_999);
    expect(given).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(given).toHaveBeenCalledOnce();
    given.mockClear();
  }
});
