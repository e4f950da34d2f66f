import { assertDefined } from '../../domain/assert.ts';
import {
  drawParticipationToken,
  PARTICIPATION_TOKEN_BYTES,
  type ParticipationToken,
} from '../../domain/participation-token.ts';
import { AGE_GROUPS } from '../../domain/voter.ts';
import type { PartFields } from '../../ledger/event.ts';
import type { DemoEvent } from './demo-device.ts';

export const DEMO_OPENS_AT = 8;

/** Shares of a day's voters by hour, from the opening at 8 to the closing at 20: full by noon, and after work. */
export const HOURS_OF_DAY: readonly (readonly [hour: number, share: number])[] = [
  [8, 6],
  [9, 10],
  [10, 12],
  [11, 12],
  [12, 9],
  [13, 8],
  [14, 8],
  [15, 8],
  [16, 8],
  [17, 8],
  [18, 7],
  [19, 4],
];

/** Of each age group, in percent of those who come. */
const AGE_SHARES = [12, 20, 18, 28, 22];
const COMMISSION_SHARE = 0.015;
const UNDO_SHARE = 0.002;
const PROBLEM_SHARE = 0.003;

/**
 * Events as a lane commits them: mostly identifications, a few decisions of the commission, undos and problems.
 * The same seed draws the same; synthetic through and through.
 * @param hour Of all of them; without one, they spread over the day.
 */
export function drawDemoEvents(seed: number, count: number, hour?: number): DemoEvent[] {
  const random = seededRandom(seed);
  const events: DemoEvent[] = [];
  let last: DemoEvent | null = null;
  while (events.length < count) {
    const dice = random();
    if (dice < PROBLEM_SHARE) {
      events.push({ kind: 'other', period: 1, centre: { type: 'problem', code: 'printer-out-of-paper' } });
    } else if (dice < PROBLEM_SHARE + UNDO_SHARE && last !== null) {
      events.push({ ...last, kind: 'undo', centre: { ...last.centre, type: 'identification-undone' } });
      last = null;
    } else {
      last = drawIdentification(random, hour ?? pick(HOURS_OF_DAY, random));
      events.push(last);
    }
  }
  return events;
}

function drawIdentification(random: () => number, hour: number): DemoEvent {
  const byCommission = random() < COMMISSION_SHARE;
  return {
    kind: 'identification',
    period: 1 + Math.floor((hour - 8) / 2),
    centre: {
      type: 'identified',
      method: byCommission ? 'commission' : 'fingerprint',
      exception: byCommission ? 'no-match' : null,
      sex: random() < 0.53 ? 'female' : 'male',
      ageGroup: pick(
        AGE_GROUPS.map((group, i) => [group, AGE_SHARES[i] ?? 0] as const),
        random,
      ),
      hour,
      token: drawToken(random),
    },
  };
}

/** What an identification is counted under, in one of the ways there are; the same number gives the same. */
export function pickCentre(number: number): PartFields {
  const [hour] = HOURS_OF_DAY[number % HOURS_OF_DAY.length] ?? [8];
  return {
    type: 'identified',
    method: number % 67 === 0 ? 'commission' : 'fingerprint',
    exception: number % 67 === 0 ? 'no-match' : null,
    sex: number % 2 === 0 ? 'female' : 'male',
    ageGroup: AGE_GROUPS[number % AGE_GROUPS.length] ?? 'unknown',
    hour,
  };
}

/** Of nobody: as random as 128 bits of this generator are. */
function drawToken(random: () => number): ParticipationToken {
  return drawParticipationToken(
    Uint8Array.from({ length: PARTICIPATION_TOKEN_BYTES }, () => Math.floor(random() * 256)),
  );
}

function pick<T>(shares: readonly (readonly [value: T, share: number])[], random: () => number): T {
  let left = random() * shares.reduce((sum, [, share]) => sum + share, 0);
  for (const [value, share] of shares) {
    left -= share;
    if (left < 0) return value;
  }
  return assertDefined(shares.at(-1), 'shares are not empty')[0];
}

/** Mulberry32 (T. Ettinger, 2017): 32 bits of state, enough to draw a demonstration from. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
