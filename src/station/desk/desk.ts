import { randomUUID } from 'node:crypto';
import { AskingLimit } from '../../domain/asking-limit.ts';
import type { FingerPosition } from '../../domain/finger.ts';
import type { ExceptionReason } from '../../domain/outcome.ts';
import { receiptsOf } from '../../domain/procedure.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { StationError } from '../api/errors.ts';
import type { DeskStep } from '../api/snapshot.ts';
import type { ChipReading, StationContext, ZoneReading } from '../context.ts';
import type { HandoverRecord } from '../projection/handover-rows.ts';
import { ClaimRight } from './claim-right.ts';
import { DecideIdentity } from './decide-identity.ts';
import { DeskVisit } from './desk-visit.ts';
import { DocumentFeed } from './document-feed.ts';
import { assessVisitor, type Finding, findByDocument, findByText } from './find-voter.ts';
import { GiveReceipts } from './give-receipts.ts';
import { LOOKUPS } from './look-up-elsewhere.ts';
import { ReceiveVisitor } from './receive-visitor.ts';
import { commissionStep, voterStep } from './visit-steps.ts';
import { type Visitor, voterHit } from './voter-view.ts';

/**
 * The identification desk: one voter at a time, from the document to the receipt. Every step that matters is
 * an event first and a screen after; the screen of an older step can't act on a newer one (`stepId`).
 */
export class Desk {
  readonly #context: StationContext;
  readonly #visit: DeskVisit;
  readonly #documents: DocumentFeed;
  readonly #lookups = new AskingLimit(LOOKUPS);
  readonly #right: ClaimRight;
  readonly #identity: DecideIdentity;
  readonly #receipts: GiveReceipts;
  readonly #visitors: ReceiveVisitor;
  /** Stood at the desk when the program ended, and is not on the screen again yet. */
  #interrupted: HandoverRecord | null = null;

