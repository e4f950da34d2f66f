import type { AskingLimit, AskingRule } from '../../domain/asking-limit.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { VoterElsewhere } from '../../register/national-index/national-index.ts';
import type { StationErrorCode } from '../api/errors.ts';
import type { StationContext } from '../context.ts';

/** As many as a queue of strangers may need: nobody asks an unlocked laptop for a country, one person after the other. */
export const LOOKUPS: AskingRule = { inARow: 10, everyMs: 20_000 };

/**
 * Asks the national index for the holder of one document. The act is on record before its answer is seen, and the
 * record names nobody. Null: in no list at all.
 */
export function lookUpElsewhere(
  context: StationContext,
  limit: AskingLimit,
  personalNumber: string,
  documentNumber: string,
): Result<VoterElsewhere | null, StationErrorCode> {
  const { indexTrouble } = context.register;
  if (indexTrouble !== null) return err(indexTrouble);
  if (!limit.take(context.clock.monotonicMs())) return err('index-asked-too-often');
  const asked = context.register.elsewhere(personalNumber, documentNumber);
  if (!asked.ok) return asked;
  const { visitor, voter } = asked.value;
  const recorded = context.journal.record([{ type: 'elsewhere-asked', visitor, found: voter !== null }]);
  return recorded.ok ? ok(voter) : err(recorded.error.code);
}
