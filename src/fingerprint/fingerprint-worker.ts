import { parentPort } from 'node:worker_threads';
import { assertDefined } from '../domain/assert.ts';
import { type FingerprintTask, type FingerprintTaskResult, runTask } from './fingerprint-task.ts';

/** The thread's side of `fingerprint-workers.ts`: one task at a time, answers in the order of the questions. */

export interface WorkerRequest {
  readonly id: number;
  readonly task: FingerprintTask;
}

export interface WorkerResponse {
  readonly id: number;
  readonly result: FingerprintTaskResult;
}

const port = assertDefined(parentPort, 'parent port of a fingerprint worker');
port.on('message', ({ id, task }: WorkerRequest) => {
  const response: WorkerResponse = { id, result: runTask(task) };
  port.postMessage(response);
});
