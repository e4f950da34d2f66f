import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CountedFigures, type LedgerFigures, NO_COUNTS, reconcile } from './reconciliation.ts';

const LEDGER: LedgerFigures = {
  identified: 76,
  undone: 0,
  receiptsDue: 76,
  receiptsPrinted: 76,
  receiptsReprinted: 0,
  receiptsOfUndone: 0,
  openHandovers: 0,
};

/** What honest members count, for one ballot each. */
const honest = (ledger: LedgerFigures, ballotsPerVoter = 1): CountedFigures => {
  const issued = ledger.identified * ballotsPerVoter;
  return {
    ballotsReceived: issued + 20,
    ballotsUnused: 19,
    ballotsSpoiled: 1,
    ballotStubs: ledger.receiptsPrinted,
    receiptsCollected: ledger.receiptsPrinted + ledger.receiptsOfUndone,
    signatures: ledger.identified,
    ballotsInBox: issued,
  };
};

const names = (ledger: LedgerFigures, counted: CountedFigures) =>
  reconcile(ledger, counted).differences.map(({ name }) => name);

describe('the four-way reconciliation', () => {
  test('agrees only where everything was counted', () => {
    expect(reconcile(LEDGER, honest(LEDGER))).toMatchObject({
      agrees: true,
      ballotsIssued: 76,
      differences: [],
    });
    expect(reconcile(LEDGER, NO_COUNTS)).toMatchObject({
      agrees: false,
      ballotsIssued: null,
      differences: [],
    });
    for (const part of ['ballotsUnused', 'receiptsCollected', 'signatures'] as const)
      expect(reconcile(LEDGER, { ...honest(LEDGER), [part]: null }).agrees).toBe(false);
  });

  test('what went out on paper has ballots, stubs and signatures, and no receipts', () => {
    const ledger = { ...LEDGER, onPaper: { lines: 5, receipts: 6, openDoubles: 0 } };
    const counted: CountedFigures = {
      ...honest(LEDGER),
      ballotsReceived: 76 + 6 + 20,
      ballotStubs: 76 + 6,
      signatures: 76 + 5,
      ballotsInBox: 76 + 6,
    };
    expect(reconcile(ledger, counted)).toMatchObject({ agrees: true, differences: [] });
    expect(reconcile(ledger, { ...counted, ballotStubs: 76 }).differences).toEqual([
      { name: 'stubs-differ-from-receipts', expected: 82, counted: 76 },
    ]);
  });

  test('76 receipts against 83 stubs is named, with both numbers', () => {
    const { differences, agrees } = reconcile(LEDGER, { ...honest(LEDGER), ballotStubs: 83 });
    expect(differences).toEqual([{ name: 'stubs-differ-from-receipts', expected: 76, counted: 83 }]);
    expect(agrees).toBe(false);
  });

  test.each([
    [
      'a ballot without an identification',
      { ballotsUnused: 18 },
      ['ballots-exceed-identified', 'box-below-issued'],
    ],
    ['a voter without a ballot', { ballotsUnused: 20 }, ['ballots-below-identified', 'box-exceeds-issued']],
    ['a signature too many', { signatures: 77 }, ['signatures-exceed-identified']],
    ['a signature too few', { signatures: 75 }, ['signatures-below-identified']],
    ['a lost receipt', { receiptsCollected: 75 }, ['receipts-collected-differ']],
    ['a ballot that was carried away', { ballotsInBox: 75 }, ['box-below-issued']],
    ['a ballot that was put in twice', { ballotsInBox: 77 }, ['box-exceeds-issued']],
  ] as const)('%s is named', (_, wrong, expected) => {
    expect(names(LEDGER, { ...honest(LEDGER), ...wrong })).toEqual(expected);
  });

  test('an unprinted receipt and an open hand-over are named without any count', () => {
    expect(names({ ...LEDGER, receiptsPrinted: 75, openHandovers: 1 }, NO_COUNTS)).toEqual([
      'receipts-not-printed',
      'handovers-open',
    ]);
  });

  test('receipts of undone identifications lie in the box of collected ones and count there', () => {
    const undone = { ...LEDGER, undone: 2, receiptsOfUndone: 2 };
    expect(names(undone, honest(undone))).toEqual([]);
    expect(names(undone, { ...honest(undone), receiptsCollected: 76 })).toEqual([
      'receipts-collected-differ',
    ]);
  });

  test('honest counts agree for any day; one figure that is off never goes unnamed', () => {
    const parts = [
      'ballotsUnused',
      'ballotStubs',
      'receiptsCollected',
      'signatures',
      'ballotsInBox',
    ] as const;
    fc.assert(
      fc.property(
        fc.nat(2500),
        fc.integer({ min: 1, max: 3 }),
        fc.constantFrom(...parts),
        fc.integer({ min: -5, max: 5 }).filter((by) => by !== 0),
        (identified, ballots, part, by) => {
          const receipts = identified * ballots;
          const ledger = { ...LEDGER, identified, receiptsDue: receipts, receiptsPrinted: receipts };
          const counted = honest(ledger, ballots);
          expect(reconcile(ledger, counted).agrees).toBe(true);
          const off = { ...counted, [part]: (counted[part] ?? 0) + by };
          expect(reconcile(ledger, off).differences).not.toEqual([]);
        },
      ),
      { seed: 3 },
    );
  });
});
