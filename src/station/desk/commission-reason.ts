import type { ExceptionReason } from '../../domain/outcome.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { Voter } from '../../domain/voter.ts';
import type { StationError } from '../api/errors.ts';
import type { StationContext } from '../context.ts';
import { FingerStep } from './finger-step.ts';

/**
 * Why a voter comes before the commission, whatever was tapped. The reason has to be true: "no match" only once
 * the ladder leads there, "no fingers" only if so enrolled, "can't be captured" not of a finger that was
 * captured and did not match. `no-templates` is never asked for; it is what the register turns out to hold, as
 * `visitor-without-record` is what of a visitor could be brought here.
 *
 * @param finger the finger step of this voter, or null before it.
 */
export function commissionReason(
  context: StationContext,
  voter: Voter,
  finger: FingerStep | null,
  asked: ExceptionReason,
): Result<ExceptionReason, StationError> {
  switch (asked) {
    case 'cannot-be-captured':
      if (finger?.isBeingTried() === true) return err({ code: 'wrong-phase' });
      return ok(finger?.hasMismatch() === true ? 'no-match' : asked);
    case 'no-fingers':
      if (context.register.visitors.source(voter.id) === 'chip') return ok('visitor-without-record');
      if (!voter.hasFingerprints) return ok(asked);
      return hasDamagedTemplates(context, voter) ? ok('no-templates') : err({ code: 'wrong-phase' });
    case 'no-match':
      return finger?.view().offers.includes('commission') === true ? ok(asked) : err({ code: 'wrong-phase' });
    case 'scanner-failed':
      return context.devices.scanner.status().status.state === 'failed'
        ? ok(asked)
        : err({ code: 'wrong-phase' });
    case 'no-templates':
    case 'visitor-without-record':
      return err({ code: 'wrong-phase' });
  }
}

/** Enrolled with fingers of which no template can be opened: not the voter's fault, and said by its name. */
function hasDamagedTemplates(context: StationContext, voter: Voter): boolean {
  if (FingerStep.enrolledFingers(context, voter).length === 0) return true;
  return !context.register.templatesAreWhole(voter.id);
}
