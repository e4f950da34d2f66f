import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Puts a file in its place whole or not at all, also where the stick is pulled out in the middle: written beside
 * it, flushed, moved, and the folder flushed. Throws what the file system throws, and leaves nothing half beside it
 * then.
 * @param content the bytes, or pieces of them, each asked for when the one before is written
 * @returns how many bytes were written
 */
export function writeWhole(file: string, content: Uint8Array | Iterable<Uint8Array>): number {
  const directory = dirname(file);
  const made = mkdirSync(directory, { recursive: true });
  const unfinished = join(directory, `.${basename(file)}.unfinished`);
  try {
    const size = writeFlushed(unfinished, content instanceof Uint8Array ? [content] : content);
    renameSync(unfinished, file);
    flushDirectory(directory);
    return size;
  } catch (cause) {
    // On a full disk it would keep the little room that there is; a folder made for it alone goes, too.
    leaveAsItWas(unfinished, made);
    throw cause;
  }
}

function writeFlushed(file: string, pieces: Iterable<Uint8Array>): number {
  const descriptor = openSync(file, 'w', 0o600);
  try {
    let size = 0;
    for (const bytes of pieces) {
      for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
      size += bytes.length;
    }
    fsyncSync(descriptor);
    return size;
  } finally {
    closeSync(descriptor);
  }
}

/** Where not even that can be done, what failed before says more. */
function leaveAsItWas(unfinished: string, made: string | undefined): void {
  try {
    if (existsSync(unfinished)) rmSync(unfinished);
    for (let folder = dirname(unfinished); made !== undefined; folder = dirname(folder)) {
      rmdirSync(folder);
      if (folder === made) return;
    }
  } catch {}
}

/** A file that was moved into the folder, or begun in it, is there after a power cut too. */
export function flushDirectory(directory: string): void {
  // Windows has no handle of a folder; its file system journals the move.
  if (process.platform === 'win32') return;
  const descriptor = openSync(directory, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
