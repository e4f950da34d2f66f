import { createHash } from 'node:crypto';
import { fsyncSync, writeSync } from 'node:fs';
import type { SealedPiece } from './seal-visitors.ts';
import {
  ENTRY_BYTES,
  MARK,
  moveEntry,
  PREFIX_BYTES,
  TRAILER_BYTES,
  type VisitorHeader,
} from './visitor-file-layout.ts';
import { LOCATOR_BYTES } from './visitor-keys.ts';

export interface VisitorFileSummary {
  readonly voters: number;
  readonly entries: number;
  readonly bytes: number;
}

/** Puts pieces into a file one after another, in whatever order they come, and their entries behind them. */
export class VisitorFileWriter {
  readonly #descriptor: number;
  readonly #head: Buffer;
  readonly #entries = new Entries();
  #position: number;
  #voters = 0;

  /** @param descriptor of a file that is empty, or ends with a piece; `add` what is in it with `known` */
  constructor(descriptor: number, about: VisitorHeader) {
    this.#descriptor = descriptor;
    this.#head = headOf(about);
    this.#position = this.#head.length;
  }

  get position(): number {
    return this.#position;
  }

  begin(): void {
    writeAt(this.#descriptor, this.#head, 0);
  }

  add(piece: SealedPiece): void {
    writeAt(this.#descriptor, piece.records, this.#position);
    this.known(piece.voters, piece.entries, piece.records.length);
  }

  /** A piece that is in the file already. */
  known(voters: number, entries: Uint8Array, recordBytes: number): void {
    this.#entries.add(entries, this.#position);
    this.#position += recordBytes;
    this.#voters += voters;
  }

  /** The entries by locator and the trailer: the file is whole, and on the disk. */
  finish(): VisitorFileSummary {
    const trailer = Buffer.alloc(TRAILER_BYTES);
    trailer.writeUIntLE(this.#position, 0, 6);
    trailer.writeUInt32LE(this.#entries.count, 6);
    const sorted = this.#entries.sorted();
    createHash('sha256').update(this.#head).update(sorted).digest().copy(trailer, 10);
    writeAt(this.#descriptor, sorted, this.#position);
    writeAt(this.#descriptor, trailer, this.#position + sorted.length);
    fsyncSync(this.#descriptor);
    const bytes = this.#position + sorted.length + trailer.length;
    return { voters: this.#voters, entries: this.#entries.count, bytes };
  }
}

function headOf(about: VisitorHeader): Buffer {
  const header = Buffer.from(JSON.stringify(about), 'utf8');
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.write(MARK, 0, 'latin1');
  prefix.writeUInt32LE(header.length, MARK.length);
  return Buffer.concat([prefix, header]);
}

export function writeAt(descriptor: number, bytes: Uint8Array, position: number): void {
  for (let at = 0; at < bytes.length; )
    at += writeSync(descriptor, bytes, at, bytes.length - at, position + at);
}

const FIRST_ENTRIES = 1024;

class Entries {
  #bytes = Buffer.alloc(FIRST_ENTRIES * ENTRY_BYTES);
  count = 0;

  /** @param from where the first byte of their piece lies in the file */
  add(entries: Uint8Array, from: number): void {
    const start = this.count * ENTRY_BYTES;
    const end = start + entries.length;
    if (end > this.#bytes.length)
      this.#bytes = Buffer.concat([this.#bytes, Buffer.alloc(Math.max(this.#bytes.length, entries.length))]);
    this.#bytes.set(entries, start);
    for (let at = start; at < end; at += ENTRY_BYTES) moveEntry(this.#bytes, at, from);
    this.count = end / ENTRY_BYTES;
  }

  sorted(): Buffer {
    const { count } = this;
    const bytes = this.#bytes;
    // Six bytes of a keyed hash tell nearly all apart; the rest is compared where they don't.
    const heads = Float64Array.from({ length: count }, (_, entry) =>
      bytes.readUIntBE(entry * ENTRY_BYTES, 6),
    );
    const order = Uint32Array.from({ length: count }, (_, entry) => entry).sort((a, b) => {
      const difference = (heads[a] as number) - (heads[b] as number);
      if (difference !== 0) return difference;
      const [from, to] = [a * ENTRY_BYTES, b * ENTRY_BYTES];
      return bytes.compare(bytes, to, to + LOCATOR_BYTES, from, from + LOCATOR_BYTES);
    });
    const sorted = Buffer.alloc(count * ENTRY_BYTES);
    for (const [place, entry] of order.entries())
      bytes.copy(sorted, place * ENTRY_BYTES, entry * ENTRY_BYTES, (entry + 1) * ENTRY_BYTES);
    return sorted;
  }
}
