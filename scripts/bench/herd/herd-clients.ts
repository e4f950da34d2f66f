import { Worker } from 'node:worker_threads';
import type { HerdReport, HerdShare, SentLog } from './herd-worker.ts';

/** As many as the machine has cores beside each other: one thread of devices is slower than the collector. */
const THREADS = 2;

export interface HerdClients {
  /** Lets all of them go at once; resolves when the last has its last receipt. */
  sendAll(onSent: (devices: number) => void): Promise<readonly SentLog[]>;
  close(): Promise<void>;
}

/** The devices of a herd, spread over threads; resolves when each thread has made its own. */
export async function startHerdClients(herd: HerdShare): Promise<HerdClients> {
  const workers = Array.from({ length: THREADS }, (_, thread) => {
    const share: HerdShare = { ...herd, lanes: herd.lanes.filter((_lane, i) => i % THREADS === thread) };
    return new Worker(new URL('./herd-worker.ts', import.meta.url), { workerData: share });
  });
  await Promise.all(workers.map(whenReady));
  return {
    sendAll: (onSent) =>
      new Promise((resolve, reject) => {
        const logs: SentLog[] = [];
        for (const worker of workers) {
          worker.once('error', reject);
          worker.on('message', (report: HerdReport) => {
            if (report.type !== 'sent') return;
            logs.push(report.log);
            onSent(logs.length);
            if (logs.length === herd.lanes.length) resolve(logs);
          });
          worker.postMessage('go');
        }
      }),
    close: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

function whenReady(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', () => resolve());
  });
}