  constructor(context: StationContext) {
    this.#context = context;
    this.#visit = new DeskVisit(context);
    this.#right = new ClaimRight(this.#visit, (visitor) => this.#begin(visitor));
    this.#receipts = new GiveReceipts(this.#visit);
    this.#identity = new DecideIdentity(this.#visit, {
      identified: (atDesk) => this.#receipts.secure(atDesk),
      rightLost: (visitor, refusal) => this.#right.refused(visitor, refusal),
    });
    this.#visitors = new ReceiveVisitor(this.#visit, (visitor) => this.#present(visitor));
    this.#documents = new DocumentFeed(context, {
      reading: () => this.#documentReading(),
      read: (zone, chip) => this.#documentRead(zone, chip),
      failed: (code) => this.#documentFailed(code),
    });
  }

  step(): DeskStep {
    const { finger } = this.#visit;
    const { step } = this.#visit.screen;
    return finger === null || step.kind !== 'finger' ? step : { ...step, finger: finger.view() };
  }

  /** Whoever's photo may be shown to the observers now. */
  visitor(): Visitor | null {
    return this.#visit.atDesk?.visitor ?? null;
  }

  /** Lets go of the devices: what they still say is no longer heard. */
  stop(): void {
    this.#interrupted = null;
    this.#documents.stop();
    this.#visit.endFinger();
  }

  /** After a start: opens on the very step where the last hand-over stood. */
  recover(): void {
    const latest = this.#context.projection
      .atDesk()
      .reduce<HandoverRecord | null>(
        (best, one) => (best === null || one.changedAtMs >= best.changedAtMs ? one : best),
        null,
      );
    this.#interrupted = latest;
    this.standingChanged();
  }

  /**
   * A table that was just started may identify nobody before the others told it what they know, or two people decided: an
   * undecided visit waits for that, and is sent to no other table meanwhile.
   */
  standingChanged(): void {
    if (this.#interrupted === null) return;
    const { projection, lanes } = this.#context;
    const handover = projection.handover(this.#interrupted.id);
    const isFree = this.#visit.screen.step.kind === 'idle';
    const standing = lanes.view()?.standing ?? 'owning';
    if (isFree && handover !== null && handover.state !== 'verified' && standing !== 'owning') return;
    this.#interrupted = null;
    if (isFree && handover !== null) this.#reopen(handover);
  }

  // --- Document or search -> voter ---------------------------------------------------------------------------

  lookUp(stepId: string, text: string): Result<undefined, StationError> {
    const free = this.#visit.screen.currentAndFree(stepId);
    if (!free.ok) return free;
    const finding = findByText(this.#context, text);
    if (!finding.ok) {
      this.#context.problem(finding.error);
      return err({ code: finding.error });
    }
    return this.#show(finding.value);
  }

  chooseVoter(stepId: string, voterId: string): Result<undefined, StationError> {
    const current = this.#visit.screen.currentAmong(stepId, ['search-results']);
    if (!current.ok) return current;
    const voter = this.#context.register.byId(voterId);
    if (voter === null) return err({ code: 'voter-not-found' });
    return this.#present({ voter, document: null, lookup: 'name', chip: null, face: null });
  }

  /** Text from a reader that types; real readers come in through the devices. */
  typedByReader(lines: readonly string[]): Result<undefined, StationError> {
    return this.#documents.text(lines) ? ok(undefined) : err({ code: 'mrz-invalid' });
  }

  /** Documents come from readers, not from calls: phase and operator are asked here. */
  #takesDocuments(): boolean {
    const { projection } = this.#context;
    const phase = projection.phase();
    const identifying = phase === 'open' || phase === 'closing';
    return identifying && projection.operatorId() !== null && this.#visit.screen.isFree;
  }

  #documentReading(): void {
    if (!this.#takesDocuments()) return;
    // Whoever's right was being asked for has made room for the next.
    this.#visit.clear();
    this.#visit.go({ kind: 'reading-document' });
  }

  #documentRead(zone: ZoneReading, chip: ChipReading | null): void {
    // A document read while another voter's decision is pending is ignored: it stays on the reader.
    if (!this.#takesDocuments()) return;
    const shown = this.#show(findByDocument(this.#context, this.#lookups, zone, chip));
    if (!shown.ok) this.#visit.goBack(shown.error.code);
  }

  #documentFailed(code: 'mrz-invalid' | 'card-lost'): void {
    if (!this.#takesDocuments()) return;
    this.#context.problem(code);
    this.#visit.goUnread(code);
  }

  #show(finding: Finding): Result<undefined, StationError> {
    switch (finding.kind) {
      case 'visitor':
        return this.#present(finding.visitor);
      case 'several':
        this.#visit.go({
          kind: 'search-results',
          query: finding.query,
          total: finding.total,
          hits: finding.hits.map((hit) => voterHit(hit, this.#context.identity.stationNumber)),
        });
        return ok(undefined);
      case 'elsewhere':
        return this.#visitors.receive(finding);
      case 'nobody':
        return this.#visit.stopAnybody(finding.outcome, null, finding.lookup, {
          ...{ elsewhere: finding.elsewhere, chip: finding.chip },
        });
    }
  }

  #present(visitor: Visitor): Result<undefined, StationError> {
    const { projection } = this.#context;
    const decided = projection.effectiveHandoverOf(visitor.voter.id);
    // The receipt never came out: the same hand-over goes on, whoever says "already identified".
    if (decided?.state === 'verified') return this.#resume(decided, visitor);
    const outcome = assessVisitor(this.#context, visitor);
    if (outcome !== 'eligible') return this.#visit.stop(outcome, visitor);
    return this.#right.claim(visitor, () => this.#begin(visitor));
  }

  #begin(visitor: Visitor): Result<undefined, StationError> {
    const { projection, journal, register } = this.#context;
    const undecided = projection.undecidedHandoverOf(visitor.voter.id);
    if (undecided !== null) return this.#goOn(undecided, visitor);
    const handoverId = randomUUID();
    const admitted = register.visitors.admitted(visitor.voter.id);
    const recorded = journal.record([
      ...(admitted === null ? [] : [{ type: 'visitor-admitted', ...admitted } as const]),
      {
        type: 'voter-found',
        handover: handoverId,
        voter: visitor.voter.id,
        lookup: visitor.lookup,
        chip: visitor.chip,
        receiptsDue: receiptsOf(this.#context.procedure, visitor.voter.ballotStyles).length,
      },
    ]);
    if (!recorded.ok) return recorded;
    this.#visit.atDesk = { visitor, handoverId };
    this.#visit.go(voterStep(this.#context, visitor));
    return ok(undefined);
  }

  askLaneAgain(stepId: string): Result<undefined, StationError> {
    return this.#right.askAgain(stepId);
  }

  enterLaneCode(stepId: string, code: string): Result<undefined, StationError> {
    return this.#right.enterCode(stepId, code);
  }

  overrideLane(stepId: string, people: readonly string[]): Result<undefined, StationError> {
    return this.#right.override(stepId, people);
  }

  // --- Voter -> finger -> decision -> receipt ----------------------------------------------------------------

  takeFinger(stepId: string, position: FingerPosition | undefined): Result<undefined, StationError> {
    return this.#identity.takeFinger(stepId, position);
  }

  askCommission(stepId: string, reason: ExceptionReason): Result<undefined, StationError> {
    return this.#identity.askCommission(stepId, reason);
  }

  decideByCommission(
    stepId: string,
    accept: boolean,
    note: string,
    people: readonly string[],
  ): Result<undefined, StationError> {
    return this.#identity.byCommission(stepId, accept, note, people);
  }

  issueReceipt(stepId: string): Promise<Result<undefined, StationError>> {
    return this.#receipts.print(stepId);
  }

  receiptCameOut(stepId: string): Result<undefined, StationError> {
    return this.#receipts.cameOut(stepId);
  }

  // --- Put aside, taken up again, disputed -------------------------------------------------------------------

  /** Puts the voter aside. Undecided: released, nothing was given. Decided, or before the commission: stays listed. */
  leave(stepId: string): Result<undefined, StationError> {
    const { screen, atDesk } = this.#visit;
    const current = screen.current(stepId);
    if (!current.ok) return current;
    const { kind } = screen.step;
    if (kind === 'printing') return err({ code: 'desk-moved-on' });
    if ((kind === 'voter' || kind === 'finger') && atDesk !== null) {
      const recorded = this.#context.journal.record([{ type: 'released', handover: atDesk.handoverId }]);
      if (!recorded.ok) return recorded;
    }
    this.#visit.goIdle();
    return ok(undefined);
  }

  resume(handoverId: string): Result<undefined, StationError> {
    if (!this.#visit.screen.isFree) return err({ code: 'desk-moved-on' });
    const handover = this.#context.projection.handover(handoverId);
    if (handover === null) return err({ code: 'handover-not-found' });
    if (handover.state !== 'found' && handover.state !== 'verified') return err({ code: 'already-done' });
    if (this.#reopen(handover)) return ok(undefined);
    const isVisitor = this.#context.register.visitors.has(handover.voterId);
    return err({ code: isVisitor ? 'visitor-document-again' : 'voter-not-found' });
  }

  /** True while a receipt of this hand-over comes out of the printer: nobody changes it under the paper. */
  isPrinting(handoverId: string): boolean {
    return this.#visit.screen.step.kind === 'printing' && this.#visit.atDesk?.handoverId === handoverId;
  }

  /** An undo or another window changed the hand-over on the desk. */
  handoverChanged(handoverId: string): void {
    if (this.#visit.atDesk?.handoverId === handoverId) this.#visit.goIdle();
  }

  /** A refusal that the voter doesn't accept. */
  dispute(stepId: string, note: string, people: readonly string[]): Result<undefined, StationError> {
    const current = this.#visit.screen.current(stepId);
    if (!current.ok) return current;
    const { step } = this.#visit.screen;
    if (step.kind !== 'stop') return err({ code: 'desk-moved-on' });
    const recorded = this.#context.journal.record([
      { type: 'stop-disputed', outcome: step.outcome, voter: step.voter?.voterId ?? null, note, people },
    ]);
    if (!recorded.ok) return recorded;
    this.#visit.go({ ...step, details: { ...step.details, disputed: true } });
    return ok(undefined);
  }

  #reopen(handover: HandoverRecord): boolean {
    const { register } = this.#context;
    const voter = register.byId(handover.voterId);
    if (voter === null) return false;
    // A visitor's record is not kept: for what is undecided the document is laid down again.
    const { visitors } = register;
    if (handover.state !== 'verified' && visitors.has(voter.id) && !visitors.isPresent(voter.id))
      return false;
    this.#resume(handover, { voter, document: null, lookup: handover.lookup, chip: null, face: null });
    return true;
  }

  #resume(handover: HandoverRecord, visitor: Visitor): Result<undefined, StationError> {
    if (handover.state !== 'verified') return this.#right.claim(visitor, () => this.#goOn(handover, visitor));
    this.#visit.atDesk = { visitor, handoverId: handover.id };
    this.#receipts.secure(this.#visit.atDesk);
    return ok(undefined);
  }

  /** An undecided hand-over, from where it stood. */
  #goOn(handover: HandoverRecord, visitor: Visitor): Result<undefined, StationError> {
    this.#visit.atDesk = { visitor, handoverId: handover.id };
    if (handover.commissionReason !== null)
      this.#visit.go(commissionStep(this.#context, visitor, handover.commissionReason));
    else this.#visit.go(voterStep(this.#context, visitor));
    return ok(undefined);
  }
}
