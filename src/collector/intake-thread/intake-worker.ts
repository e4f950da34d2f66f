import { parentPort, workerData } from 'node:worker_threads';
import { assertDefined, throwIllegalValue } from '../../domain/assert.ts';
import type { Result } from '../../domain/result.ts';
import { deviceKeyFromSeed } from '../../ledger/device-key.ts';
import { systemClock } from '../../store/clock.ts';
import type { CentreWrites, OpenCollectorError } from '../collector-store.ts';
import { type FastClock, fastWallMs } from '../demo/fast-clock.ts';
import { Intake, type RangeTaker } from '../intake.ts';
import { type CollectorStoreOptions, openCollectorStore } from '../open-collector-store.ts';
import { openVisitors, settleClaim, type VisitorFiles } from '../visitors/open-visitors.ts';
import { CentreWitness, type CheckpointTaker } from '../witness/centre-witness.ts';

/** The thread that verifies and stores: what it works on never holds up an answer to somebody who looks at figures. */

export interface IntakeThreadOptions extends CollectorStoreOptions {
  /** Signs the receipts; 32 bytes. */
  readonly signingSeed: Uint8Array;
  readonly mock: boolean;
  readonly election: string | null;
  /** Of a demonstration. */
  readonly speed: FastClock | null;
  /** Null: the centre has no records of visitors. */
  readonly visitors: VisitorFiles | null;
}

/** What it does for the thread that asks. Everything is written here: a file has one writer. */
export interface IntakeJobs extends RangeTaker, CheckpointTaker, CentreWrites {}
export type IntakeJob = keyof IntakeJobs;

export type IntakeRequest =
  | {
      readonly [Job in IntakeJob]: {
        readonly type: 'job';
        readonly id: number;
        readonly job: Job;
        readonly argument: Parameters<IntakeJobs[Job]>[0];
      };
    }[IntakeJob]
  | { readonly type: 'close' };

export type IntakeResponse =
  | { readonly type: 'opened'; readonly result: Result<void, OpenCollectorError> }
  | { readonly type: 'done'; readonly id: number; readonly result: unknown }
  /** A bug of ours; nothing was stored. */
  | { readonly type: 'failed'; readonly id: number };

const port = assertDefined(parentPort ?? undefined, 'the parent of an intake thread');
const options = workerData as IntakeThreadOptions;
const say = (response: IntakeResponse): void => port.postMessage(response);

const key = deviceKeyFromSeed(options.signingSeed);
const opened = await openCollectorStore(options);
options.signingSeed.fill(0);
options.databaseKey.fill(0);
if (opened.ok) {
  const store = opened.value;
  const { mock, election, speed, visitors } = options;
  const clock = systemClock();
  const wallMs = speed === null ? clock.wallMs : () => fastWallMs(speed, clock.wallMs());
  const parts = { store, key, clock: { ...clock, wallMs }, mock, election };
  const records = visitors === null ? null : openVisitors(visitors, { mock, election });
  const intake = new Intake({
    ...parts,
    ...(records?.ok === true ? { settleClaim: (claim: string) => settleClaim(records.value, claim) } : {}),
  });
  const witness = new CentreWitness(parts);
  const run = (request: Extract<IntakeRequest, { type: 'job' }>): Promise<unknown> => {
    switch (request.job) {
      case 'take':
        return intake.take(request.argument);
      case 'addCheckpoint':
        return witness.addCheckpoint(request.argument);
      case 'register':
        return store.register(request.argument);
      case 'describeStations':
        return store.describeStations(request.argument);
      case 'raiseDoubles':
        return store.raiseDoubles(request.argument);
      default:
        return throwIllegalValue(request);
    }
  };
  const close = async (): Promise<void> => {
    await store.close();
    port.close();
  };
  port.on('message', (request: IntakeRequest) => {
    if (request.type === 'close') {
      void close();
      return;
    }
    const { id } = request;
    run(request).then(
      (result) => say({ type: 'done', id, result }),
      () => say({ type: 'failed', id }),
    );
  });
  say({ type: 'opened', result: { ok: true, value: undefined } });
} else {
  say({ type: 'opened', result: opened });
}
