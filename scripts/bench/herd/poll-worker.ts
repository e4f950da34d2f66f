import { parentPort, workerData } from 'node:worker_threads';
import { assertDefined } from '../../../src/domain/assert.ts';
import { deviceFetch } from './herd-fetch.ts';

/** Somebody at the centre who looks at a page ten times a second, in a thread that nothing else holds up. */
export interface PollOptions {
  readonly url: string;
  readonly certificate: string;
  readonly authorization: string;
}

const EVERY_MS = 100;
const port = assertDefined(parentPort ?? undefined, 'the parent of a poll worker');
const { url, certificate, authorization } = workerData as PollOptions;
const line = deviceFetch(certificate);
const latencies: { readonly atMs: number; readonly ms: number; readonly status: number }[] = [];
let isOver = false;
port.on('message', () => {
  isOver = true;
});
while (!isOver) {
  const from = performance.now();
  const status = await line
    .fetch(url, { headers: { authorization } })
    .then((answer) => answer.status)
    .catch(() => 0);
  latencies.push({ atMs: from, ms: performance.now() - from, status });
  await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
}
line.close();
port.postMessage(latencies);
port.close();
