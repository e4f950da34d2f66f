import type { RosterPerson } from '../../fixtures/election/roster.ts';
import { documentKey } from '../../fixtures/election/simulated-people.ts';
import type { SyntheticPerson } from '../../fixtures/election/synthetic-person.ts';
import { throwIllegalValue } from '../../src/domain/assert.ts';
import type { DockCommand } from '../../src/domain/dock.ts';
import type { FingerPosition } from '../../src/domain/finger.ts';
import type { Language } from '../../src/domain/language.ts';
import type { StopOutcome } from '../../src/domain/outcome.ts';
import type { ReportKind } from '../../src/domain/report.ts';
import { unwrap } from '../../src/domain/result.ts';
import type { Approval } from '../../src/domain/roles.ts';
import type { DeskSnapshot, DeskStep } from '../../src/station/api/snapshot.ts';
import type { ScreenDouble } from './screen-double.ts';

/** What an operator has in front of them: the desk's screen, and hands. */
export interface DeskHands {
  readonly desk: ScreenDouble<'desk'>;
  /** What a hand does at this desk. */
  hand(command: DockCommand): Promise<void>;
}

/** How one visit to the desk ended. */
export interface Visit {
  readonly outcome: 'identified' | StopOutcome;
  readonly method: 'fingerprint' | 'commission' | null;
  readonly receiptNumbers: readonly string[];
  /** Comparisons that were made until then. */
  readonly fingerTries: number;
}

/** What the two members and the chair see with their own eyes when they look from the photo to the person. */
export type LooksLikePhoto = (person: SyntheticPerson) => boolean;

const WAITING_STEPS: readonly DeskStep['kind'][] = ['reading-document', 'printing'];

/** So often a voter comes for the same matter before they give up. */
const MOST_COMINGS = 5;

/** So often a report is begun before the technician is called. */
const MOST_PRINTS = 5;
/** A printer that fails as often within one visit fails for another reason than an operator mends. */
const MOST_MENDS = 20;

/**
 * Works the desk as an operator does: looks at the screen, does what it asks for, and never knows more than
 * it shows. The voter's own doings (document, finger) go through the dock, as a hand's would.
 */
export class MockOperator {
  readonly #lane: DeskHands;
  readonly #roster: readonly RosterPerson[];
  readonly #looksLikePhoto: LooksLikePhoto;
  /** Whose voter stood here last, as the screen said, where that table did not let this one go on. */
  #tableToWaitFor: number | null = null;

  constructor(lane: DeskHands, roster: readonly RosterPerson[], looksLikePhoto: LooksLikePhoto) {
    this.#lane = lane;
    this.#roster = roster;
    this.#looksLikePhoto = looksLikePhoto;
  }

  /** The named people's consent. */
  approvals(...ids: readonly string[]): Approval[] {
    return ids.map((id) => {
      const person = this.#roster.find((one) => one.id === id);
      if (person === undefined) throw new Error('nobody of that name in the roster');
      return { personId: id, pin: person.pin };
    });
  }

