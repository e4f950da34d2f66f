import fs, { existsSync, rmSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

interface StickFailure {
  readonly stick: string;
  /** Bytes that go on it before it fails. */
  readonly room: number;
  readonly end: 'full' | 'pulled';
}

/** Lies on a stick that fails; without it, it is as good as new. */
export const FAILS_MARK = 'fails.txt';

/**
 * The entry of the thread that writes to the stick, the real one, on a stick that is full after some bytes, or is pulled
 * out: its mark goes, and the write fails as the kernel lets it fail.
 */
export function failingStickEntry(failure: StickFailure): URL {
  writeFileSync(`${failure.stick}/${FAILS_MARK}`, '');
  const here = JSON.stringify(import.meta.url);
  const worker = JSON.stringify(new URL('../../src/station/stick/journal-worker.ts', import.meta.url).href);
  const code = `
    globalThis.stickFailure = ${JSON.stringify(failure)};
    await import(${here});
    await import(${worker});`;
  return new URL(`data:text/javascript,${encodeURIComponent(code)}`);
}

const inWorker = globalThis as { readonly stickFailure?: StickFailure };
if (inWorker.stickFailure !== undefined) failWrites(inWorker.stickFailure);

/** From now on this thread's file system is that of such a stick. */
function failWrites({ stick, room, end }: StickFailure): void {
  let left = room;
  const writeSync = fs.writeSync as (descriptor: number, bytes: Uint8Array) => number;
  Object.assign(fs, {
    writeSync(descriptor: number, bytes: Uint8Array, at = 0): number {
      if (!existsSync(`${stick}/${FAILS_MARK}`)) return writeSync(descriptor, bytes.subarray(at));
      if (left === 0 && end === 'full') throw Object.assign(new Error('full'), { code: 'ENOSPC' });
      if (left === 0) {
        rmSync(`${stick}/tizme-stick.txt`, { force: true });
        throw Object.assign(new Error('gone'), { code: 'EIO' });
      }
      const written = writeSync(descriptor, bytes.subarray(at, at + left));
      left -= written;
      return written;
    },
  });
  syncBuiltinESMExports();
}
