import { randomUUID } from 'node:crypto';
import type { FingerPosition } from '../../domain/finger.ts';
import type { ChipResult, ExceptionReason, StopOutcome } from '../../domain/outcome.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { ageGroupOf, ageOn, type ElsewhereVoter, fullName } from '../../domain/voter.ts';
import type { Refusal } from '../../sync/lanes/lane-message.ts';
import { tokenOf } from '../adapters/station-register.ts';
import type { StationError } from '../api/errors.ts';
import type { DeskStep, LastHandover } from '../api/snapshot.ts';
import type { ChipReading, StationContext, ZoneReading } from '../context.ts';
import { localTime } from '../local-time.ts';
import { TryLimiter, type TryRecord } from '../people/try-limiter.ts';
import type { HandoverRecord } from '../projection/day-projection.ts';
import { commissionReason } from './commission-reason.ts';
import { DeskScreen, type Step, type StepKind } from './desk-screen.ts';
import { DocumentFeed } from './document-feed.ts';
import { assessVisitor, type Finding, findByDocument, findByText } from './find-voter.ts';
import { FingerStep } from './finger-step.ts';
import { LookupLimit } from './look-up-elsewhere.ts';
import { printDueReceipts } from './print-receipts.ts';
import { stopStep } from './stop-step.ts';
import { commissionStep, verifiedStep, voterStep } from './visit-steps.ts';
import { type Visitor, voterHit, voterView } from './voter-view.ts';

/** Eight digits stand between a guess and a right: starting the program again gives three more tries, no more. */
const NOTHING_KEPT: TryRecord = { read: () => new Map(), write: () => {} };

/** Who is at the desk now, with the hand-over that was begun for them (none for a refused visitor). */
interface AtDesk {
  readonly visitor: Visitor;
  readonly handoverId: string;
}

/**
 * The identification desk: one voter at a time, from the document to the receipt. Every step that matters is
 * an event first and a screen after; the screen of an older step can't act on a newer one (`stepId`).
 */
export class Desk {
  readonly #context: StationContext;
  readonly #documents: DocumentFeed;
  readonly #lookups = new LookupLimit();
  readonly #screen = new DeskScreen({ kind: 'idle', last: null, problem: null });
  #atDesk: AtDesk | null = null;
  #finger: FingerStep | null = null;
  #last: LastHandover | null = null;
  /** The visitor for whom another lane is being asked. */
  #asking: Visitor | null = null;
  /** Whoever guesses another table's codes is slowed down, as with PINs. */
  readonly #codeTries: TryLimiter;
  /** Whom another lane owns, while the stop screen says so. */
  #ofOtherLane: Visitor | null = null;