  /** A voter who is told whose list they are in while that table starts again: they come back when it is there. */
  async serveUntilHeard(
    person: SyntheticPerson,
    documentIndex: number,
    between: (step: DeskStep['kind']) => Promise<void> = async () => {},
  ): Promise<Visit> {
    for (let comes = 1; ; comes += 1) {
      const visit = await this.serve(person, documentIndex, between);
      const table = this.#tableToWaitFor;
      if (table === null || comes === MOST_COMINGS) return visit;
      if (visit.outcome === 'table-waits')
        await this.#lane.desk.until('this table to own', ({ lanes }) => lanes?.standing === 'owning');
      else if (visit.outcome !== 'other-lane') return visit;
      await this.#lane.desk.until(
        'the other table',
        ({ lanes }) => lanes?.lanes.find(({ lane }) => lane === table)?.up === true,
      );
    }
  }

  /** One voter from the document to the end of the visit. `between` is told before each act, to do mischief. */
  async serve(
    person: SyntheticPerson,
    documentIndex: number,
    between: (step: DeskStep['kind']) => Promise<void> = async () => {},
  ): Promise<Visit> {
    const { desk } = this.#lane;
    await desk.until('a free desk', (snapshot) => isFree(snapshot.desk));
    const before = desk.snapshot.desk.stepId;
    await between('idle');
    await this.#layDocument(person, documentIndex);
    await desk.until(
      'the document to be read',
      ({ desk: { stepId, kind } }) => stepId !== before && !WAITING_STEPS.includes(kind),
    );
    const visit = await this.#goOn(person, documentIndex, between);
    await this.#lane.hand({ type: 'remove-document' });
    await this.#lane.hand({ type: 'lift-finger' });
    return visit;
  }

  /** Goes on with whatever stands on the desk, for instance after a restart. */
  async goOnWith(person: SyntheticPerson): Promise<Visit> {
    return this.#goOn(person, 0, async () => {});
  }

  async #layDocument(person: SyntheticPerson, index: number): Promise<void> {
    await this.#lane.hand({ type: 'remove-document' });
    const document = documentKey(person, index);
    await this.#lane.hand({ type: 'insert-document', person: person.key, document });
  }

  async #goOn(
    person: SyntheticPerson,
    documentIndex: number,
    between: (step: DeskStep['kind']) => Promise<void>,
  ): Promise<Visit> {
    const { desk } = this.#lane;
    let mends = 0;
    let fingerTries = 0;
    let method: Visit['method'] = null;
    let listNumber: number | null = null;
    for (;;) {
      const { desk: seen } = await desk.until('something to do', (snapshot) => isMyTurn(snapshot.desk));
      await between(seen.kind);
      // Mischief may have moved the desk on, or restarted it.
      const step = desk.snapshot.desk;
      if (step.stepId !== seen.stepId || !isMyTurn(step)) continue;
      const { stepId } = step;
      if ('voter' in step && step.voter !== null) listNumber = step.voter.listNumber;
      switch (step.kind) {
        case 'voter':
          if (step.fingers.length === 0) await desk.call('askCommission', { stepId, reason: 'no-fingers' });
          else await desk.call('takeFinger', { stepId });
          break;
        case 'finger':
          fingerTries += await this.#offerFinger(person, step);
          break;
        case 'commission':
          await this.#commissionDecides(person, step);
          break;
        case 'verified':
          method = step.method;
          await this.#toReceipt(step);
          break;
        case 'printer-problem':
          mends += 1;
          if (mends > MOST_MENDS) throw new Error(`the printer fails for good: ${step.problem}`);
          await this.#mendPrinter();
          await desk.call('issueReceipt', { stepId });
          break;
        case 'done': {
          const { receiptNumbers } = step;
          await desk.call('leaveDesk', { stepId });
          return { outcome: 'identified', method, receiptNumbers, fingerTries };
        }
        case 'stop': {
          const { outcome, details } = step;
          this.#tableToWaitFor = details.otherLane?.lane ?? null;
          await desk.call('leaveDesk', { stepId });
          return { outcome, method: null, receiptNumbers: [], fingerTries };
        }
        case 'idle': {
          // After a restart: the receipt is in the voter's hand, and the list of open hand-overs says so.
          const given = desk.snapshot.handovers.find(
            (one) => one.listNumber === listNumber && one.state === 'receipt',
          );
          if (given !== undefined)
            return { outcome: 'identified', method, receiptNumbers: given.receiptNumbers, fingerTries };
          // The document was not understood, or the desk started again: the same one once more.
          await this.#layDocument(person, documentIndex);
          await desk.until('the document to be read', (snapshot) => snapshot.desk.stepId !== stepId);
          break;
        }
        case 'securing':
          await desk.until('a second copy', (snapshot) => snapshot.desk.stepId !== stepId);
          break;
        case 'search-results':
        case 'reading-document':
        case 'printing':
          throw new Error(`the mock operator does not act on ${step.kind}`);
        default:
          throwIllegalValue(step);
      }
    }
  }

  /** Lays the finger that the screen asks for, once; returns 1 when a comparison came of it. */
  async #offerFinger(person: SyntheticPerson, step: Extract<DeskStep, { kind: 'finger' }>): Promise<number> {
    const { desk } = this.#lane;
    const { stepId, finger } = step;
    const [offer] = finger.offers;
    if (finger.state === 'scanner-problem') {
      await this.#lane.hand({ type: 'plug', kind: 'fingerprint-scanner' });
      await desk.until(
        'the scanner',
        ({ devices }) => devices['fingerprint-scanner'].status.state === 'ready',
      );
      await desk.call('takeFinger', { stepId });
      return 0;
    }
    if (offer !== undefined && finger.state !== 'waiting') {
      await this.#lane.hand({ type: 'lift-finger' });
      await this.#takeOffer(stepId, finger, offer);
      return 0;
    }
    const position = person.fingers.some((one) => one.position === finger.position)
      ? finger.position
      : person.fingers[0]?.position;
    if (position === undefined) {
      await desk.call('askCommission', { stepId, reason: 'cannot-be-captured' });
      return 0;
    }
    return this.#layOnce(person, position, stepId, finger.attempt);
  }

  async #takeOffer(
    stepId: string,
    finger: Extract<DeskStep, { kind: 'finger' }>['finger'],
    offer: (typeof finger.offers)[number],
  ): Promise<void> {
    const { desk } = this.#lane;
    if (offer === 'commission') {
      await desk.call('askCommission', { stepId, reason: 'no-match' });
      return;
    }
    const other = finger.enrolled.find((position) => position !== finger.position);
    const position = offer === 'retry' ? finger.position : (other ?? finger.position);
    await desk.call('takeFinger', { stepId, position });
  }

  async #layOnce(
    person: SyntheticPerson,
    position: FingerPosition,
    stepId: string,
    attempt: number,
  ): Promise<number> {
    const { desk } = this.#lane;
    await this.#lane.hand({ type: 'lift-finger' });
    const free = await desk.until('the glass to be free', ({ desk: now }) => {
      if (isNotFinger(now, stepId)) return true;
      return now.finger.state === 'waiting' || now.finger.state === 'scanner-problem';
    });
    if (isNotFinger(free.desk, stepId) || free.desk.finger.state === 'scanner-problem') return 0;
    await this.#lane.hand({ type: 'lay-finger', person: person.key, position });
    const after = await desk.until('a decision', ({ desk: now }) => {
      if (isNotFinger(now, stepId)) return true;
      const { state } = now.finger;
      return (
        state === 'no-match' ||
        state === 'unreadable' ||
        state === 'scanner-problem' ||
        now.finger.attempt > attempt
      );
    });
    await this.#lane.hand({ type: 'lift-finger' });
    if (!isNotFinger(after.desk, stepId) && after.desk.finger.offers.length === 0)
      await desk.until(
        'the finger to be lifted',
        ({ desk: now }) => isNotFinger(now, stepId) || now.finger.state !== 'no-match',
      );
    return 1;
  }

  async #commissionDecides(
    person: SyntheticPerson,
    step: Extract<DeskStep, { kind: 'commission' }>,
  ): Promise<void> {
    const accept = this.#looksLikePhoto(person);
    unwrap(
      await this.#lane.desk.call('decideByCommission', {
        stepId: step.stepId,
        accept,
        note: accept ? '' : 'the person is not the one in the photo',
        approvals: this.approvals('chair', 'secretary'),
      }),
    );
  }

  async #toReceipt(step: Extract<DeskStep, { kind: 'verified' }>): Promise<void> {
    const { desk } = this.#lane;
    const { stepId, uncertainReceipt } = step;
    if (uncertainReceipt !== null && this.#liesWhole(desk.snapshot)) {
      await desk.call('receiptCameOut', { stepId });
      return;
    }
    await desk.call('issueReceipt', { stepId });
  }

  /** Somebody looks at what came out of the printer last. */
  #liesWhole(snapshot: DeskSnapshot): boolean {
    return snapshot.dock?.state.strips[0]?.ending === 'cut';
  }

  /** A report on the strip; what keeps it from coming out whole is mended, and it is printed again. */
  async printReport(kind: ReportKind, language: Language): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      const printed = await this.#lane.desk.call('printReport', { kind, language });
      const isPrinter = !printed.ok && printed.error.code === 'printer-problem';
      if (!isPrinter || tries === MOST_PRINTS) {
        unwrap(printed);
        return;
      }
      await this.#mendPrinter();
    }
  }

  async #mendPrinter(): Promise<void> {
    await this.#lane.hand({ type: 'plug', kind: 'printer' });
    await this.#lane.hand({ type: 'cover', open: false });
    await this.#lane.hand({ type: 'paper', action: { do: 'refill' } });
    await this.#lane.desk.until('the printer', ({ devices }) => devices.printer.status.state === 'ready');
  }
}

function isFree(step: DeskStep): boolean {
  return step.kind === 'idle' || step.kind === 'done' || step.kind === 'stop';
}

function isMyTurn(step: DeskStep): boolean {
  if (step.kind !== 'finger') return !WAITING_STEPS.includes(step.kind);
  const { state, offers } = step.finger;
  const failed = state === 'no-match' || state === 'unreadable';
  return state === 'waiting' || state === 'scanner-problem' || (failed && offers.length > 0);
}

function isNotFinger(step: DeskStep, stepId: string): step is Exclude<DeskStep, { kind: 'finger' }> {
  return step.kind !== 'finger' || step.stepId !== stepId;
}
