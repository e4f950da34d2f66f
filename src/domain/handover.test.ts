import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  advanceHandover,
  beginHandover,
  type Handover,
  type HandoverStep,
  isIdentified,
  isOpen,
  nextReceipt,
} from './handover.ts';
import { err, unwrap } from './result.ts';

const OUT_OF_ORDER = err('step-out-of-order');
const VERIFIED: HandoverStep = { step: 'verified' };
const printed = (receiptIndex: number): HandoverStep => ({ step: 'receipt-printed', receiptIndex });
const BALLOT: HandoverStep = { step: 'ballot-issued' };
const SIGNED: HandoverStep = { step: 'signed' };
const RELEASED: HandoverStep = { step: 'released' };
const UNDONE: HandoverStep = { step: 'undone' };

function handoverAfter(receiptsDue: number, ...steps: readonly HandoverStep[]): Handover {
  return steps.reduce(
    (handover, step) => unwrap(advanceHandover(handover, step)),
    beginHandover(receiptsDue),
  );
}

describe('a hand-over', () => {
  test('goes from found to signed, with as many receipts as are due, in any order', () => {
    const halfPrinted = handoverAfter(2, VERIFIED, printed(1));
    expect(halfPrinted).toMatchObject({ state: 'verified' });
    expect(nextReceipt(halfPrinted)).toBe(0);
    const whole = handoverAfter(2, VERIFIED, printed(1), printed(0));
    expect(whole).toMatchObject({ state: 'receipt' });
    expect(nextReceipt(whole)).toBeNull();
    expect(handoverAfter(2, VERIFIED, printed(1), printed(0), BALLOT, SIGNED).state).toBe('signed');
  });

  test.each([
    ['a ballot before the last receipt', handoverAfter(2, VERIFIED, printed(0)), BALLOT],
    ['a signature before the ballot', handoverAfter(1, VERIFIED, printed(0)), SIGNED],
    ['a second decision', handoverAfter(1, VERIFIED), VERIFIED],
    ['a receipt before the decision', handoverAfter(1), printed(0)],
    ['the same receipt twice', handoverAfter(2, VERIFIED, printed(0)), printed(0)],
    ['a receipt that is not due', handoverAfter(1, VERIFIED), printed(1)],
    ['a receipt with a number below none', handoverAfter(1, VERIFIED), printed(-1)],
    ['letting somebody go who is decided', handoverAfter(1, VERIFIED), RELEASED],
    ['an undo of nothing', handoverAfter(1), UNDONE],
    ['a second undo', handoverAfter(1, VERIFIED, UNDONE), UNDONE],
    ['a receipt after the undo', handoverAfter(1, VERIFIED, UNDONE), printed(0)],
    ['a decision on somebody who left', handoverAfter(1, RELEASED), VERIFIED],
  ] as const)('refuses %s', (_, handover, step) => {
    expect(advanceHandover(handover, step)).toEqual(OUT_OF_ORDER);
  });

  test('counts as identified only between decision and undo, whatever is tried on it', () => {
    const step = fc.oneof(
      fc.constantFrom(VERIFIED, BALLOT, SIGNED, RELEASED, UNDONE),
      fc.integer({ min: -1, max: 3 }).map(printed),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 }), fc.array(step, { maxLength: 12 }), (due, steps) => {
        let handover = beginHandover(due);
        let decided = false;
        for (const one of steps) {
          const advanced = advanceHandover(handover, one);
          if (!advanced.ok) continue;
          if (one.step === 'verified') decided = true;
          if (one.step === 'undone') decided = false;
          handover = advanced.value;
          expect(isIdentified(handover.state)).toBe(decided);
          expect(new Set(handover.receiptsPrinted).size).toBe(handover.receiptsPrinted.length);
          expect(nextReceipt(handover) === null).toBe(handover.receiptsPrinted.length === due);
        }
        if (handover.state === 'signed' || handover.state === 'released' || handover.state === 'undone')
          expect(isOpen(handover.state)).toBe(false);
        else expect(isOpen(handover.state)).toBe(true);
      }),
      { seed: 11 },
    );
  });
});
