import { throwIllegalValue } from './assert.ts';
import { err, ok, type Result } from './result.ts';

/**
 * Identification is one recoverable hand-over: found -> verified -> receipt at the desk, which is then free;
 * ballot -> signed at the issuing table. Each step is an event in the ledger; this fold is all the state there
 * is, so a crash at any point resumes exactly where the last event left it.
 */
export type HandoverState = 'found' | 'verified' | 'receipt' | 'ballot' | 'signed' | 'released' | 'undone';

export type HandoverStep =
  /** The decision: fingerprint match or the commission's. From here on the voter counts as identified. */
  | { readonly step: 'verified' }
  /** One receipt is on paper, whole. */
  | { readonly step: 'receipt-printed'; readonly receiptIndex: number }
  | { readonly step: 'ballot-issued' }
  | { readonly step: 'signed' }
  /** The voter left, or was refused, before the decision: nothing was given out. */
  | { readonly step: 'released' }
  /** The chair took the identification back, with a reason. Nothing is deleted. */
  | { readonly step: 'undone' };

export interface Handover {
  readonly state: HandoverState;
  readonly receiptsDue: number;
  /** Indexes into the procedure's receipts that are on paper. */
  readonly receiptsPrinted: readonly number[];
}

export function beginHandover(receiptsDue: number): Handover {
  return { state: 'found', receiptsDue, receiptsPrinted: [] };
}

/** The hand-over after one more step, or why that step can't follow here. */
export function advanceHandover(
  handover: Handover,
  step: HandoverStep,
): Result<Handover, 'step-out-of-order'> {
  const to = (state: HandoverState): Result<Handover, never> => ok({ ...handover, state });
  switch (step.step) {
    case 'verified':
      return handover.state === 'found' ? to('verified') : err('step-out-of-order');
    case 'receipt-printed': {
      const known = handover.receiptsPrinted.includes(step.receiptIndex);
      const lawful = step.receiptIndex >= 0 && step.receiptIndex < handover.receiptsDue;
      if (handover.state !== 'verified' || known || !lawful) return err('step-out-of-order');
      const receiptsPrinted = [...handover.receiptsPrinted, step.receiptIndex];
      const state = receiptsPrinted.length === handover.receiptsDue ? 'receipt' : 'verified';
      return ok({ ...handover, state, receiptsPrinted });
    }
    case 'ballot-issued':
      return handover.state === 'receipt' ? to('ballot') : err('step-out-of-order');
    case 'signed':
      return handover.state === 'ballot' ? to('signed') : err('step-out-of-order');
    case 'released':
      return handover.state === 'found' ? to('released') : err('step-out-of-order');
    case 'undone':
      return isIdentified(handover.state) ? to('undone') : err('step-out-of-order');
    default:
      throwIllegalValue(step);
  }
}

/** Counts in the turnout: decided, and not taken back. */
export function isIdentified(state: HandoverState): boolean {
  return state === 'verified' || state === 'receipt' || state === 'ballot' || state === 'signed';
}

/** Still waits for somebody: at the desk (found, verified) or at the issuing table (receipt, ballot). */
export function isOpen(state: HandoverState): boolean {
  return state === 'found' || state === 'verified' || state === 'receipt' || state === 'ballot';
}

/** The lowest receipt that is not on paper yet, or null when all are. */
export function nextReceipt(handover: Handover): number | null {
  for (let index = 0; index < handover.receiptsDue; index += 1) {
    if (!handover.receiptsPrinted.includes(index)) return index;
  }
  return null;
}
