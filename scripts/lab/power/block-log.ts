import { closeSync, openSync, readSync } from 'node:fs';
import { assert } from '../../../src/domain/assert.ts';

/**
 * What reached a block device and in which order, as QEMU's blklogwrites writes it: the format of Linux's
 * dm-log-writes (Documentation/admin-guide/device-mapper/log-writes.rst, struct log_write_super and _entry).
 */
export interface BlockWrite {
  /** Byte offset on the device. */
  readonly at: number;
  readonly bytes: Buffer;
  /** Everything before this has to be on the medium when it has returned. */
  readonly flush: boolean;
  /** This itself is on the medium when it has returned. */
  readonly forced: boolean;
}

const MAGIC = 0x6a736677736872n;
const SECTOR = 512;
const FLUSH = 1n;
const FORCED = 2n;
const DISCARD = 4n;

/** Entries so far; after each flush QEMU brings this number up to date. */
export function countEntries(log: Buffer): number {
  assert(log.readBigUInt64LE(0) === MAGIC, 'a log of block writes');
  return Number(log.readBigUInt64LE(16));
}

export function readBlockLog(file: string): BlockWrite[] {
  const descriptor = openSync(file, 'r');
  try {
    const read = (at: number, length: number): Buffer => {
      const bytes = Buffer.alloc(length);
      readSync(descriptor, bytes, 0, length, at);
      return bytes;
    };
    const entries = countEntries(read(0, SECTOR));
    const writes: BlockWrite[] = [];
    let at = SECTOR;
    for (let i = 0; i < entries; i += 1) {
      const entry = read(at, SECTOR);
      at += SECTOR;
      const flags = entry.readBigUInt64LE(16);
      const isDiscard = (flags & DISCARD) !== 0n;
      const length = isDiscard ? 0 : Number(entry.readBigUInt64LE(8)) * SECTOR;
      writes.push({
        at: Number(entry.readBigUInt64LE(0)) * SECTOR,
        bytes: read(at, length),
        flush: (flags & FLUSH) !== 0n,
        forced: (flags & FORCED) !== 0n,
      });
      at += length;
    }
    return writes;
  } finally {
    closeSync(descriptor);
  }
}

/**
 * What is on the medium when the power goes after the first `count` writes: everything up to the last flush, and of
 * what came later each write with an even chance, as a drive's own cache keeps it. Called with rising counts.
 */
export class CutDisk {
  readonly #writes: readonly BlockWrite[];
  /** What is certain: everything up to the last flush so far. */
  readonly #certain: Buffer;
  #flushed = 0;

  constructor(writes: readonly BlockWrite[], size: number) {
    this.#writes = writes;
    this.#certain = Buffer.alloc(size);
  }

  image(count: number, random: () => number): Buffer {
    let lastFlush = this.#flushed;
    for (let i = this.#flushed; i < count; i += 1) if (this.#writes[i]?.flush === true) lastFlush = i + 1;
    for (let i = this.#flushed; i < lastFlush; i += 1) this.#apply(this.#certain, i);
    this.#flushed = lastFlush;
    const image = Buffer.from(this.#certain);
    for (let i = lastFlush; i < count; i += 1) {
      if (this.#writes[i]?.forced === true || random() < 0.5) this.#apply(image, i);
    }
    return image;
  }

  #apply(image: Buffer, index: number): void {
    const write = this.#writes[index];
    if (write !== undefined) write.bytes.copy(image, write.at);
  }
}
