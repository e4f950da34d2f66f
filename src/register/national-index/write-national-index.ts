import { createHash, createSecretKey } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { err, ok, type Result } from '../../domain/result.ts';
import type { IndexedPerson } from '../indexed-people.ts';
import type { NationalIndexReference, RegisterStation } from '../register-source.ts';
import { BallotLists } from './ballot-lists.ts';
import {
  BUCKETS,
  bucketOf,
  ENTRY_BYTES,
  entryDigest,
  replaceBallots,
  TAG_BYTES,
  writeEntry,
} from './index-entry.ts';
import { type IndexHeader, MARK, PREFIX_BYTES } from './index-header.ts';

export interface NationalIndexSource {
  readonly electionId: string;
  readonly mock: boolean;
  readonly stations: readonly RegisterStation[];
  readonly voters: Iterable<IndexedPerson>;
  /** Whom stations seal claims about visitors to. */
  readonly claims?: string;
}

export interface WriteNationalIndexOptions {
  readonly file: string;
  /** 32 random bytes; the register of every station gets the same. */
  readonly key: Uint8Array;
  readonly source: NationalIndexSource;
  readonly onVoter?: (done: number) => void;
}

export interface NationalIndexSummary extends NationalIndexReference {
  readonly voters: number;
  readonly entries: number;
  readonly bytes: number;
}

export type WriteIndexError =
  | { readonly code: 'already-exists' }
  /** A voter of a station that isn't among the stations. */
  | { readonly code: 'unknown-station'; readonly stationNumber: number }
  | { readonly code: 'too-many-stations' }
  | { readonly code: 'too-many-ballots' }
  | { readonly code: 'cannot-write' };

/** Stations have two bytes in an entry. */
const MOST_STATIONS = 65_536;

/**
 * Makes the index of all voters by their documents. The key and the voters give the bytes, in whatever order the voters come:
 * whoever has the same register and key can check the file.
 */
export function writeNationalIndex(
  options: WriteNationalIndexOptions,
): Result<NationalIndexSummary, WriteIndexError> {
  const { file, key, source } = options;
  if (existsSync(file)) return err({ code: 'already-exists' });
  if (source.stations.length > MOST_STATIONS) return err({ code: 'too-many-stations' });
  const gathered = gather(options);
  if (!gathered.ok) return gathered;
  const { entries, voters, ballots } = gathered.value;
  const { electionId, mock, stations, claims } = source;
  const header: IndexHeader = {
    ...{ electionId, mock, voters, entries: entries.count, stations: [...stations], ballots },
    ...(claims === undefined ? {} : { claims }),
  };
  const parts = [prefixed(header), entries.starts(), entries.sorted()];
  const written = writeWhole(file, parts);
  if (!written.ok) return written;
  const bytes = parts.reduce((sum, part) => sum + part.length, 0);
  return ok({ key, sha256: written.value, voters, entries: entries.count, bytes });
}

function gather({
  key,
  source,
  onVoter,
}: WriteNationalIndexOptions): Result<
  { entries: Entries; voters: number; ballots: IndexHeader['ballots'] },
  WriteIndexError
> {
  const places = new Map(source.stations.map(({ number }, place) => [number, place]));
  const secret = createSecretKey(key);
  const entries = new Entries();
  const lists = new BallotLists();
  let voters = 0;
  for (const { personalNumber, stationNumber, standing, ballotStyles, documents } of source.voters) {
    const station = places.get(stationNumber);
    if (station === undefined) return err({ code: 'unknown-station', stationNumber });
    const ballots = lists.placeOf(ballotStyles);
    if (ballots === null) return err({ code: 'too-many-ballots' });
    const indexed = { station, standing, ballots };
    for (const { number } of documents) {
      const digest = entryDigest(secret, personalNumber, number);
      entries.add(bucketOf(digest), ballots, (bytes, at) => writeEntry(digest, indexed, bytes, at));
    }
    voters += 1;
    onVoter?.(voters);
  }
  const { sorted, placeAfter } = lists.finish();
  entries.renumberBallots(placeAfter);
  return ok({ entries, voters, ballots: sorted });
}

const FIRST_ENTRIES = 1024;

