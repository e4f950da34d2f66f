import { expect, test } from 'vitest';
import { mockProcedure } from '../../fixtures/election/mock-procedure.ts';
import { procedureDifferences, procedureSchema } from './procedure.ts';

const PROCEDURE = mockProcedure({ electionDate: '2027-01-24', seed: 1 });

test('each setting that differs is one line, by its name; the same procedure has none', () => {
  expect(procedureDifferences(PROCEDURE, structuredClone(PROCEDURE))).toEqual([]);
  const changed = {
    ...PROCEDURE,
    inkStep: true,
    fingerprint: { ...PROCEDURE.fingerprint, attemptsPerFinger: 5 },
    fallbackLadder: ['commission' as const],
  };
  expect(procedureDifferences(PROCEDURE, changed)).toEqual([
    'fallbackLadder: ["other-finger","clean-and-retry","third-finger","commission"] -> ["commission"]',
    'fingerprint.attemptsPerFinger: 3 -> 5',
    'inkStep: false -> true',
  ]);
});

test.each([
  ['without a receipt', { receipts: [] }],
  ['without a ladder', { fallbackLadder: [] }],
  ['with an hour that is none', { voting: { opens: '08:00', closes: '24:00' } }],
  ['with a day that is none', { electionDate: '2027-02-30' }],
  ['with the personal number on a receipt', { receiptFields: ['personal-number'] }],
  ['with a setting that nobody knows', { nightVoting: true }],
])('a procedure %s is refused', (_, change) => {
  expect(procedureSchema.safeParse({ ...PROCEDURE, ...change }).success).toBe(false);
});
