import { Worker } from 'node:worker_threads';
import type { CaptureQuality, FingerPosition } from '../domain/finger.ts';
import type { GreyImage } from '../domain/grey-image.ts';
import { err, type Result } from '../domain/result.ts';
import type {
  ExtractedTemplate,
  FingerprintTask,
  FingerprintTaskError,
  FingerprintTaskResult,
  FingerprintTaskValues,
  ImageVerification,
} from './fingerprint-task.ts';
import type { WorkerRequest, WorkerResponse } from './fingerprint-worker.ts';

/**
 * The fingerprint engine off the station's own thread, which must answer the screens while a finger is read.
 * Images are copied to the worker and wiped there after use; the caller wipes its own.
 */
export interface FingerprintWorkers {
  /** About a millisecond of work: called for each frame while the finger lies on the glass. */
  assessQuality(image: GreyImage): Promise<Result<CaptureQuality, FingerprintTaskError>>;
  extract(
    image: GreyImage,
    position: FingerPosition,
  ): Promise<Result<ExtractedTemplate, FingerprintTaskError>>;
  /** The enrolled templates are impressions of the one finger that is claimed; several views count each. */
  verify(request: {
    readonly probeImage: GreyImage;
    readonly enrolledIsoTemplates: readonly Uint8Array[];
  }): Promise<Result<ImageVerification, FingerprintTaskError>>;
  /** Stops the threads; what is under way or asked later ends in `worker-stopped`. */
  close(): Promise<void>;
}

export interface FingerprintWorkersOptions {
  /** Number of threads; 1 is enough for one scanner. */
  readonly size?: number;
  /** The worker's entry; bundles ship it as a .js file of their own. */
  readonly entry?: URL;
}

/** Starts the threads at once, so that the first finger does not wait for them. */
export function startFingerprintWorkers(options: FingerprintWorkersOptions = {}): FingerprintWorkers {
  return new WorkerPool(
    options.size ?? 1,
    options.entry ?? new URL('./fingerprint-worker.ts', import.meta.url),
  );
}

class WorkerPool implements FingerprintWorkers {
  private readonly entry: URL;
  private readonly lanes: Lane[];
  private closed = false;

  constructor(size: number, entry: URL) {
    this.entry = entry;
    this.lanes = Array.from({ length: size }, () => new Lane(entry));
  }

  assessQuality(image: GreyImage): Promise<Result<CaptureQuality, FingerprintTaskError>> {
    return this.run({ method: 'assess-quality', image });
  }

  extract(
    image: GreyImage,
    position: FingerPosition,
  ): Promise<Result<ExtractedTemplate, FingerprintTaskError>> {
    return this.run({ method: 'extract', image, position });
  }

  verify(request: {
    readonly probeImage: GreyImage;
    readonly enrolledIsoTemplates: readonly Uint8Array[];
  }): Promise<Result<ImageVerification, FingerprintTaskError>> {
    return this.run({
      method: 'verify',
      image: request.probeImage,
      enrolledIsoTemplates: request.enrolledIsoTemplates,
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.all(this.lanes.map((lane) => lane.stop()));
  }

  /** Hands the task to the thread that has least to do; one that died is replaced by a new one first. */
  private async run<M extends FingerprintTask['method']>(
    task: FingerprintTask & { readonly method: M },
  ): Promise<Result<FingerprintTaskValues[M], FingerprintTaskError>> {
    if (this.closed) return err({ code: 'worker-stopped' });
    this.lanes.forEach((lane, index) => {
      if (lane.stopped) this.lanes[index] = new Lane(this.entry);
    });
    const lane = this.lanes.reduce((best, other) => (other.busy < best.busy ? other : best));
    // The thread answers a task with the value of the task's own method (`runTask`).
    return (await lane.run(task)) as Result<FingerprintTaskValues[M], FingerprintTaskError>;
  }
}

/** One thread and the questions that it has not answered yet. */
class Lane {
  stopped = false;
  private readonly worker: Worker;
  private readonly pending = new Map<number, (result: FingerprintTaskResult) => void>();
  private nextId = 1;

  constructor(entry: URL) {
    this.worker = new Worker(entry);
    // An idle engine keeps no process alive.
    this.worker.unref();
    this.worker.on('message', ({ id, result }: WorkerResponse) => {
      this.pending.get(id)?.(result);
      this.pending.delete(id);
      if (this.pending.size === 0) this.worker.unref();
    });
    // A thread that dies takes its questions with it, and nothing else: 'exit' follows an error.
    this.worker.on('error', () => {
      this.stopped = true;
    });
    this.worker.on('exit', () => {
      this.stopped = true;
      for (const resolve of this.pending.values()) resolve(err({ code: 'worker-stopped' }));
      this.pending.clear();
    });
  }

  get busy(): number {
    return this.pending.size;
  }

  run(task: FingerprintTask): Promise<FingerprintTaskResult> {
    if (this.stopped) return Promise.resolve(err({ code: 'worker-stopped' }));
    const request: WorkerRequest = { id: this.nextId++, task };
    return new Promise((resolve) => {
      this.pending.set(request.id, resolve);
      this.worker.ref();
      this.worker.postMessage(request);
    });
  }

  async stop(): Promise<void> {
    await this.worker.terminate();
  }
}
