import { parentPort, workerData } from 'node:worker_threads';
import { assertDefined } from '../../domain/assert.ts';
import { decodeJpeg2000 } from './decode-jpeg2000.ts';

/** The thread's side of face-pictures.ts: decodes the one picture that it was started with, and ends. */
const port = assertDefined(parentPort, 'parent port of a face picture worker');
const bytes: Uint8Array = workerData;
port.postMessage(await decodeJpeg2000(bytes));
bytes.fill(0);
