import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Puts a file in its place whole or not at all, also where the stick is pulled out in the middle: written beside
 * it, flushed, moved, and the folder flushed. Throws what the file system throws.
 */
export function writeWhole(file: string, bytes: Uint8Array): void {
  const directory = dirname(file);
  mkdirSync(directory, { recursive: true });
  const unfinished = join(directory, `.${basename(file)}.unfinished`);
  const descriptor = openSync(unfinished, 'w', 0o600);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(unfinished, file);
  flushDirectory(directory);
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
