import { err, ok, type Result } from '../../domain/result.ts';
import { fullName } from '../../domain/voter.ts';
import type { StationError } from '../api/errors.ts';
import type { IssuingSnapshot } from '../api/snapshot.ts';
import type { StationContext } from '../context.ts';
import { readReceiptCode, TYPED_RECEIPT_NUMBER } from '../receipt-code.ts';

/**
 * The issuing table hands out ballots against receipts and takes signatures. It never sees how somebody was
 * identified, and its confirmations are no substitute for the members' own count.
 */
export class IssuingTable {
  readonly #context: StationContext;
  #last: IssuingSnapshot['last'] = null;

  constructor(context: StationContext) {
    this.#context = context;
  }

  last(): IssuingSnapshot['last'] {
    return this.#last;
  }

  /** A receipt was scanned or its number typed: the voter gets the ballots. */
  confirmBallot(code: string): Result<undefined, StationError> {
    const { projection, journal, identity, receiptCodeKey } = this.#context;
    const typed = code.trim();
    const number = TYPED_RECEIPT_NUMBER.test(typed)
      ? ok(typed)
      : readReceiptCode(receiptCodeKey, identity.stationNumber, typed);
    if (!number.ok) return err({ code: number.error });
    const receipt = projection.receipt(number.value);
    const handover = receipt === null ? null : projection.handover(receipt.handoverId);
    if (handover === null) return err({ code: 'receipt-not-found' });
    if (handover.state !== 'receipt') {
      const early = handover.state === 'verified' || handover.state === 'found';
      return err({ code: early ? 'receipt-not-found' : 'already-done' });
    }
    const recorded = journal.record([{ type: 'ballot-issued', handover: handover.id }]);
    if (!recorded.ok) return recorded;
    this.#remember(handover.id);
    return ok(undefined);
  }

  confirmSignature(handoverId: string): Result<undefined, StationError> {
    const { projection, journal } = this.#context;
    const handover = projection.handover(handoverId);
    if (handover === null) return err({ code: 'handover-not-found' });
    if (handover.state !== 'ballot') return err({ code: 'already-done' });
    const recorded = journal.record([{ type: 'signed', handover: handover.id }]);
    if (!recorded.ok) return recorded;
    this.#remember(handover.id);
    return ok(undefined);
  }

  #remember(handoverId: string): void {
    const { projection, register, changed } = this.#context;
    const handover = projection.handover(handoverId);
    const voter = handover === null ? null : register.byId(handover.voterId);
    this.#last =
      handover === null || voter === null
        ? null
        : {
            handoverId,
            listNumber: voter.listNumber,
            name: fullName(voter.name),
            state: handover.state,
            ballots: handover.receiptsDue,
          };
    changed();
  }
}
