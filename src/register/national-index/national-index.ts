import { createHash, timingSafeEqual } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { throwIllegalValue } from '../../domain/assert.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { VoterStanding } from '../../domain/voter.ts';
import { readAt } from '../read-at.ts';
import type { NationalIndexReference, RegisterInfo, RegisterStation } from '../register-source.ts';
import { type VisitorReference, visitorKeyOf, visitorReference } from '../visitors/visitor-keys.ts';
import { BUCKETS, bucketOf, ENTRY_BYTES, entryDigest, findEntry, visitorId } from './index-entry.ts';
import {
  type IndexHeader,
  type IndexVersion,
  indexHeaderSchema,
  indexVersion,
  LONGEST_HEADER,
  MARK,
  PREFIX_BYTES,
} from './index-header.ts';

/** The index lies beside the register, under this name. */
export const NATIONAL_INDEX_FILE = 'national.index';

/** Why a national index can't be used. No variant carries personal data. */
export type NationalIndexError =
  | { readonly code: 'index-missing' }
  /** The disk; a system error's name. */
  | { readonly code: 'index-unreadable'; readonly problem: string }
  /** Not the file that the register was made with, or a byte of it changed. */
  | { readonly code: 'index-differs' }
  | { readonly code: 'index-malformed' }
  /** Made by an older program: its entries don't say which ballots somebody gets. */
  | { readonly code: 'index-of-older-program' }
  | { readonly code: 'index-of-newer-program' }
  | { readonly code: 'index-of-other-election' };

/** A voter of another station: all that a laptop may know of one. */
export interface VoterElsewhere {
  readonly station: RegisterStation;
  readonly standing: VoterStanding;
  /** Ids of the procedure's receipts; none for a foreign address. */
  readonly ballotStyles: readonly string[];
}

export interface OpenNationalIndexOptions {
  readonly file: string;
  /** From the register, which only an unlocked station reads. */
  readonly reference: NationalIndexReference;
  readonly expected: Pick<RegisterInfo, 'electionId' | 'mock'>;
}

/** Which version the index in a file is of, without a key; `none` also where it can't be read. */
export function indexVersionOf(file: string): IndexVersion {
  let descriptor: number | null = null;
  try {
    descriptor = openSync(file, 'r');
    return indexVersion(readAt(descriptor, 0, MARK.length).toString('latin1'));
  } catch (cause) {
    systemErrorOf(cause);
    return 'none';
  } finally {
    if (descriptor !== null) closeSync(descriptor);
  }
}

/** Opens an index after its every byte was compared with the hash that the register was made with. */
export function openNationalIndex(
  options: OpenNationalIndexOptions,
): Result<NationalIndex, NationalIndexError> {
  let descriptor: number | null = null;
  try {
    descriptor = openSync(options.file, 'r');
    const opened = read(descriptor, options);
    if (!opened.ok) closeSync(descriptor);
    return opened;
  } catch (cause) {
    if (descriptor !== null) closeSync(descriptor);
    const problem = systemErrorOf(cause);
    return err(problem === 'ENOENT' ? { code: 'index-missing' } : { code: 'index-unreadable', problem });
  }
}

function read(
  descriptor: number,
  { reference, expected }: OpenNationalIndexOptions,
): Result<NationalIndex, NationalIndexError> {
  if (!timingSafeEqual(sha256Of(descriptor), reference.sha256)) return err({ code: 'index-differs' });
  const size = fstatSync(descriptor).size;
  const prefix = readAt(descriptor, 0, Math.min(PREFIX_BYTES, size));
  const refused = refusedVersion(prefix);
  if (refused !== null) return err(refused);
  const headerBytes = prefix.readUInt32LE(MARK.length);
  const startsAt = PREFIX_BYTES + headerBytes;
  const entriesAt = startsAt + (BUCKETS + 1) * 4;
  if (headerBytes > LONGEST_HEADER || entriesAt > size) return err({ code: 'index-malformed' });
  const header = parseHeader(readAt(descriptor, PREFIX_BYTES, headerBytes));
  if (header === null || entriesAt + header.entries * ENTRY_BYTES !== size)
    return err({ code: 'index-malformed' });
  if (header.electionId !== expected.electionId || header.mock !== expected.mock)
    return err({ code: 'index-of-other-election' });
  const starts = readAt(descriptor, startsAt, (BUCKETS + 1) * 4);
  for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
    const end = starts.readUInt32LE((bucket + 1) * 4);
    if (starts.readUInt32LE(bucket * 4) > end || end > header.entries)
      return err({ code: 'index-malformed' });
  }
  const key = new Uint8Array(reference.key);
  return ok(new NationalIndex({ descriptor, header, starts, entriesAt, key }));
}

