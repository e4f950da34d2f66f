import type { FingerPosition } from '../../domain/finger.ts';
import type { Procedure } from '../../domain/procedure.ts';
import type { FingerView } from '../api/snapshot.ts';

/** What happened to this voter's fingers so far. */
export interface LadderProgress {
  readonly enrolled: readonly FingerPosition[];
  /** The finger that is being tried. */
  readonly position: FingerPosition;
  /** Fingers whose attempts are used up. */
  readonly exhausted: readonly FingerPosition[];
  readonly cleanedAndRetried: boolean;
  readonly scannerFailed: boolean;
}

export type LadderOffer = FingerView['offers'][number];

/**
 * The ways on from here, in the procedure's order. There is always at least one: a voter is never left before
 * a screen without a button. The commission comes into reach when the fingers are used up, or the scanner fails.
 */
export function ladderOffers(progress: LadderProgress, procedure: Procedure): LadderOffer[] {
  const offers: LadderOffer[] = [];
  const current = progress.exhausted.includes(progress.position);
  const others = progress.enrolled.filter(
    (finger) => finger !== progress.position && !progress.exhausted.includes(finger),
  );
  if (progress.scannerFailed) offers.push('retry');
  for (const step of procedure.fallbackLadder) {
    if (step === 'other-finger' && others.length > 0) offers.push('other-finger');
    if (step === 'clean-and-retry' && current && !progress.cleanedAndRetried) offers.push('retry');
    if (step === 'third-finger' && current && others.length > 0 && progress.exhausted.length > 1)
      offers.push('third-finger');
    if (step === 'commission' && ((current && others.length === 0) || progress.scannerFailed))
      offers.push('commission');
  }
  if (current && offers.length === 0) offers.push('commission');
  return [...new Set(offers)];
}
