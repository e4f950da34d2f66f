import { createHash } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { err, ok, type Result } from '../../domain/result.ts';
import { sealRecord } from '../../store/keys.ts';
import {
  ENTRY_BYTES,
  MARK,
  PREFIX_BYTES,
  TRAILER_BYTES,
  type VisitorHeader,
  writeEntry,
} from './visitor-file-layout.ts';
import { LOCATOR_BYTES, recordKeyOf, releaseOf, tokenKeyOf, visitorReference } from './visitor-keys.ts';
import { sealVisitorRecord, type VisitorRecord } from './visitor-record.ts';

export interface WriteVisitorFileOptions {
  readonly file: string;
  /** The stations' half; see visitor-keys.ts. */
  readonly visitorKey: Uint8Array;
  /** The centre's half. */
  readonly releaseKey: Uint8Array;
  readonly about: Pick<VisitorHeader, 'electionId' | 'mock' | 'stations' | 'voters'>;
  /** One at a time: a country doesn't fit in memory. */
  readonly records: Iterable<VisitorRecord> | AsyncIterable<VisitorRecord>;
  readonly onRecord?: (done: number) => void;
}

export interface VisitorFileSummary {
  readonly voters: number;
  readonly entries: number;
  readonly bytes: number;
}

/** Seals what the centre serves of voters who come to another station; whole or not at all. */
export async function writeVisitorFile(
  options: WriteVisitorFileOptions,
): Promise<Result<VisitorFileSummary, 'already-exists' | 'cannot-write'>> {
  const { file } = options;
  if (existsSync(file)) return err('already-exists');
  const unfinished = `${file}.unfinished`;
  try {
    const descriptor = openSync(unfinished, 'w', 0o600);
    try {
      const summary = await write(descriptor, options);
      fsyncSync(descriptor);
      renameSync(unfinished, file);
      return ok(summary);
    } finally {
      closeSync(descriptor);
    }
  } catch (cause) {
    rmSync(unfinished, { force: true });
    if (cause instanceof Error && 'syscall' in cause) return err('cannot-write');
    throw cause;
  }
}

async function write(descriptor: number, options: WriteVisitorFileOptions): Promise<VisitorFileSummary> {
  const { visitorKey, releaseKey, about, records, onRecord } = options;
  const header = Buffer.from(JSON.stringify(about), 'utf8');
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.write(MARK, 0, 'latin1');
  prefix.writeUInt32LE(header.length, MARK.length);
  const hash = createHash('sha256').update(prefix).update(header);
  const out = new BufferedFile(descriptor);
  out.write(prefix);
  out.write(header);
  const entries = new Entries();
  let voters = 0;
  for await (const record of records) {
    const { voter, token } = record;
    for (const { number } of voter.documents) {
      const { locator, half } = visitorReference(visitorKey, voter.personalNumber, number);
      const place = { electionId: about.electionId, locator };
      const recordKey = recordKeyOf(half, releaseOf(releaseKey, locator));
      const sealedToken = sealRecord(
        tokenKeyOf(releaseKey, locator),
        Buffer.from(token ?? ' '.repeat(22), 'latin1'),
        locator,
      );
      const sealed = sealVisitorRecord(recordKey, record, place);
      const length = sealedToken.length + sealed.length;
      entries.add(locator, { start: out.position, length, district: voter.districtNumber });
      out.write(sealedToken);
      out.write(sealed);
    }
    voters += 1;
    onRecord?.(voters);
  }
  const trailer = Buffer.alloc(TRAILER_BYTES);
  trailer.writeUIntLE(out.position, 0, 6);
  trailer.writeUInt32LE(entries.count, 6);
  const sorted = entries.sorted();
  hash.update(sorted).digest().copy(trailer, 10);
  out.write(sorted);
  out.write(trailer);
  out.flush();
  return { voters, entries: entries.count, bytes: out.position };
}

const FIRST_ENTRIES = 1024;

class Entries {
  #bytes = Buffer.alloc(FIRST_ENTRIES * ENTRY_BYTES);
  count = 0;

  add(locator: Uint8Array, entry: Parameters<typeof writeEntry>[3]): void {
    if ((this.count + 1) * ENTRY_BYTES > this.#bytes.length)
      this.#bytes = Buffer.concat([this.#bytes, Buffer.alloc(this.#bytes.length)]);
    writeEntry(this.#bytes, this.count * ENTRY_BYTES, locator, entry);
    this.count += 1;
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

const PIECE = 1 << 20;

/** Millions of small writes become few large ones. */
class BufferedFile {
  readonly #descriptor: number;
  readonly #piece = Buffer.alloc(PIECE);
  #filled = 0;
  position = 0;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const take = Math.min(PIECE - this.#filled, bytes.length - at);
      this.#piece.set(bytes.subarray(at, at + take), this.#filled);
      this.#filled += take;
      at += take;
      if (this.#filled === PIECE) this.flush();
    }
    this.position += bytes.length;
  }

  flush(): void {
    for (let at = 0; at < this.#filled; )
      at += writeSync(this.#descriptor, this.#piece, at, this.#filled - at);
    this.#filled = 0;
  }
}
