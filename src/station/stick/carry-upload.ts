import { Worker } from 'node:worker_threads';
import { throwIllegalValue } from '../../domain/assert.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { StickProblem } from '../../sync/upload/stick/stick-layout.ts';
import {
  type Carried,
  carryToStick,
  clearConfirmed,
  confirmedOnStick,
  type ReceiptsTaken,
  takeReceipts,
  type WriteToStick,
} from '../../sync/upload/stick/stick-ranges.ts';
import type { CarriedUpload, TakenReceipts } from '../api/api.ts';
import type { StationError, StationErrorCode } from '../api/errors.ts';
import type { StationContext } from '../context.ts';
import { isStick } from './journal-settings.ts';
import type { StickRequest, StickResponse } from './journal-worker.ts';
import { JOURNAL_WORKER } from './stick-journal.ts';

export interface UploadCarrierOptions {
  /** Where the laptop's stick appears; null where it was set up without one. */
  readonly stick: string | null;
  /** Verifies the centre's receipts; null: they are kept unverified, as those that come over the network. */
  readonly collectorKey: Uint8Array | null;
  /** The centre's age recipient, which everything is sealed to; null: nothing is written. */
  readonly collectorRecipient: string | null;
  /** The worker's entry; bundles ship it as a .js file of their own. */
  readonly entry?: URL;
}

/** The upload without a network: what waits for the centre goes on a stick, and the centre's receipts come back on it. */
export class UploadCarrier {
  readonly #options: UploadCarrierOptions;
  readonly #ledger: Ledger;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: UploadCarrierOptions, ledger: Ledger) {
    this.#options = options;
    this.#ledger = ledger;
  }

  /**
   * On record before it is written, since what it holds leaves the station; so the record itself goes along. A stick
   * that fails on the way is recorded behind it, and everything stays pending in any case. What the centre has
   * confirmed by signature makes room first.
   */
  carry(
    { journal, problem }: Pick<StationContext, 'journal' | 'problem'>,
    people: readonly string[],
  ): Promise<Result<CarriedUpload, StationError>> {
    return this.#inTurn(async (stick) => {
      const { collectorRecipient } = this.#options;
      const pending = this.#ledger.pendingCount();
      if (!pending.ok) return err({ code: 'disk-failed' });
      if (pending.value === 0) return err({ code: 'nothing-to-carry' });
      if (collectorRecipient === null) return err({ code: 'carrier-key-missing' });
      const recorded = journal.record([
        { type: 'upload-carried', events: pending.value, through: journal.size(), people },
      ]);
      if (!recorded.ok) return recorded;
      const cleared = await this.#clearKnown(stick);
      const carried = cleared.ok ? await this.#write(stick, collectorRecipient) : cleared;
      if (!carried.ok) {
        const code = isStick(stick) ? explain(carried.error) : 'carrier-pulled-out';
        problem(code);
        return err({ code });
      }
      return ok({ events: carried.value.events, through: carried.value.through?.seq ?? 0 });
    });
  }

  /**
   * Recorded where it brought something new: the same stick a second time changes nothing. What is confirmed goes from
   * the stick when the receipts are kept and on record, and only where the centre's key vouches for them.
   */
  take(
    { journal, problem }: Pick<StationContext, 'journal' | 'problem'>,
    people: readonly string[],
  ): Promise<Result<TakenReceipts, StationError>> {
    return this.#inTurn(async (stick) => {
      const { collectorKey } = this.#options;
      const taken = await takeReceipts(this.#ledger, stick, collectorKey);
      if (!taken.ok) return err({ code: isStick(stick) ? explain(taken.error) : 'carrier-pulled-out' });
      const { receipts, through, wrong, confirmed } = taken.value;
      const isIn = isStick(stick);
      if (isIn && wrong > 0) problem('receipts-wrong');
      if (through !== null) {
        const recorded = journal.record([
          { type: 'receipts-taken', receipts, through: through.seq, verified: collectorKey !== null, people },
        ]);
        if (!recorded.ok) return recorded;
      }
      const cleared = collectorKey === null ? 0 : await clearConfirmed(confirmed);
      const refusal = isIn ? refusalOf(taken.value) : pulledOut(taken.value);
      if (refusal !== null) return err({ code: refusal });
      return ok({ receipts, through: through?.seq ?? null, cleared, verified: collectorKey !== null });
    });
  }

  /** One at a time: two desks' windows would write the same files. */
  #inTurn<Value>(
    act: (stick: string) => Promise<Result<Value, StationError>>,
  ): Promise<Result<Value, StationError>> {
    const { stick } = this.#options;
    const turn = this.#turn.then(() =>
      stick !== null && isStick(stick) ? act(stick) : err<StationError>({ code: 'carrier-missing' }),
    );
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #clearKnown(stick: string): Promise<Result<void, StickProblem>> {
    if (this.#options.collectorKey === null) return ok();
    const confirmed = await confirmedOnStick(this.#ledger, stick);
    if (!confirmed.ok) return confirmed;
    await clearConfirmed(confirmed.value);
    return ok();
  }

  /** In a thread of its own, for as long as it takes: a slow stick must not hold up a voter. */
  async #write(stick: string, recipient: string): Promise<Result<Carried, StickProblem>> {
    const worker = new Worker(this.#options.entry ?? JOURNAL_WORKER);
    try {
      return await carryToStick(this.#ledger, stick, writerOf(worker, stick, recipient));
    } finally {
      await worker.terminate();
    }
  }
}

function writerOf(worker: Worker, stick: string, recipient: string): WriteToStick {
  let asked = 0;
  return (file, bytes) => {
    asked += 1;
    const request: StickRequest = {
      id: asked,
      stick,
      files: [{ file, bytes, recipients: [recipient] }],
    };
    return new Promise((resolve) => {
      const end = (problem: StickProblem['code'] | null): void => {
        worker.removeAllListeners();
        // A stick that was pulled out may leave its folder behind, on the laptop's own disk.
        const code = problem === null && !isStick(stick) ? 'stick-missing' : problem;
        resolve(code === null ? ok() : err({ code }));
      };
      worker.on('message', ({ problem }: StickResponse) => end(problem));
      worker.on('error', () => end('stick-failed'));
      worker.on('exit', () => end('stick-failed'));
      worker.postMessage(request);
    });
  };
}

/** Why nothing came of it; null where something did, or had before. */
function refusalOf(taken: ReceiptsTaken): StationErrorCode | null {
  if (taken.receipts > 0) return null;
  if (taken.wrong > 0) return 'receipts-wrong';
  if (taken.notAccepted > 0) return 'carried-not-accepted';
  if (taken.known > 0 || (taken.isCleared && taken.ofOthers === 0)) return null;
  if (taken.unanswered > 0) return 'receipts-not-there';
  return taken.ofOthers > 0 ? 'receipts-of-other-laptop' : 'receipts-not-there';
}

/** A stick that went away while it was read: what was read counts, and what wasn't says nothing about the centre. */
function pulledOut({ receipts }: ReceiptsTaken): StationErrorCode | null {
  return receipts > 0 ? null : 'carrier-pulled-out';
}

function explain({ code }: StickProblem): StationErrorCode {
  switch (code) {
    case 'stick-missing':
      return 'carrier-missing';
    case 'stick-full':
      return 'carrier-full';
    case 'stick-failed':
      return 'carrier-failed';
    case 'ledger-failed':
      return 'disk-failed';
    default:
      return throwIllegalValue(code);
  }
}
