import { Worker } from 'node:worker_threads';
import type { PollOptions } from './poll-worker.ts';

export interface Polled {
  readonly atMs: number;
  readonly ms: number;
  /** Of HTTP; 0 where there was no answer. */
  readonly status: number;
}

/** Looks at an address ten times a second until it is told to stop. */
export function startPolling(options: PollOptions): { stop(): Promise<readonly Polled[]> } {
  const worker = new Worker(new URL('./poll-worker.ts', import.meta.url), { workerData: options });
  return {
    stop: () =>
      new Promise((resolve, reject) => {
        worker.once('message', resolve);
        worker.once('error', reject);
        worker.postMessage('stop');
      }),
  };
}
