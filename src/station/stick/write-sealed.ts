import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { Encrypter } from 'age-encryption';
import { equalBytes } from '../../ledger/canonical.ts';
import { flushDirectory } from '../../store/write-whole.ts';

/** Seals bytes to the members' keys (https://c2sp.org/age): any one of them opens it, with `age -d` as well. */
export async function seal(recipients: readonly string[], bytes: Uint8Array): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  return encrypter.encrypt(bytes);
}

/** How a file was left: `size` bytes, of which the first `at` are whole and end with `tail`. */
export interface FileEnd {
  readonly size: number;
  readonly at: number;
  readonly tail: Uint8Array;
}

const TAIL_BYTES = 32;

export function fileEnd(bytes: Uint8Array, at: number): FileEnd {
  return { size: bytes.length, at, tail: bytes.slice(Math.max(0, at - TAIL_BYTES), at) };
}

/** How it is left once these bytes were added, which are no fewer than a tail. */
export function endAfter({ at }: FileEnd, bytes: Uint8Array): FileEnd {
  const end = at + bytes.length;
  return { size: end, at: end, tail: bytes.slice(-TAIL_BYTES) };
}

/**
 * Goes on in a file behind what is whole of it, flushed; what stands there beyond was never whole.
 * @returns false, and nothing is changed, where the file is not as it was left: it is another stick's.
 */
export function appendTo(file: string, { size, at, tail }: FileEnd, bytes: Uint8Array): boolean {
  const directory = dirname(file);
  mkdirSync(directory, { recursive: true });
  const descriptor = openSync(file, constants.O_RDWR | constants.O_CREAT, 0o600);
  try {
    if (fstatSync(descriptor).size !== size) return false;
    const there = new Uint8Array(tail.length);
    readSync(descriptor, there, 0, there.length, at - tail.length);
    if (!equalBytes(there, tail)) return false;
    if (size > at) ftruncateSync(descriptor, at);
    for (let written = 0; written < bytes.length; )
      written += writeSync(descriptor, bytes, written, bytes.length - written, at + written);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  if (at === 0) flushDirectory(directory);
  return true;
}
