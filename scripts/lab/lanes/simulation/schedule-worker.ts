import { parentPort, workerData } from 'node:worker_threads';
import { playSchedules, type ScheduleRun } from './run-schedules.ts';

/** One thread's share of a run: tells how far it is, and at the end what came of it. */
const { run, share } = workerData as {
  readonly run: ScheduleRun;
  readonly share: { readonly offset: number; readonly step: number };
};
parentPort?.postMessage(playSchedules(run, share, (done) => parentPort?.postMessage(done)));
