import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mockProcedure } from '../../../fixtures/election/mock-procedure.ts';
import type { FingerPosition } from '../../domain/finger.ts';
import { type LadderProgress, ladderOffers } from './fallback-ladder.ts';

const PROCEDURE = mockProcedure({ electionDate: '2027-01-24', seed: 1 });
const START: LadderProgress = {
  enrolled: [2, 7],
  position: 2,
  exhausted: [],
  cleanedAndRetried: false,
  scannerFailed: false,
};
const offers = (progress: Partial<LadderProgress>) => ladderOffers({ ...START, ...progress }, PROCEDURE);

describe('the ways on from a finger that does not match', () => {
  test.each<readonly [string, Partial<LadderProgress>, readonly string[]]>([
    ['at first the other finger, never the commission', {}, ['other-finger']],
    [
      'the first used up: the other one, or once more after cleaning',
      { exhausted: [2] },
      ['other-finger', 'retry'],
    ],
    ['both used up: cleaning, then the commission', { exhausted: [2, 7] }, ['retry', 'commission']],
    ['cleaned as well: the commission alone', { exhausted: [2, 7], cleanedAndRetried: true }, ['commission']],
    [
      'the scanner failed: again, the other finger, or the commission',
      { scannerFailed: true },
      ['retry', 'other-finger', 'commission'],
    ],
    ['one finger only, used up', { enrolled: [2], exhausted: [2] }, ['retry', 'commission']],
    [
      'three fingers, two used up',
      { enrolled: [2, 7, 1], exhausted: [2, 7] },
      ['other-finger', 'retry', 'third-finger'],
    ],
  ])('%s', (_, progress, expected) => {
    expect(offers(progress)).toEqual(expected);
  });

  test('once the finger is used up there is always one, whatever the procedure leaves out', () => {
    const position = fc.constantFrom<FingerPosition>(1, 2, 6, 7);
    fc.assert(
      fc.property(
        fc.uniqueArray(position, { minLength: 1 }),
        fc.uniqueArray(position),
        fc.boolean(),
        fc.boolean(),
        fc.uniqueArray(fc.constantFrom(...PROCEDURE.fallbackLadder), { minLength: 1 }),
        (enrolled, others, cleanedAndRetried, scannerFailed, fallbackLadder) => {
          const [current = 2] = enrolled;
          const exhausted = [current, ...others.filter((one) => one !== current)];
          const progress = { enrolled, position: current, exhausted, cleanedAndRetried, scannerFailed };
          const offered = ladderOffers(progress, { ...PROCEDURE, fallbackLadder });
          expect(offered.length).toBeGreaterThan(0);
          expect(new Set(offered).size).toBe(offered.length);
        },
      ),
      { seed: 6 },
    );
  });
});
