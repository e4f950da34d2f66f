import { Worker } from 'node:worker_threads';
import { throwIllegalValue } from '../../domain/assert.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import {
  type Carried,
  carryToStick,
  type ReceiptsTaken,
  type StickProblem,
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
   * that fails on the way is recorded behind it, and everything stays pending in any case.
   */
  carry(
    { journal, problem }: Pick<StationContext, 'journal' | 'problem'>,
    people: readonly string[],
  ): Promise<Result<CarriedUpload, StationError>> {
    return this.#inTurn(async (stick) => {
      const pending = this.#ledger.pendingCount();
      if (!pending.ok) return err({ code: 'disk-failed' });
      if (pending.value === 0) return err({ code: 'nothing-to-carry' });
      const recorded = journal.record([
        { type: 'upload-carried', events: pending.value, through: journal.size(), people },
      ]);
      if (!recorded.ok) return recorded;
      const carried = await this.#write(stick);
      if (!carried.ok) {
        const code = explain(carried.error);
        problem(code);
        return err({ code });
      }
      return ok({ events: carried.value.events, through: carried.value.through?.seq ?? 0 });
    });
  }

  /** Recorded where it brought something new: the same stick a second time changes nothing. */
  take(
    { journal, problem }: Pick<StationContext, 'journal' | 'problem'>,
    people: readonly string[],
  ): Promise<Result<TakenReceipts, StationError>> {
    return this.#inTurn(async (stick) => {
      const { collectorKey } = this.#options;
      const taken = takeReceipts(this.#ledger, stick, collectorKey);
      if (!taken.ok) return err({ code: explain(taken.error) });
      const { receipts, through, wrong } = taken.value;
      if (wrong > 0) problem('receipts-wrong');
      const refusal = refusalOf(taken.value);
      if (refusal !== null) return err({ code: refusal });
      if (through !== null) {
        const recorded = journal.record([
          { type: 'receipts-taken', receipts, through: through.seq, verified: collectorKey !== null, people },
        ]);
        if (!recorded.ok) return recorded;
      }
      return ok({ receipts, through: through?.seq ?? null, verified: collectorKey !== null });
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

  /** In a thread of its own, for as long as it takes: a slow stick must not hold up a voter. */
  async #write(stick: string): Promise<Result<Carried, StickProblem>> {
    const worker = new Worker(this.#options.entry ?? JOURNAL_WORKER);
    try {
      return await carryToStick(this.#ledger, stick, writerOf(worker, stick));
    } finally {
      await worker.terminate();
    }
  }
}

function writerOf(worker: Worker, stick: string): WriteToStick {
  let asked = 0;
  return (file, bytes) => {
    asked += 1;
    const request: StickRequest = { id: asked, files: [{ file, bytes, recipients: null }] };
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
  if (taken.known > 0) return null;
  return taken.ofOthers > 0 ? 'receipts-of-other-laptop' : 'receipts-not-there';
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