interface OpenIndex {
  readonly descriptor: number;
  readonly header: IndexHeader;
  readonly starts: Buffer;
  readonly entriesAt: number;
  readonly key: Uint8Array;
}

/** The voters of all stations by personal number and document number together, one at a time. */
export class NationalIndex {
  readonly #index: OpenIndex;
  #isClosed = false;

  constructor(index: OpenIndex) {
    this.#index = index;
  }

  info(): Pick<IndexHeader, 'electionId' | 'voters' | 'entries'> & { readonly stations: number } {
    const { electionId, voters, entries, stations } = this.#index.header;
    return { electionId, voters, entries, stations: stations.length };
  }

  /** Where the holder of this document votes, or null for nobody's. */
  lookUp(personalNumber: string, documentNumber: string): Result<VoterElsewhere | null, NationalIndexError> {
    const { descriptor, header, starts, entriesAt, key } = this.#index;
    const digest = entryDigest(key, personalNumber, documentNumber);
    const bucket = bucketOf(digest);
    const start = starts.readUInt32LE(bucket * 4);
    const end = starts.readUInt32LE((bucket + 1) * 4);
    try {
      const bytes = readAt(descriptor, entriesAt + start * ENTRY_BYTES, (end - start) * ENTRY_BYTES);
      const found = findEntry(digest, bytes);
      const station = found === null ? undefined : header.stations[found.station];
      const ballotStyles = found === null ? undefined : header.ballots[found.ballots];
      if (found === null || station === undefined || ballotStyles === undefined) return ok(null);
      return ok({ station, standing: found.standing, ballotStyles });
    } catch (cause) {
      return err({ code: 'index-unreadable', problem: systemErrorOf(cause) });
    }
  }

  /** What the holder of a personal number is known by here; see index-entry.ts. */
  visitorId(personalNumber: string): string {
    return visitorId(this.#index.key, personalNumber);
  }

  /** Where the sealed record of this document's holder lies at the centre, and the station's half of its key. */
  visitorReference(personalNumber: string, documentNumber: string): VisitorReference {
    const key = visitorKeyOf(this.#index.key);
    const reference = visitorReference(key, personalNumber, documentNumber);
    key.fill(0);
    return reference;
  }

  /** Whom claims about visitors without a record are sealed to; null where no centre takes any. */
  get claims(): string | null {
    return this.#index.header.claims ?? null;
  }

  close(): void {
    // Twice would close whatever file has got the number meanwhile.
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#index.key.fill(0);
    closeSync(this.#index.descriptor);
  }
}

/** Why a file that begins so can't be read, or null. */
function refusedVersion(prefix: Buffer): NationalIndexError | null {
  if (prefix.length < PREFIX_BYTES) return { code: 'index-malformed' };
  const version = indexVersion(prefix.toString('latin1', 0, MARK.length));
  switch (version) {
    case 'ours':
      return null;
    case 'older':
      return { code: 'index-of-older-program' };
    case 'newer':
      return { code: 'index-of-newer-program' };
    case 'none':
      return { code: 'index-malformed' };
    default:
      return throwIllegalValue(version);
  }
}

const PIECE = 1 << 20;

function sha256Of(descriptor: number): Buffer {
  const hash = createHash('sha256');
  const piece = Buffer.alloc(PIECE);
  for (let at = 0; ; ) {
    const count = readSync(descriptor, piece, 0, PIECE, at);
    if (count === 0) return hash.digest();
    hash.update(piece.subarray(0, count));
    at += count;
  }
}

function parseHeader(json: Buffer): IndexHeader | null {
  try {
    const parsed = indexHeaderSchema.safeParse(JSON.parse(json.toString('utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

function systemErrorOf(cause: unknown): string {
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code;
  throw cause;
}
