import { describe, expect, test } from 'vitest';
import { AskingLimit } from './asking-limit.ts';

const LOOKUPS_IN_A_ROW = 10;
const LOOKUP_EVERY_MS = 20_000;

describe('a limit on questions', () => {
  test('ten in a row, then one every twenty seconds, however often it is tried', () => {
    const limit = new AskingLimit({ inARow: LOOKUPS_IN_A_ROW, everyMs: LOOKUP_EVERY_MS });
    let now = 5_000;
    const takeAll = (): number => {
      let taken = 0;
      while (limit.take(now)) taken += 1;
      return taken;
    };
    expect(takeAll()).toBe(LOOKUPS_IN_A_ROW);
    expect(limit.waitSeconds(now)).toBe(20);
    now += LOOKUP_EVERY_MS - 1;
    expect(takeAll()).toBe(0);
    expect(limit.waitSeconds(now)).toBe(1);
    now += 1;
    expect(takeAll()).toBe(1);
    // Tried every second: refusals put nothing off.
    let taken = 0;
    for (let second = 0; second < 100; second += 1) {
      now += 1_000;
      taken += takeAll();
    }
    expect(taken).toBe(5);
    now += 1_000_000_000;
    expect(takeAll()).toBe(LOOKUPS_IN_A_ROW);
  });
});
