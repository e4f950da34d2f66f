import { err, ok, type Result } from '../../domain/result.ts';
import type { StationError } from '../api/errors.ts';
import type { AtDesk, DeskVisit } from './desk-visit.ts';
import { printDueReceipts } from './print-receipts.ts';
import { voterView } from './voter-view.ts';

/** From "identified" to receipts in the voter's hand, after which the desk is free. */
export class GiveReceipts {
  readonly #visit: DeskVisit;

  constructor(visit: DeskVisit) {
    this.#visit = visit;
  }

  /** Says "identified" once more than this disk knows it. */
  secure(atDesk: AtDesk): void {
    const visit = this.#visit;
    let there = false;
    visit.context.lanes.whenCopied(() => {
      there = true;
      if (visit.atDesk === atDesk && visit.screen.step.kind === 'securing') visit.goVerified(atDesk);
    });
    if (there) visit.goVerified(atDesk);
    else visit.go({ kind: 'securing', voter: voterView(atDesk.visitor, visit.context.register) });
  }

  async print(stepId: string): Promise<Result<undefined, StationError>> {
    const visit = this.#visit;
    const at = visit.at(stepId, ['verified', 'printer-problem']);
    if (!at.ok) return at;
    const { visitor, handoverId } = at.value;
    const { register, projection } = visit.context;
    const voter = voterView(visitor, register);
    const counts = (): { receiptsDue: number; receiptsPrinted: number } => {
      const handover = projection.handover(handoverId);
      return {
        receiptsDue: handover?.receiptsDue ?? 0,
        receiptsPrinted: handover?.receiptsPrinted.length ?? 0,
      };
    };
    visit.go({ kind: 'printing', voter, ...counts() });
    const printed = await printDueReceipts(visit.context, handoverId, visitor.voter);
    if (!printed.ok) {
      visit.goVerified(at.value);
      return printed;
    }
    if (printed.value !== 'all-printed') {
      visit.go({ kind: 'printer-problem', voter, problem: printed.value, ...counts() });
      return ok(undefined);
    }
    visit.goDone(at.value);
    return ok(undefined);
  }

  /** After a power cut in the middle of printing: somebody looked, and the receipt lies there, whole. */
  cameOut(stepId: string): Result<undefined, StationError> {
    const at = this.#visit.at(stepId, ['verified', 'printer-problem']);
    if (!at.ok) return at;
    const { projection, journal } = this.#visit.context;
    const { handoverId } = at.value;
    const uncertain = projection.receipts(handoverId).find((receipt) => receipt.state === 'started');
    if (uncertain === undefined) return err({ code: 'receipt-not-found' });
    const recorded = journal.record([
      { type: 'receipt-printed', handover: handoverId, number: uncertain.number, index: uncertain.index },
    ]);
    if (!recorded.ok) return recorded;
    if (projection.handover(handoverId)?.state === 'verified') this.#visit.goVerified(at.value);
    else this.#visit.goDone(at.value);
    return ok(undefined);
  }
}
