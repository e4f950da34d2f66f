import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unwrap } from '../domain/result.ts';
import { settableClock } from '../store/clock.ts';
import { decodeCanonical, encodeCanonical } from './canonical.ts';
import {
  clockJump,
  compareLogical,
  laterTime,
  MOST_DRIFT_MS,
  nextEventTime,
  readEventTime,
  readVouchedTime,
} from './event-time.ts';

const NOON = 1_790_000_000_000;
const MINUTE = 60_000;
const TEN_YEARS = 10 * 365 * 24 * 60 * MINUTE;

describe('logical time', () => {
  test('goes on while the wall clock stands still or is set back a little', () => {
    const clock = settableClock({ wallMs: NOON });
    const first = nextEventTime(clock, null);
    const second = nextEventTime(clock, first);
    clock.setWall(NOON - MINUTE);
    const third = nextEventTime(clock, second);
    expect(
      [first, second, third].map(({ logicalMs, logicalCounter }) => [logicalMs - NOON, logicalCounter]),
    ).toEqual([
      [0, 0],
      [0, 1],
      [0, 2],
    ]);
    expect(third.wallMs).toBe(NOON - MINUTE);
  });

  test('of a laptop that believed in 2036 comes back with its clock', () => {
    const clock = settableClock({ wallMs: NOON });
    clock.setWall(NOON + TEN_YEARS);
    const astray = nextEventTime(clock, null);
    clock.setWall(NOON);
    expect(nextEventTime(clock, astray).logicalMs).toBe(NOON + MOST_DRIFT_MS);
  });

  test('of another lane is followed, but never further than five minutes ahead', () => {
    const clock = settableClock({ wallMs: NOON });
    const near = laterTime(clock, null, { logicalMs: NOON + MINUTE, logicalCounter: 7 });
    expect(nextEventTime(clock, near)).toMatchObject({ logicalMs: NOON + MINUTE, logicalCounter: 8 });
    const far = laterTime(clock, near, { logicalMs: NOON + TEN_YEARS, logicalCounter: 0 });
    expect(nextEventTime(clock, far)).toMatchObject({ logicalMs: NOON + MOST_DRIFT_MS, logicalCounter: 1 });
    expect(laterTime(clock, far, { logicalMs: NOON, logicalCounter: 3 })).toBe(far);
  });

  test('is never more than the bound ahead of the wall clock, and grows wherever that lets it', () => {
    const step = fc.oneof(
      fc.record({ wall: fc.integer({ min: -TEN_YEARS, max: TEN_YEARS }) }),
      fc.record({ seen: fc.integer({ min: -TEN_YEARS, max: TEN_YEARS }) }),
      fc.record({ advance: fc.integer({ min: 0, max: 10 * MINUTE }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const clock = settableClock({ wallMs: NOON });
        let last: ReturnType<typeof nextEventTime> | null = null;
        let known: Parameters<typeof nextEventTime>[1] = null;
        for (const change of steps) {
          if ('wall' in change) clock.setWall(NOON + change.wall);
          else if ('advance' in change) clock.advance(change.advance);
          else known = laterTime(clock, known, { logicalMs: NOON + change.seen, logicalCounter: 0 });
          const time = nextEventTime(clock, known);
          expect(time.logicalMs - time.wallMs).toBeLessThanOrEqual(MOST_DRIFT_MS);
          if (last !== null && last.logicalMs <= time.wallMs + MOST_DRIFT_MS) {
            expect(compareLogical(last, time)).toBeLessThan(0);
          }
          last = time;
          known = time;
        }
      }),
      { seed: 3, numRuns: 200 },
    );
  });
});

describe('a clock that jumps is visible', () => {
  const at = (wallMs: number, monotonicMs: number, bootId = 'a') => ({ wallMs, monotonicMs, bootId });

  test('within a boot, in both directions, to the millisecond', () => {
    expect(clockJump(at(NOON, 0), at(NOON + TEN_YEARS + 5, 5))).toEqual({ kind: 'moved', byMs: TEN_YEARS });
    expect(clockJump(at(NOON, 0), at(NOON - 60 * MINUTE, 0))).toEqual({ kind: 'moved', byMs: -60 * MINUTE });
  });

  test('not where it only drifts, or where time went on', () => {
    expect(clockJump(at(NOON, 0), at(NOON + 5 * MINUTE, 5 * MINUTE - 900))).toBe(null);
    expect(clockJump(at(NOON, 0), at(NOON + TEN_YEARS, 3, 'b'))).toBe(null);
  });

  test('across a restart, when it went back behind the last event', () => {
    expect(clockJump(at(NOON, 9), at(NOON - 30 * MINUTE, 3, 'b'))).toEqual({
      kind: 'before-last-event',
      byMs: -30 * MINUTE,
    });
  });
});

describe('a time in the bytes of a private part', () => {
  const times = fc.record({
    wallMs: fc.oneof(
      fc.maxSafeNat(),
      fc.integer({ min: -10, max: 30 }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    ),
    monotonicMs: fc.oneof(fc.maxSafeNat(), fc.nat(300)),
    bootId: fc.oneof(fc.uuid(), fc.string({ unit: 'binary', maxLength: 80 })),
    logicalMs: fc.oneof(fc.maxSafeNat(), fc.integer({ min: -1, max: 70_000 })),
    logicalCounter: fc.nat(),
  });
  const fields = fc.dictionary(fc.string({ maxLength: 8 }), fc.string({ maxLength: 30 }), { maxKeys: 30 });

  test('is what the record says, whatever stands beside it and in whatever form its numbers are', () => {
    fc.assert(
      fc.property(times, fields, (at, others) => {
        const bytes = encodeCanonical({ ...others, at });
        expect(readVouchedTime(bytes)).toEqual(readEventTime(unwrap(decodeCanonical(bytes))));
      }),
    );
  });

  test('is none where a field is missing, or is no number', () => {
    const at = { wallMs: 1, monotonicMs: 2, bootId: 'boot', logicalMs: 3, logicalCounter: 4 };
    for (const name of Object.keys(at) as (keyof typeof at)[]) {
      const { [name]: _, ...others } = at;
      expect(readVouchedTime(encodeCanonical({ at: others }))).toBeNull();
      expect(readVouchedTime(encodeCanonical({ at: { ...at, [name]: null } }))).toBeNull();
    }
    expect(readVouchedTime(encodeCanonical({ type: 'opened' }))).toBeNull();
  });

  test('is none in bytes that end within it', () => {
    const at = { wallMs: NOON, monotonicMs: 2, bootId: 'boot', logicalMs: NOON, logicalCounter: 4 };
    const bytes = encodeCanonical({ at });
    for (let end = 0; end < bytes.length; end += 1)
      expect(readVouchedTime(bytes.subarray(0, end))).toBeNull();
  });
});