  constructor(context: StationContext) {
    this.#context = context;
    this.#codeTries = new TryLimiter(context.clock, NOTHING_KEPT);
    this.#documents = new DocumentFeed(context, {
      reading: () => this.#documentReading(),
      read: (zone, chip) => this.#documentRead(zone, chip),
      failed: (code) => this.#documentFailed(code),
    });
  }

  step(): DeskStep {
    const { step } = this.#screen;
    return this.#finger === null || step.kind !== 'finger' ? step : { ...step, finger: this.#finger.view() };
  }

  /** Whoever's photo may be shown to the observers now. */
  visitor(): Visitor | null {
    return this.#atDesk?.visitor ?? null;
  }

  /** Lets go of the devices: what they still say is no longer heard. */
  stop(): void {
    this.#documents.stop();
    this.#endFinger();
  }

  /** After a start: opens on the very step where the last hand-over stood. */
  recover(): void {
    const latest = this.#context.projection
      .atDesk()
      .reduce<HandoverRecord | null>(
        (best, one) => (best === null || one.changedAtMs >= best.changedAtMs ? one : best),
        null,
      );
    if (latest !== null) this.#reopen(latest);
  }

  // --- Document or search -> voter ---------------------------------------------------------------------------

  lookUp(stepId: string, text: string): Result<undefined, StationError> {
    const free = this.#screen.currentAndFree(stepId);
    if (!free.ok) return free;
    const finding = findByText(this.#context, text);
    if (!finding.ok) {
      this.#context.problem(finding.error);
      return err({ code: finding.error });
    }
    return this.#show(finding.value);
  }

  chooseVoter(stepId: string, voterId: string): Result<undefined, StationError> {
    const current = this.#screen.currentAmong(stepId, ['search-results']);
    if (!current.ok) return current;
    const voter = this.#context.register.byId(voterId);
    if (voter === null) return err({ code: 'voter-not-found' });
    return this.#present({ voter, document: null, lookup: 'name', chip: null, face: null });
  }

  /** Text from a reader that types; real readers come in through the devices. */
  typedByReader(lines: readonly string[]): Result<undefined, StationError> {
    return this.#documents.zone(lines) ? ok(undefined) : err({ code: 'mrz-invalid' });
  }

  /** Documents come from readers, not from calls: phase and operator are asked here. */
  #takesDocuments(): boolean {
    const { projection } = this.#context;
    const phase = projection.phase();
    const identifying = phase === 'open' || phase === 'closing';
    return identifying && projection.operatorId() !== null && this.#screen.isFree;
  }

  #documentReading(): void {
    if (!this.#takesDocuments()) return;
    // Whoever's right was being asked for has made room for the next.
    this.#clear();
    this.#go({ kind: 'reading-document' });
  }

  #documentRead(zone: ZoneReading, chip: ChipReading | null): void {
    // A document read while another voter's decision is pending is ignored: it stays on the reader.
    if (!this.#takesDocuments()) return;
    const finding = findByDocument(this.#context, this.#lookups, zone, chip);
    const shown = this.#show(finding);
    if (!shown.ok) this.#context.problem(shown.error.code);
  }

  #documentFailed(code: 'mrz-invalid' | 'card-lost'): void {
    if (!this.#takesDocuments()) return;
    this.#context.problem(code);
    this.#go({ kind: 'idle', last: this.#last, problem: code });
  }

  #show(finding: Finding): Result<undefined, StationError> {
    switch (finding.kind) {
      case 'visitor':
        return this.#present(finding.visitor);
      case 'several':
        this.#go({
          kind: 'search-results',
          query: finding.query,
          total: finding.total,
          hits: finding.hits.map(voterHit),
        });
        return ok(undefined);
      case 'nobody':
        return this.#stop(finding.outcome, null, finding.lookup, finding.elsewhere, finding.chip);
    }
  }

  #present(visitor: Visitor): Result<undefined, StationError> {
    const { projection } = this.#context;
    const decided = projection.effectiveHandoverOf(visitor.voter.id);
    // The receipt never came out: the same hand-over goes on, whoever says "already identified".
    if (decided?.state === 'verified') return this.#resume(decided, visitor);
    const outcome = assessVisitor(this.#context, visitor);
    if (outcome !== 'eligible') return this.#stop(outcome, visitor, visitor.lookup, null);
    return this.#claim(visitor, () => this.#begin(visitor));
  }

  /** Brings the right to identify here; the operator notices nothing of it while the lanes are connected. */
  #claim(visitor: Visitor, held: () => Result<undefined, StationError>): Result<undefined, StationError> {
    const { lanes } = this.#context;
    if (this.#asking !== null) lanes.release(this.#asking.voter.id);
    this.#asking = visitor;
    let answer: Result<undefined, StationError> | null = null;
    let late = false;
    lanes.claim(visitor.voter.id, (outcome) => {
      // Somebody else stands at the desk by now.
      if (this.#asking !== visitor) {
        lanes.release(visitor.voter.id);
        return;
      }
      this.#asking = null;
      answer = outcome === 'held' ? held() : this.#stopAtLane(visitor, outcome);
      if (late && !answer.ok) this.#context.problem(answer.error.code);
    });
    late = true;
    if (answer !== null) return answer;
    this.#go({ kind: 'reading-document' });
    return ok(undefined);
  }

  #stopAtLane(visitor: Visitor, refusal: Refusal): Result<undefined, StationError> {
    const outcome = refusal.why === 'identified' ? 'already-identified' : 'other-lane';
    const stopped = this.#stop(outcome, visitor, visitor.lookup, null, visitor.chip, refusal);
    if (stopped.ok && outcome === 'other-lane') this.#ofOtherLane = visitor;
    return stopped;
  }

  /** The owning table's operator read a code aloud. */
  enterLaneCode(stepId: string, code: string): Result<undefined, StationError> {
    const at = this.#atOtherLane(stepId);
    if (!at.ok) return at;
    const { visitor, lane } = at.value;
    const retryAfterSeconds = this.#codeTries.waitSeconds(String(lane));
    if (retryAfterSeconds > 0) return err({ code: 'lane-code-locked', retryAfterSeconds });
    const taken = this.#context.lanes.takeByCode(visitor.voter.id, lane, code);
    if (taken.ok) {
      this.#codeTries.right(String(lane));
      return this.#claim(visitor, () => this.#begin(visitor));
    }
    if (taken.error.code !== 'wrong-lane-code') return taken;
    this.#codeTries.wrong(String(lane));
    const recorded = this.#context.journal.record([
      { type: 'lane-code-refused', voter: visitor.voter.id, lane },
    ]);
    return recorded.ok ? taken : recorded;
  }

  /** Two people let this lane identify a voter of another one. */
  overrideLane(stepId: string, people: readonly string[]): Result<undefined, StationError> {
    const at = this.#atOtherLane(stepId);
    if (!at.ok) return at;
    const { visitor } = at.value;
    const overridden = this.#context.lanes.override(visitor.voter.id, people);
    return overridden.ok ? this.#begin(visitor) : overridden;
  }

  #atOtherLane(stepId: string): Result<{ readonly visitor: Visitor; readonly lane: number }, StationError> {
    const current = this.#screen.currentAmong(stepId, ['stop']);
    if (!current.ok) return current;
    const { step } = this.#screen;
    const lane = step.kind === 'stop' ? step.details.otherLane?.lane : undefined;
    const visitor = this.#ofOtherLane;
    return visitor === null || lane === undefined ? err({ code: 'desk-moved-on' }) : ok({ visitor, lane });
  }

  #begin(visitor: Visitor): Result<undefined, StationError> {
    const { projection, journal, procedure } = this.#context;
    const undecided = projection.undecidedHandoverOf(visitor.voter.id);
    if (undecided !== null) return this.#goOn(undecided, visitor);
    const handoverId = randomUUID();
    const recorded = journal.record([
      {
        type: 'voter-found',
        handover: handoverId,
        voter: visitor.voter.id,
        lookup: visitor.lookup,
        chip: visitor.chip,
        receiptsDue: procedure.receipts.length,
      },
    ]);
    if (!recorded.ok) return recorded;
    this.#atDesk = { visitor, handoverId };
    this.#go(voterStep(this.#context, visitor));
    return ok(undefined);
  }

  // --- Voter -> finger -> decision ---------------------------------------------------------------------------

  takeFinger(stepId: string, position: FingerPosition | undefined): Result<undefined, StationError> {
    const at = this.#at(stepId, ['voter', 'finger']);
    if (!at.ok) return at;
    const { visitor } = at.value;
    // Enrolled as having none, and yet here with fingers: there is nothing to compare them with.
    if (!visitor.voter.hasFingerprints) return this.#toCommission('no-templates');
    const justBegun = this.#finger === null;
    if (this.#finger === null) {
      const begun = FingerStep.begin(this.#context, visitor.voter.id, at.value.handoverId, {
        matched: () => this.#decided('fingerprint', null, '', []),
        noUsableTemplates: () => this.#toCommission('no-templates'),
        problem: (code) => this.#context.problem(code),
      });
      if (!begun.ok) return this.#withoutTemplates();
      this.#finger = begun.value;
      this.#go({
        kind: 'finger',
        voter: voterView(visitor, this.#context.register),
        finger: begun.value.view(),
      });
    }
    if (position !== undefined || !justBegun || !this.#finger.isUsedUp) this.#finger.take(position);
    this.#context.changed();
    return ok(undefined);
  }

  askCommission(stepId: string, reason: ExceptionReason): Result<undefined, StationError> {
    const at = this.#at(stepId, ['voter', 'finger']);
    if (!at.ok) return at;
    const because = commissionReason(this.#context, at.value.visitor.voter, this.#finger, reason);
    if (!because.ok) return because;
    return because.value === 'no-templates' ? this.#withoutTemplates() : this.#toCommission(because.value);
  }

  #withoutTemplates(): Result<undefined, StationError> {
    const asked = this.#toCommission('no-templates');
    if (asked.ok) this.#context.problem('template-damaged');
    return asked;
  }

  #toCommission(reason: ExceptionReason): Result<undefined, StationError> {
    const atDesk = this.#atDesk;
    if (atDesk === null) return err({ code: 'desk-moved-on' });
    const { journal } = this.#context;
    const recorded = journal.record([{ type: 'commission-asked', handover: atDesk.handoverId, reason }]);
    if (!recorded.ok) return recorded;
    this.#go(commissionStep(this.#context, atDesk.visitor, reason));
    return ok(undefined);
  }

  /** Two members, and the chair where the procedure says so, looked at the person and the photo and decided. */
  decideByCommission(
    stepId: string,
    accept: boolean,
    note: string,
    people: readonly string[],
  ): Result<undefined, StationError> {
    const at = this.#at(stepId, ['commission']);
    if (!at.ok) return at;
    const { step } = this.#screen;
    if (step.kind !== 'commission') return err({ code: 'desk-moved-on' });
    if (accept) return this.#decided('commission', step.reason, note, people);
    if (note.length < 3) return err({ code: 'reason-missing' });
    const { handoverId, visitor } = at.value;
    const recorded = this.#context.journal.record([
      { type: 'commission-refused', handover: handoverId, note, people },
    ]);
    if (!recorded.ok) return recorded;
    return this.#stop('refused-by-commission', visitor, visitor.lookup, null);
  }

  #decided(
    method: 'fingerprint' | 'commission',
    exception: ExceptionReason | null,
    note: string,
    people: readonly string[],
  ): Result<undefined, StationError> {
    const atDesk = this.#atDesk;
    if (atDesk === null) return err({ code: 'desk-moved-on' });
    const { voter } = atDesk.visitor;
    const { journal, procedure, clock, projection } = this.#context;
    // Another window may have decided the same voter a moment ago.
    if (projection.effectiveHandoverOf(voter.id) !== null) {
      return this.#stop('already-identified', atDesk.visitor, atDesk.visitor.lookup, null);
    }
    const refusal = this.#context.lanes.refusalNow(voter.id);
    if (refusal !== null) {
      const { visitor, handoverId } = atDesk;
      // Nothing was given: the hand-over is put aside, and the voter goes where the right is now.
      const put = journal.record([{ type: 'released', handover: handoverId }]);
      return put.ok ? this.#stopAtLane(visitor, refusal) : put;
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
        ...tokenOf(this.#context.register, voter.id),
        note,
        people,
      },
    ]);
    if (!recorded.ok) {
      this.#context.problem(recorded.error.code);
      return recorded;
    }
    this.#endFinger();
    this.#secure(atDesk);
    return ok(undefined);
  }

  /** Says "identified" once more than this disk knows it. */
  #secure(atDesk: AtDesk): void {
    let there = false;
    this.#context.lanes.whenCopied(() => {
      there = true;
      if (this.#atDesk === atDesk && this.#screen.step.kind === 'securing') this.#goVerified(atDesk);
    });
    if (there) this.#goVerified(atDesk);
    else this.#go({ kind: 'securing', voter: voterView(atDesk.visitor, this.#context.register) });
  }

  // --- Receipt -> free desk ----------------------------------------------------------------------------------

  async issueReceipt(stepId: string): Promise<Result<undefined, StationError>> {
    const at = this.#at(stepId, ['verified', 'printer-problem']);
    if (!at.ok) return at;
    const { visitor, handoverId } = at.value;
    const { register, projection } = this.#context;
    const voter = voterView(visitor, register);
    const counts = (): { receiptsDue: number; receiptsPrinted: number } => {
      const handover = projection.handover(handoverId);
      return {
        receiptsDue: handover?.receiptsDue ?? 0,
        receiptsPrinted: handover?.receiptsPrinted.length ?? 0,
      };
    };
    this.#go({ kind: 'printing', voter, ...counts() });
    const printed = await printDueReceipts(this.#context, handoverId, visitor.voter);
    if (!printed.ok) {
      this.#goVerified(at.value);
      return printed;
    }
    if (printed.value !== 'all-printed') {
      this.#go({ kind: 'printer-problem', voter, problem: printed.value, ...counts() });
      return ok(undefined);
    }
    this.#goDone(at.value);
    return ok(undefined);
  }

  /** After a power cut in the middle of printing: somebody looked, and the receipt lies there, whole. */
  receiptCameOut(stepId: string): Result<undefined, StationError> {
    const at = this.#at(stepId, ['verified', 'printer-problem']);
    if (!at.ok) return at;
    const { projection, journal } = this.#context;
    const { handoverId } = at.value;
    const uncertain = projection.receipts(handoverId).find((receipt) => receipt.state === 'started');
    if (uncertain === undefined) return err({ code: 'receipt-not-found' });
    const recorded = journal.record([
      { type: 'receipt-printed', handover: handoverId, number: uncertain.number, index: uncertain.index },
    ]);
    if (!recorded.ok) return recorded;
    if (projection.handover(handoverId)?.state === 'verified') this.#goVerified(at.value);
    else this.#goDone(at.value);
    return ok(undefined);
  }

  /** Puts the voter aside. Undecided: released, nothing was given. Decided, or before the commission: stays listed. */
  leave(stepId: string): Result<undefined, StationError> {
    const current = this.#screen.current(stepId);
    if (!current.ok) return current;
    const { kind } = this.#screen.step;
    if (kind === 'printing') return err({ code: 'desk-moved-on' });
    if ((kind === 'voter' || kind === 'finger') && this.#atDesk !== null) {
      const recorded = this.#context.journal.record([
        { type: 'released', handover: this.#atDesk.handoverId },
      ]);
      if (!recorded.ok) return recorded;
    }
    this.#goIdle();
    return ok(undefined);
  }

  resume(handoverId: string): Result<undefined, StationError> {
    if (!this.#screen.isFree) return err({ code: 'desk-moved-on' });
    const handover = this.#context.projection.handover(handoverId);
    if (handover === null) return err({ code: 'handover-not-found' });
    if (handover.state !== 'found' && handover.state !== 'verified') return err({ code: 'already-done' });
    return this.#reopen(handover) ? ok(undefined) : err({ code: 'voter-not-found' });
  }

  /** True while a receipt of this hand-over comes out of the printer: nobody changes it under the paper. */
  isPrinting(handoverId: string): boolean {
    return this.#screen.step.kind === 'printing' && this.#atDesk?.handoverId === handoverId;
  }

  /** An undo or another window changed the hand-over on the desk. */
  handoverChanged(handoverId: string): void {
    if (this.#atDesk?.handoverId === handoverId) this.#goIdle();
  }

  // --- A refusal that is disputed ----------------------------------------------------------------------------

  dispute(stepId: string, note: string, people: readonly string[]): Result<undefined, StationError> {
    const current = this.#screen.current(stepId);
    if (!current.ok) return current;
    const { step } = this.#screen;
    if (step.kind !== 'stop') return err({ code: 'desk-moved-on' });
    const recorded = this.#context.journal.record([
      { type: 'stop-disputed', outcome: step.outcome, voter: step.voter?.voterId ?? null, note, people },
    ]);
    if (!recorded.ok) return recorded;
    this.#go({ ...step, details: { ...step.details, disputed: true } });
    return ok(undefined);
  }

  #stop(
    outcome: StopOutcome,
    visitor: Visitor | null,
    lookup: Visitor['lookup'],
    elsewhere: ElsewhereVoter | null,
    chip: ChipResult | null = visitor?.chip ?? null,
    refusal: Refusal | null = null,
  ): Result<undefined, StationError> {
    const recorded = this.#context.journal.record([
      { type: 'voter-stopped', outcome, voter: visitor?.voter.id ?? null, lookup, chip },
    ]);
    if (!recorded.ok) return recorded;
    this.#endFinger();
    this.#clear();
    this.#go(stopStep(this.#context, outcome, visitor, elsewhere, refusal));
    return ok(undefined);
  }

  // --- Steps -------------------------------------------------------------------------------------------------

  #reopen(handover: HandoverRecord): boolean {
    const voter = this.#context.register.byId(handover.voterId);
    if (voter === null) return false;
    this.#resume(handover, { voter, document: null, lookup: handover.lookup, chip: null, face: null });
    return true;
  }

  #resume(handover: HandoverRecord, visitor: Visitor): Result<undefined, StationError> {
    if (handover.state !== 'verified') return this.#claim(visitor, () => this.#goOn(handover, visitor));
    this.#atDesk = { visitor, handoverId: handover.id };
    this.#secure(this.#atDesk);
    return ok(undefined);
  }

  /** An undecided hand-over, from where it stood. */
  #goOn(handover: HandoverRecord, visitor: Visitor): Result<undefined, StationError> {
    this.#atDesk = { visitor, handoverId: handover.id };
    if (handover.commissionReason !== null)
      this.#go(commissionStep(this.#context, visitor, handover.commissionReason));
    else this.#go(voterStep(this.#context, visitor));
    return ok(undefined);
  }

  #goVerified(atDesk: AtDesk): void {
    const handover = this.#context.projection.handover(atDesk.handoverId);
    if (handover !== null) this.#go(verifiedStep(this.#context, atDesk.visitor, handover));
  }

  #goDone(atDesk: AtDesk): void {
    const { projection, register } = this.#context;
    const receiptNumbers = projection.receipts(atDesk.handoverId).map((receipt) => receipt.number);
    this.#last = { name: fullName(atDesk.visitor.voter.name), receiptNumbers };
    this.#clear();
    this.#go({ kind: 'done', voter: voterView(atDesk.visitor, register), receiptNumbers });
  }

  #goIdle(): void {
    this.#endFinger();
    this.#clear();
    this.#go({ kind: 'idle', last: this.#last, problem: null });
  }

  /** Nobody is at the desk any more: a right that was brought here for the visit goes back. */
  #clear(): void {
    const { lanes } = this.#context;
    for (const visitor of [this.#atDesk?.visitor, this.#asking]) if (visitor) lanes.release(visitor.voter.id);
    this.#atDesk = null;
    this.#asking = null;
    this.#ofOtherLane = null;
  }

  #endFinger(): void {
    this.#finger?.stop();
    this.#finger = null;
  }

  #go(step: Step): void {
    if (step.kind !== 'finger') this.#endFinger();
    this.#screen.show(step);
    this.#context.changed();
  }

  #at(stepId: string, kinds: readonly StepKind[]): Result<AtDesk, StationError> {
    const current = this.#screen.currentAmong(stepId, kinds);
    if (!current.ok) return current;
    return this.#atDesk === null ? err({ code: 'desk-moved-on' }) : ok(this.#atDesk);
  }
}