/** Entries as they come, put into buckets at the end. */
class Entries {
  #bytes = new Uint8Array(FIRST_ENTRIES * ENTRY_BYTES);
  #buckets = new Uint16Array(FIRST_ENTRIES);
  /** As they were numbered when they came. */
  #ballots = new Uint16Array(FIRST_ENTRIES);
  readonly #sizes = new Uint32Array(BUCKETS);
  count = 0;

  add(bucket: number, ballots: number, write: (bytes: Uint8Array, at: number) => void): void {
    if (this.count === this.#buckets.length) this.#grow();
    write(this.#bytes, this.count * ENTRY_BYTES);
    this.#buckets[this.count] = bucket;
    this.#ballots[this.count] = ballots;
    this.#sizes[bucket] = (this.#sizes[bucket] as number) + 1;
    this.count += 1;
  }

  /** @param after The number of each list of ballots that counts, by the one that it came with. */
  renumberBallots(after: readonly number[]): void {
    for (let entry = 0; entry < this.count; entry += 1) {
      const before = this.#ballots[entry] as number;
      replaceBallots(this.#bytes, entry * ENTRY_BYTES, before, after[before] as number);
    }
  }

  starts(): Uint8Array {
    const starts = Buffer.alloc((BUCKETS + 1) * 4);
    let start = 0;
    for (let bucket = 0; bucket <= BUCKETS; bucket += 1) {
      starts.writeUInt32LE(start, bucket * 4);
      start += this.#sizes[bucket] ?? 0;
    }
    return starts;
  }

  /** By bucket, and within one by tag. */
  sorted(): Uint8Array {
    const places = new Uint32Array(BUCKETS);
    for (let bucket = 1; bucket < BUCKETS; bucket += 1) {
      places[bucket] = (places[bucket - 1] as number) + (this.#sizes[bucket - 1] as number);
    }
    const sorted = new Uint8Array(this.count * ENTRY_BYTES);
    for (let entry = 0; entry < this.count; entry += 1) {
      const bucket = this.#buckets[entry] as number;
      const place = places[bucket] as number;
      places[bucket] = place + 1;
      const from = entry * ENTRY_BYTES;
      sorted.set(this.#bytes.subarray(from, from + ENTRY_BYTES), place * ENTRY_BYTES);
    }
    let end = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      const start = end;
      end = places[bucket] as number;
      sortBucket(sorted.subarray(start * ENTRY_BYTES, end * ENTRY_BYTES));
    }
    return sorted;
  }

  #grow(): void {
    const bytes = new Uint8Array(this.#bytes.length * 2);
    bytes.set(this.#bytes);
    this.#bytes = bytes;
    this.#buckets = twice(this.#buckets);
    this.#ballots = twice(this.#ballots);
  }
}

function twice(numbers: Uint16Array<ArrayBuffer>): Uint16Array<ArrayBuffer> {
  const longer = new Uint16Array(numbers.length * 2);
  longer.set(numbers);
  return longer;
}

function sortBucket(bucket: Uint8Array): void {
  if (bucket.length <= ENTRY_BYTES) return;
  const entries = Array.from({ length: bucket.length / ENTRY_BYTES }, (_, entry) =>
    Buffer.from(bucket.slice(entry * ENTRY_BYTES, (entry + 1) * ENTRY_BYTES)),
  ).sort((a, b) => a.compare(b, 0, TAG_BYTES, 0, TAG_BYTES));
  for (const [place, entry] of entries.entries()) bucket.set(entry, place * ENTRY_BYTES);
}

function prefixed(header: IndexHeader): Uint8Array {
  const json = Buffer.from(JSON.stringify(header), 'utf8');
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.write(MARK, 'latin1');
  prefix.writeUInt32LE(json.length, MARK.length);
  return Buffer.concat([prefix, json]);
}

/** Beside its place first, and moved there when it is on the disk. Gives the SHA-256 of what was written. */
function writeWhole(file: string, parts: readonly Uint8Array[]): Result<Uint8Array, WriteIndexError> {
  const unfinished = `${file}.unfinished`;
  const hash = createHash('sha256');
  try {
    const descriptor = openSync(unfinished, 'w', 0o600);
    try {
      for (const part of parts) {
        hash.update(part);
        for (let at = 0; at < part.length; ) at += writeSync(descriptor, part, at);
      }
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(unfinished, file);
    return ok(new Uint8Array(hash.digest()));
  } catch {
    rmSync(unfinished, { force: true });
    return err({ code: 'cannot-write' });
  }
}
