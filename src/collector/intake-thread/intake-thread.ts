import { Worker } from 'node:worker_threads';
import { assertDefined } from '../../domain/assert.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { OpenCollectorError } from '../collector-store.ts';
import type { ArrivedRange } from '../intake.ts';
import type {
  IntakeJob,
  IntakeJobs,
  IntakeRequest,
  IntakeResponse,
  IntakeThreadOptions,
} from './intake-worker.ts';

/** `intake-worker.ts` from sources, `intake-worker.js` beside the bundle. */
const ENTRY = new URL(
  import.meta.url.endsWith('.ts') ? './intake-worker.ts' : './intake-worker.js',
  import.meta.url,
);

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (cause: Error) => void;
}

/** The intake in a thread of its own, with its own way to the database. */
export class IntakeThread implements IntakeJobs {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #ids = 0;
  #isGone = false;

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', (response: IntakeResponse) => this.#settle(response));
    worker.on('exit', () => {
      this.#isGone = true;
      // Whoever still waits sends again, and gets the receipt if it had been stored.
      for (const { resolve } of this.#waiting.values()) resolve(err({ code: 'busy' }));
      this.#waiting.clear();
    });
  }

  static async open(options: IntakeThreadOptions): Promise<Result<IntakeThread, OpenCollectorError>> {
    const worker = new Worker(ENTRY, { workerData: options });
    const opened = await new Promise<Result<void, OpenCollectorError>>((resolve, reject) => {
      worker.once('error', reject);
      worker.once('message', (response: IntakeResponse) => {
        worker.off('error', reject);
        if (response.type === 'opened') resolve(response.result);
        else reject(new Error('an intake thread first says whether it opened'));
      });
    });
    if (opened.ok) return ok(new IntakeThread(worker));
    await worker.terminate();
    return opened;
  }

  take(arrived: ArrivedRange): ReturnType<IntakeJobs['take']> {
    // The thread gets the bytes and not a copy of them, where they are alone in their memory.
    const alone = arrived.body.byteLength === arrived.body.buffer.byteLength;
    const body = alone ? arrived.body : new Uint8Array(arrived.body);
    const { buffer } = body;
    return this.#do('take', { ...arrived, body }, buffer instanceof ArrayBuffer ? [buffer] : []);
  }

  async addCheckpoint(
    arrived: Parameters<IntakeJobs['addCheckpoint']>[0],
  ): ReturnType<IntakeJobs['addCheckpoint']> {
    const answer = await this.#do('addCheckpoint', arrived);
    // Of a thread that is gone.
    return answer.ok || 'status' in answer.error ? answer : err({ code: 'memory-failed', status: 503 });
  }

  register(devices: Parameters<IntakeJobs['register']>[0]): ReturnType<IntakeJobs['register']> {
    return this.#do('register', devices);
  }

  describeStations(
    stations: Parameters<IntakeJobs['describeStations']>[0],
  ): ReturnType<IntakeJobs['describeStations']> {
    return this.#do('describeStations', stations);
  }

  raiseDoubles(found: Parameters<IntakeJobs['raiseDoubles']>[0]): ReturnType<IntakeJobs['raiseDoubles']> {
    return this.#do('raiseDoubles', found);
  }

  /** What was taken before is answered first. */
  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#worker.once('exit', resolve));
    this.#post({ type: 'close' });
    await ended;
  }

  /** The thread answers a job with what the method of this name resolves with. */
  #do<Job extends IntakeJob>(
    job: Job,
    argument: Parameters<IntakeJobs[Job]>[0],
    transferred: readonly ArrayBuffer[] = [],
  ): Promise<Awaited<ReturnType<IntakeJobs[Job]>>> {
    if (this.#isGone) return Promise.resolve(err({ code: 'busy' }) as Awaited<ReturnType<IntakeJobs[Job]>>);
    const id = this.#ids;
    this.#ids += 1;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as Waiting['resolve'], reject });
      this.#post({ type: 'job', id, job, argument } as IntakeRequest, transferred);
    });
  }

  #post(request: IntakeRequest, transferred: readonly ArrayBuffer[] = []): void {
    this.#worker.postMessage(request, [...transferred]);
  }

  #settle(response: IntakeResponse): void {
    if (response.type === 'opened') return;
    const { resolve, reject } = assertDefined(this.#waiting.get(response.id), 'a job that waits');
    this.#waiting.delete(response.id);
    if (response.type === 'done') resolve(response.result);
    else reject(new Error('the intake failed'));
  }
}
