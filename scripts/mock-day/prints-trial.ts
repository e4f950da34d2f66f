import { documentKey } from '../../fixtures/election/simulated-people.ts';
import type { SyntheticVoter } from '../../fixtures/election/synthetic-person.ts';
import { unwrap } from '../../src/domain/result.ts';
import type { DeskSnapshot } from '../../src/station/api/snapshot.ts';
import type { MockLane } from './lane.ts';

/** Single comparisons at the desk: what one impression decides, with the procedure's own threshold. */
export interface PrintsTrial {
  readonly genuineTries: number;
  readonly wronglyRefused: number;
  readonly impostorTries: number;
  readonly wronglyAccepted: number;
}

/**
 * Lays single fingers on the desk's scanner and notes what the desk decides: every presented impression of
 * each voter against the own record, and one impression of each voter against everybody else's. Goes the way
 * of a real visit: document, finger, decision; a decided one is put aside and undone by the chair afterwards.
 */
export class PrintsTrialRun {
  readonly #lane: MockLane;
  readonly #undo: (receiptNumber: string) => Promise<void>;
  #genuineTries = 0;
  #wronglyRefused = 0;
  #impostorTries = 0;
  #wronglyAccepted = 0;

  constructor(lane: MockLane, undo: (receiptNumber: string) => Promise<void>) {
    this.#lane = lane;
    this.#undo = undo;
  }

  async genuine(voter: SyntheticVoter): Promise<void> {
    this.#genuineTries += 1;
    if (!(await this.#tryOnce(voter, voter))) this.#wronglyRefused += 1;
  }

  async impostor(claimed: SyntheticVoter, comes: SyntheticVoter): Promise<void> {
    this.#impostorTries += 1;
    if (await this.#tryOnce(claimed, comes)) this.#wronglyAccepted += 1;
  }

  result(): PrintsTrial {
    return {
      genuineTries: this.#genuineTries,
      wronglyRefused: this.#wronglyRefused,
      impostorTries: this.#impostorTries,
      wronglyAccepted: this.#wronglyAccepted,
    };
  }

  /** One finger, once. The person's own card is laid down by whoever comes. */
  async #tryOnce(claimed: SyntheticVoter, comes: SyntheticVoter): Promise<boolean> {
    const { desk } = this.#lane;
    await this.#lane.hand({ type: 'remove-document' });
    await this.#lane.hand({
      type: 'insert-document',
      person: claimed.key,
      document: documentKey(claimed, 0),
    });
    const found = await desk.until('the voter', ({ desk: step }) => step.kind === 'voter');
    unwrap(await desk.call('takeFinger', { stepId: found.desk.stepId }));
    const asked = await desk.until(
      'the scanner',
      ({ desk: step }) => step.kind === 'finger' && step.finger.state === 'waiting',
    );
    const position = asked.desk.kind === 'finger' ? asked.desk.finger.position : 0;
    await this.#lane.hand({ type: 'lay-finger', person: comes.key, position });
    const decided = await desk.until('a decision', isDecided);
    await this.#lane.hand({ type: 'lift-finger' });
    const accepted = decided.desk.kind === 'verified';
    if (accepted) await this.#takeBack(decided.desk.stepId);
    else unwrap(await desk.call('leaveDesk', { stepId: decided.desk.stepId }));
    await desk.until('a free desk', ({ desk: step }) => step.kind === 'idle');
    return accepted;
  }

  async #takeBack(stepId: string): Promise<void> {
    const { desk } = this.#lane;
    unwrap(await desk.call('issueReceipt', { stepId }));
    const done = await desk.until(
      'the receipt',
      ({ desk: step }) => step.kind === 'done' || step.kind === 'printer-problem',
    );
    const [number] = done.desk.kind === 'done' ? done.desk.receiptNumbers : [];
    if (number === undefined) throw new Error('the trial ran out of paper');
    unwrap(await desk.call('leaveDesk', { stepId: done.desk.stepId }));
    await this.#undo(number);
  }
}

function isDecided({ desk: step }: DeskSnapshot): boolean {
  if (step.kind !== 'finger') return step.kind !== 'printing';
  return step.finger.state === 'no-match' || step.finger.state === 'unreadable';
}
