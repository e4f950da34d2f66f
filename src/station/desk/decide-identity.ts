import type { FingerPosition } from '../../domain/finger.ts';
import type { ExceptionReason } from '../../domain/outcome.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { ageGroupOf, ageOn } from '../../domain/voter.ts';
import type { Refusal } from '../../sync/lanes/lane-message.ts';
import { tokenOf } from '../adapters/station-register.ts';
import type { StationError } from '../api/errors.ts';
import { localTime } from '../local-time.ts';
import { commissionReason } from './commission-reason.ts';
import type { AtDesk, DeskVisit } from './desk-visit.ts';
import { FingerStep } from './finger-step.ts';
import { commissionStep } from './visit-steps.ts';
import { type Visitor, voterView } from './voter-view.ts';

interface Afterwards {
  /** "Identified" is on this disk. */
  readonly identified: (atDesk: AtDesk) => void;
  /** The right went to another table while the visit was going on. */
  readonly rightLost: (visitor: Visitor, refusal: Refusal) => Result<undefined, StationError>;
}

/** From the voter on the screen to "identified": by a finger, or by the commission. */
export class DecideIdentity {
  readonly #visit: DeskVisit;
  readonly #afterwards: Afterwards;

  constructor(visit: DeskVisit, afterwards: Afterwards) {
    this.#visit = visit;
    this.#afterwards = afterwards;
  }

  takeFinger(stepId: string, position: FingerPosition | undefined): Result<undefined, StationError> {
    const visit = this.#visit;
    const { context } = visit;
    const at = visit.at(stepId, ['voter', 'finger']);
    if (!at.ok) return at;
    const { visitor } = at.value;
    // Enrolled as having none, and yet here with fingers: there is nothing to compare them with.
    if (!visitor.voter.hasFingerprints) return this.#toCommission(this.#withoutFingers(visitor.voter.id));
    const justBegun = visit.finger === null;
    if (visit.finger === null) {
      const begun = FingerStep.begin(context, visitor.voter.id, at.value.handoverId, {
        matched: () => this.#decided('fingerprint', null, '', []),
        noUsableTemplates: () => this.#toCommission('no-templates'),
        problem: (code) => context.problem(code),
      });
      if (!begun.ok) return this.#withoutTemplates();
      visit.finger = begun.value;
      visit.go({ kind: 'finger', voter: voterView(visitor, context.register), finger: begun.value.view() });
    }
    if (position !== undefined || !justBegun || !visit.finger.isUsedUp) visit.finger.take(position);
    context.changed();
    return ok(undefined);
  }

  askCommission(stepId: string, reason: ExceptionReason): Result<undefined, StationError> {
    const at = this.#visit.at(stepId, ['voter', 'finger']);
    if (!at.ok) return at;
    const { context, finger } = this.#visit;
    const because = commissionReason(context, at.value.visitor.voter, finger, reason);
    if (!because.ok) return because;
    return because.value === 'no-templates' ? this.#withoutTemplates() : this.#toCommission(because.value);
  }

  /** Two members, and the chair where the procedure says so, looked at the person and the photo and decided. */
  byCommission(
    stepId: string,
    accept: boolean,
    note: string,
    people: readonly string[],
  ): Result<undefined, StationError> {
    const at = this.#visit.at(stepId, ['commission']);
    if (!at.ok) return at;
    const { step } = this.#visit.screen;
    if (step.kind !== 'commission') return err({ code: 'desk-moved-on' });
    if (accept) return this.#decided('commission', step.reason, note, people);
    if (note.length < 3) return err({ code: 'reason-missing' });
    const { handoverId, visitor } = at.value;
    const recorded = this.#visit.context.journal.record([
      { type: 'commission-refused', handover: handoverId, note, people },
    ]);
    if (!recorded.ok) return recorded;
    return this.#visit.stop('refused-by-commission', visitor);
  }

  #withoutFingers(voterId: string): ExceptionReason {
    const { visitors } = this.#visit.context.register;
    return visitors.source(voterId) === 'chip' ? 'visitor-without-record' : 'no-templates';
  }

  #withoutTemplates(): Result<undefined, StationError> {
    const asked = this.#toCommission('no-templates');
    if (asked.ok) this.#visit.context.problem('template-damaged');
    return asked;
  }

  #toCommission(reason: ExceptionReason): Result<undefined, StationError> {
    const { atDesk, context } = this.#visit;
    if (atDesk === null) return err({ code: 'desk-moved-on' });
    const recorded = context.journal.record([
      { type: 'commission-asked', handover: atDesk.handoverId, reason },
    ]);
    if (!recorded.ok) return recorded;
    this.#visit.go(commissionStep(context, atDesk.visitor, reason));
    return ok(undefined);
  }

  #decided(
    method: 'fingerprint' | 'commission',
    exception: ExceptionReason | null,
    note: string,
    people: readonly string[],
  ): Result<undefined, StationError> {
    const { atDesk, context } = this.#visit;
    if (atDesk === null) return err({ code: 'desk-moved-on' });
    const { voter } = atDesk.visitor;
    const { journal, procedure, clock, projection } = context;
    // Another window may have decided the same voter a moment ago.
    if (projection.effectiveHandoverOf(voter.id) !== null)
      return this.#visit.stop('already-identified', atDesk.visitor);
    const refusal = context.lanes.refusalNow(voter.id);
    if (refusal !== null) {
      const { visitor, handoverId } = atDesk;
      // Nothing was given: the hand-over is put aside, and the voter goes where the right is now.
      const put = journal.record([{ type: 'released', handover: handoverId }]);
      return put.ok ? this.#afterwards.rightLost(visitor, refusal) : put;
    }
    const recorded = journal.record([
      {
        type: 'identified',
        handover: atDesk.handoverId,
        voter: voter.id,
        counted: {
          method,
          exception,
          sex: voter.sex,
          ageGroup: ageGroupOf(ageOn(voter.birthDate, procedure.electionDate)),
          hour: localTime(clock.wallMs(), procedure.timeZone).hour,
        },
        ...(context.register.visitors.has(voter.id) ? { visitor: true as const } : {}),
        ...tokenOf(context.register, voter.id),
        note,
        people,
      },
    ]);
    if (!recorded.ok) {
      context.problem(recorded.error.code);
      return recorded;
    }
    this.#visit.endFinger();
    this.#afterwards.identified(atDesk);
    return ok(undefined);
  }
}
