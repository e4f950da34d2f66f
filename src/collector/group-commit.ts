import type { Result } from '../domain/result.ts';
import type { StoreError } from '../store/store-error.ts';

/** Long enough for what many stations send at once to share one flush of the disk; nobody notices it. */
export const LEAST_WAIT_MS = 3;
/** A disk that is slower than this is waited for anyway. */
export const MOST_WAIT_MS = 50;
/** A full group isn't waited for, and bounds how long one transaction holds the thread. */
const MOST_WEIGHT = 8000;

interface Waiting<Job, Done> {
  readonly job: Job;
  readonly resolve: (result: Result<Done, StoreError>) => void;
  readonly reject: (cause: unknown) => void;
}

/**
 * Writes what comes within a few milliseconds in one transaction: each flush of the disk is paid for once. A group is gathered
 * for as long as the last one took to write, so that on a slow disk, too, half of the time is left for what comes in.
 */
export class GroupCommit<Job, Done> {
  readonly #write: (jobs: readonly Job[]) => Result<readonly Done[], StoreError>;
  readonly #weigh: (job: Job) => number;
  #waiting: Waiting<Job, Done>[] = [];
  #weight = 0;
  #waitMs = LEAST_WAIT_MS;
  #timer: NodeJS.Timeout | null = null;
  readonly #monotonicMs: () => number;

  /**
   * @param write One transaction over all jobs, with an answer to each in their order.
   * @param weigh Rows of a job.
   */
  constructor(
    write: (jobs: readonly Job[]) => Result<readonly Done[], StoreError>,
    weigh: (job: Job) => number,
    monotonicMs: () => number = () => performance.now(),
  ) {
    this.#write = write;
    this.#weigh = weigh;
    this.#monotonicMs = monotonicMs;
  }

  /** Resolves when the job is on the disk. */
  add(job: Job): Promise<Result<Done, StoreError>> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ job, resolve, reject });
      this.#weight += this.#weigh(job);
      if (this.#weight >= MOST_WEIGHT) this.flush();
      else this.#timer ??= setTimeout(() => this.flush(), this.#waitMs);
    });
  }

  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const group = this.#waiting;
    this.#waiting = [];
    this.#weight = 0;
    if (group.length === 0) return;
    const began = this.#monotonicMs();
    try {
      this.#settle(group);
      this.#waitMs = Math.min(MOST_WAIT_MS, Math.max(LEAST_WAIT_MS, this.#monotonicMs() - began));
    } catch (cause) {
      // A bug in one must not take the others with it: the transaction is rolled back, and each gets its own.
      if (group.length > 1) for (const waiting of group) this.#settleAlone(waiting);
      else group[0]?.reject(cause);
    }
  }

  #settleAlone(waiting: Waiting<Job, Done>): void {
    try {
      this.#settle([waiting]);
    } catch (cause) {
      waiting.reject(cause);
    }
  }

  #settle(group: readonly Waiting<Job, Done>[]): void {
    const written = this.#write(group.map(({ job }) => job));
    for (const [i, { resolve }] of group.entries()) {
      if (!written.ok) resolve(written);
      else {
        const value = written.value[i];
        if (value === undefined) throw new Error('a group commit answers each of its jobs');
        resolve({ ok: true, value });
      }
    }
  }
}
