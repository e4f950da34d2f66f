import { Worker } from 'node:worker_threads';
import { err, ok, type Result } from '../../domain/result.ts';
import type { FaceImage } from '../chip/dg2.ts';
import type { FacePicture } from './decode-jpeg2000.ts';
import { readJpegSize } from './jpeg-size.ts';
import { type FacePictureError, readJpeg2000Frame } from './jpeg2000-frame.ts';

/** A face of the largest size takes two seconds on a slow laptop. */
const PATIENCE_MILLISECONDS = 10_000;
const MOST_DOTS = 3_000_000;

export interface FacePictureOptions {
  /** The thread's entry; bundles ship it as a .js file of their own. */
  readonly entry?: URL;
  readonly patienceMilliseconds?: number;
}

/**
 * The face of a chip as every browser shows it: a JPEG as it is, JPEG 2000 as a PNG. That one is decoded in a thread of its own, which
 * ends with it: its memory goes back, and nothing of one holder is left when the next one's face is decoded. The
 * caller wipes what it gets.
 */
export async function showFace(
  face: Pick<FaceImage, 'mediaType' | 'bytes'>,
  { entry = WORKER, patienceMilliseconds = PATIENCE_MILLISECONDS }: FacePictureOptions = {},
): Promise<Result<FacePicture, FacePictureError>> {
  if (face.mediaType === 'image/jpeg') return checkJpeg(face.bytes);
  // What is refused by its headers alone needs no thread.
  const frame = readJpeg2000Frame(face.bytes);
  return frame.ok ? decodeInThread(face.bytes, entry, patienceMilliseconds) : frame;
}

/** From sources beside this file; bundles have their threads in dist/processes, and this one level below dist. */
const WORKER = import.meta.url.endsWith('.ts')
  ? new URL('./face-picture-worker.ts', import.meta.url)
  : new URL('../processes/face-picture-worker.js', import.meta.url);

function checkJpeg(bytes: Uint8Array): Result<FacePicture, FacePictureError> {
  const size = readJpegSize(bytes);
  if (size === null) return err({ code: 'malformed' });
  if (size.width * size.height > MOST_DOTS) return err({ code: 'too-large' });
  return ok({ mediaType: 'image/jpeg', bytes, ...size });
}

function decodeInThread(
  bytes: Uint8Array,
  entry: URL,
  patienceMilliseconds: number,
): Promise<Result<FacePicture, FacePictureError>> {
  return new Promise((resolve) => {
    const failed = err({ code: 'not-decoded' } as const);
    const worker = new Worker(entry, {
      workerData: Uint8Array.from(bytes),
      // What the decoder says goes nowhere.
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: 256 },
    });
    const patience = setTimeout(() => {
      resolve(failed);
      void worker.terminate();
    }, patienceMilliseconds);
    worker.once('message', (result: Result<FacePicture, FacePictureError>) => resolve(result));
    worker.once('error', () => resolve(failed));
    worker.once('exit', () => {
      clearTimeout(patience);
      resolve(failed);
    });
  });
}
