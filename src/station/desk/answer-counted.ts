import { err, ok, type Result } from '../../domain/result.ts';
import type { StationError } from '../api/errors.ts';
import type { StationContext } from '../context.ts';
import { findByText } from './find-voter.ts';

/**
 * "Am I counted once?" is answered to the voter in person, by the chair, and never on paper: whatever leaves with a
 * voter can be demanded by whoever pays or threatens. That it was asked is on record, the answer is not.
 */
export function answerCounted(
  context: StationContext,
  text: string,
  people: readonly string[],
): Result<{ readonly counted: number }, StationError> {
  if (context.procedure.answersCountedOnce !== true) return err({ code: 'not-allowed' });
  const found = findByText(context, text);
  if (!found.ok) return err({ code: found.error });
  if (found.value.kind !== 'visitor') return err({ code: 'voter-not-found' });
  const { id } = found.value.visitor.voter;
  const recorded = context.journal.record([{ type: 'counted-asked', voter: id, people }]);
  if (!recorded.ok) return recorded;
  return ok({ counted: context.projection.countedTimes(id) + context.lanes.countedElsewhere(id) });
}
