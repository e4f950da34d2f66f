import type { Procedure } from '../domain/procedure.ts';
import { publicKind, type StationEvent } from './events.ts';

/** Fingers whose attempts a visit can use up: the two that are enrolled, and one of them once more after cleaning. */
const ROUNDS_OF_ATTEMPTS = 3;

/**
 * Between one identification and the next, as many other events as this, or twice as many, and so on. The public
 * log shows kinds in their order: whoever writes down the faces at the door knows whose identification is the n-th,
 * and without cover could count from the events before it how many fingers were tried, and that the commission was
 * asked. So it is the longest visit that the procedure allows, and one report or granted right beside it: how many
 * that is depends on the attempts and the receipts that the procedure gives.
 */
export function coveredStep({ receipts, fingerprint }: Pick<Procedure, 'receipts' | 'fingerprint'>): number {
  // Begun and printed, each; ballot and signature follow for the voter before.
  const afterTheOneBefore = 2 * receipts.length + 2;
  const [found, commissionAsked, beside] = [1, 1, 1];
  const compared = ROUNDS_OF_ATTEMPTS * fingerprint.attemptsPerFinger;
  return afterTheOneBefore + found + compared + commissionAsked + beside;
}

/** Events that say nothing after so many others since the last identification, up to a whole number of steps. */
export function missingCover(others: number, step: number): number {
  return Math.max(1, Math.ceil(others / step)) * step - others;
}

/**
 * The events with as many that say nothing before an identification as its place in the public log needs.
 * @param others Other events since the last identification.
 * @param step As `coveredStep` gives it.
 */
export function withCover(
  events: readonly StationEvent[],
  others: number,
  step: number,
): readonly StationEvent[] {
  const covered: StationEvent[] = [];
  let count = others;
  for (const event of events) {
    if (publicKind(event) === 'identification') {
      const missing = missingCover(count, step);
      for (let i = 0; i < missing; i += 1) covered.push({ type: 'cover' });
      count = 0;
    } else {
      count += 1;
    }
    covered.push(event);
  }
  return covered;
}
