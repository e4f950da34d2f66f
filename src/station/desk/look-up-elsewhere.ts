import { err, ok, type Result } from '../../domain/result.ts';
import type { VoterElsewhere } from '../../register/national-index/national-index.ts';
import type { StationErrorCode } from '../api/errors.ts';
import type { StationContext } from '../context.ts';

/** As many look-ups in a row as a queue of strangers may need; afterwards one more in so many milliseconds. */
export const LOOKUPS_IN_A_ROW = 10;
export const LOOKUP_EVERY_MS = 20_000;

/** Counts look-ups on the monotonic clock: nobody asks an unlocked laptop for a country, one person after the other. */
export class LookupLimit {
  #left = LOOKUPS_IN_A_ROW;
  #countedAtMs: number | null = null;

  /** Takes one look-up, if there is one left. */
  take(monotonicMs: number): boolean {
    const since = this.#countedAtMs ?? monotonicMs;
    const earned = Math.floor((monotonicMs - since) / LOOKUP_EVERY_MS);
    this.#left = Math.min(LOOKUPS_IN_A_ROW, this.#left + earned);
    this.#countedAtMs = this.#left === LOOKUPS_IN_A_ROW ? monotonicMs : since + earned * LOOKUP_EVERY_MS;
    if (this.#left === 0) return false;
    this.#left -= 1;
    return true;
  }
}

/**
 * Asks the national index for the holder of one document. The act is on record before its answer is seen, and the
 * record names nobody. Null: in no list at all.
 */
export function lookUpElsewhere(
  context: StationContext,
  limit: LookupLimit,
  personalNumber: string,
  documentNumber: string,
): Result<VoterElsewhere | null, StationErrorCode> {
  if (!context.register.hasIndex) return err('index-unusable');
  if (!limit.take(context.clock.monotonicMs())) return err('index-asked-too-often');
  const asked = context.register.elsewhere(personalNumber, documentNumber);
  if (!asked.ok) return asked;
  const { visitor, voter } = asked.value;
  const recorded = context.journal.record([{ type: 'elsewhere-asked', visitor, found: voter !== null }]);
  return recorded.ok ? ok(voter) : err(recorded.error.code);
}
