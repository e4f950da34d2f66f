import { readSync } from 'node:fs';

/** So many bytes of an open file from a place on; fewer where it ends before. */
export function readAt(descriptor: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const count = readSync(descriptor, bytes, done, length - done, position + done);
    if (count === 0) return bytes.subarray(0, done);
    done += count;
  }
  return bytes;
}
