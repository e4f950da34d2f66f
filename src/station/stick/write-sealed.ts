import { closeSync, fstatSync, fsyncSync, ftruncateSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { Encrypter } from 'age-encryption';
import { flushDirectory } from '../../store/write-whole.ts';

/** Seals bytes to the members' keys (https://c2sp.org/age): any one of them opens it, with `age -d` as well. */
export async function seal(recipients: readonly string[], bytes: Uint8Array): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  return encrypter.encrypt(bytes);
}

/**
 * Goes on in a file behind its first `at` bytes, flushed; what stands there beyond them was never whole.
 * @returns false where the file is shorter: it is another one.
 */
export function appendAt(file: string, at: number, bytes: Uint8Array): boolean {
  const directory = dirname(file);
  mkdirSync(directory, { recursive: true });
  const descriptor = openSync(file, at === 0 ? 'w' : 'r+', 0o600);
  try {
    const { size } = fstatSync(descriptor);
    if (size < at) return false;
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
