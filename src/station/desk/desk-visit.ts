import type { ChipResult, StopOutcome } from '../../domain/outcome.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { fullName } from '../../domain/voter.ts';
import type { Refusal } from '../../sync/lanes/lane-message.ts';
import type { StationError, StationErrorCode } from '../api/errors.ts';
import type { LastHandover } from '../api/snapshot.ts';
import type { StationContext } from '../context.ts';
import { DeskScreen, type Step, type StepKind } from './desk-screen.ts';
import type { FingerStep } from './finger-step.ts';
import { type StopCircumstances, stopStep } from './stop-step.ts';
import { verifiedStep } from './visit-steps.ts';
import { type Visitor, voterView } from './voter-view.ts';

/** Who is at the desk now, with the hand-over that was begun for them. */
export interface AtDesk {
  readonly visitor: Visitor;
  readonly handoverId: string;
}

/**
 * The visit that is going on: who is at the desk, which finger is asked for, and the screen that says so. The parts
 * of the desk share it; whoever leaves the desk leaves nothing here.
 */
export class DeskVisit {
  readonly context: StationContext;
  readonly screen = new DeskScreen({ kind: 'idle', last: null, problem: null });
  atDesk: AtDesk | null = null;
  finger: FingerStep | null = null;
  /** The visitor for whom another lane is being asked. */
  asking: Visitor | null = null;
  /** Whom another lane owns, while the stop screen says so. */
  ofOtherLane: Visitor | null = null;
  #last: LastHandover | null = null;

  constructor(context: StationContext) {
    this.context = context;
  }

  /** The hand-over at the desk, for a call that was made for one of these steps. */
  at(stepId: string, kinds: readonly StepKind[]): Result<AtDesk, StationError> {
    const current = this.screen.currentAmong(stepId, kinds);
    if (!current.ok) return current;
    return this.atDesk === null ? err({ code: 'desk-moved-on' }) : ok(this.atDesk);
  }

  go(step: Step): void {
    if (step.kind !== 'finger') this.endFinger();
    this.screen.show(step);
    this.context.changed();
  }

  goIdle(): void {
    this.endFinger();
    this.clear();
    this.go({ kind: 'idle', last: this.#last, problem: null });
  }

  /** A document could not be read: the desk waits for it again. */
  goUnread(problem: 'mrz-invalid' | 'card-lost'): void {
    this.go({ kind: 'idle', last: this.#last, problem });
  }

  /** What was begun by a document came to nothing (paper mode, a full disk): told, and the desk doesn't go on reading it. */
  goBack(problem: StationErrorCode): void {
    this.context.problem(problem);
    if (this.screen.step.kind === 'reading-document') this.goIdle();
  }

  goVerified(atDesk: AtDesk): void {
    const handover = this.context.projection.handover(atDesk.handoverId);
    if (handover !== null) this.go(verifiedStep(this.context, atDesk.visitor, handover));
  }

  goDone(atDesk: AtDesk): void {
    const { projection, register } = this.context;
    const receiptNumbers = projection.receipts(atDesk.handoverId).map((receipt) => receipt.number);
    this.#last = { name: fullName(atDesk.visitor.voter.name), receiptNumbers };
    const voter = voterView(atDesk.visitor, register);
    this.clear();
    this.go({ kind: 'done', voter, receiptNumbers });
  }

  /** Halts a visit of somebody whom the register knows. */
  stop(outcome: StopOutcome, visitor: Visitor, refusal: Refusal | null = null) {
    return this.stopAnybody(outcome, visitor, visitor.lookup, { chip: visitor.chip, refusal });
  }

  /** As `stop`; `visitor` is null for somebody who stands in no list here. */
  stopAnybody(
    outcome: StopOutcome,
    visitor: Visitor | null,
    lookup: Visitor['lookup'],
    { chip = null, ...circumstances }: StopCircumstances & { readonly chip?: ChipResult | null },
  ): Result<undefined, StationError> {
    const recorded = this.context.journal.record([
      { type: 'voter-stopped', outcome, voter: visitor?.voter.id ?? null, lookup, chip },
    ]);
    if (!recorded.ok) return recorded;
    const step = stopStep(this.context, outcome, visitor, circumstances);
    this.clear();
    // At another table's word the visit may still go on here.
    if (visitor !== null && outcome !== 'other-lane' && outcome !== 'table-waits')
      this.context.register.visitors.leave(visitor.voter.id);
    this.go(step);
    return ok(undefined);
  }

  /** Nobody is at the desk any more: a right that was brought here for the visit goes back. */
  clear(): void {
    const { lanes } = this.context;
    for (const visitor of [this.atDesk?.visitor, this.asking, this.ofOtherLane]) {
      if (visitor == null) continue;
      if (visitor !== this.ofOtherLane) lanes.release(visitor.voter.id);
      this.context.register.visitors.leave(visitor.voter.id);
    }
    this.atDesk = null;
    this.asking = null;
    this.ofOtherLane = null;
  }

  endFinger(): void {
    this.finger?.stop();
    this.finger = null;
  }
}
