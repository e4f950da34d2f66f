import { describe, expect, test } from 'vitest';
import { generateElection } from '../../fixtures/election/generate-election.ts';
import { NO_COUNTS, reconcile } from '../../src/domain/reconciliation.ts';
import type { PlayedLane } from './play-day.ts';
import { type SummaryInput, summarise, summaryLines } from './summary.ts';

const [voter] = generateElection({ voters: 24, seed: 1 }).voters.filter((one) => one.awkward === null);

/** A lane that served one voter, with everything as it must be. */
function goodLane(change: Partial<PlayedLane> = {}): PlayedLane {
  if (voter === undefined) throw new Error('the election has an ordinary voter');
  const ledger = {
    identified: 1,
    undone: 0,
    receiptsDue: 1,
    receiptsPrinted: 1,
    receiptsReprinted: 0,
    receiptsOfUndone: 0,
    openHandovers: 0,
  };
  return {
    lane: 1,
    visits: [
      {
        person: voter,
        expected: 'identified',
        visit: { outcome: 'identified', method: 'fingerprint', receiptNumbers: ['1-0001'], fingerTries: 1 },
      },
    ],
    repeatsTried: 1,
    repeatsRefused: 1,
    identified: 1,
    exceptions: 0,
    restarts: 0,
    visitors: 0,
    reconciliation: reconcile(ledger, NO_COUNTS),
    planted: [
      {
        planted: 'a stub too many',
        expected: 'stubs-differ-from-receipts',
        named: ['stubs-differ-from-receipts'],
      },
    ],
    openingWasZero: true,
    closingAddsUp: true,
    faultsInjected: 0,
    pendingUpload: 0,
    exports: [],
    checkpoints: [],
    erasure: null,
    ...change,
  };
}

function summaryOf(lane: PlayedLane, change: Partial<SummaryInput> = {}) {
  return summarise({
    lanes: [lane],
    voters: 1,
    seed: 1,
    collector: { identified: 1, undone: 0, events: 9 },
    exportsVerified: 0,
    exportProblems: [],
    prints: null,
    packaged: null,
    seconds: 1,
    ...change,
  });
}

describe('the summary of a mock day', () => {
  test('a day on which everything adds up has no problem', () => {
    const summary = summaryOf(goodLane());
    expect(summary.problems).toEqual([]);
    expect(summaryLines(summary).at(-1)).toBe('Everything adds up.');
  });

  test.each<[string, Partial<PlayedLane>]>([
    [
      'a planted difference that was called something else',
      {
        planted: [
          { planted: 'a stub too many', expected: 'stubs-differ-from-receipts', named: ['box-below-issued'] },
        ],
      },
    ],
    [
      'a planted difference that nobody named',
      { planted: [{ planted: 'a stub too many', expected: 'stubs-differ-from-receipts', named: [] }] },
    ],
    ['an opening report that is not zero', { openingWasZero: false }],
    ['a closing report that does not add up', { closingAddsUp: false }],
    ['a voter identified twice', { repeatsRefused: 0 }],
    ['fewer in the report than at the table', { identified: 0 }],
    ['events that were not uploaded', { pendingUpload: 3 }],
  ])('%s is a problem', (_, change) => {
    expect(summaryOf(goodLane(change)).problems).not.toEqual([]);
  });

  test('a difference that nobody planted is a problem, by its name', () => {
    const { ledger } = goodLane().reconciliation;
    const reconciliation = reconcile(ledger, { ...NO_COUNTS, signatures: 2 });
    expect(summaryOf(goodLane({ reconciliation })).problems).toEqual([
      'lane 1: signatures-exceed-identified: 2 instead of 1, and nobody planted it',
    ]);
  });

  test('a centre that counts otherwise, and an export that does not verify, are problems', () => {
    const collector = { identified: 2, undone: 0, events: 9 };
    expect(summaryOf(goodLane(), { collector }).problems).toHaveLength(1);
    expect(summaryOf(goodLane(), { exportProblems: ['export: wrong-sum'] }).problems).toHaveLength(1);
  });

  test('an honest voter who was refused is a problem that names the case, not the voter', () => {
    const [played] = goodLane().visits;
    if (played === undefined) throw new Error('the lane has a visit');
    const visits = [{ ...played, visit: { ...played.visit, outcome: 'already-identified' as const } }];
    const { problems } = summaryOf(goodLane({ visits, identified: 0 }), {
      collector: { identified: 0, undone: 0, events: 9 },
    });
    expect(problems).toEqual([
      `lane 1: ${played.person.key} (nothing special) should end in identified, ended in already-identified`,
    ]);
  });
});
