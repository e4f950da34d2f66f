import { createHash, timingSafeEqual } from 'node:crypto';
import { closeSync, fstatSync, openSync } from 'node:fs';
import { isParticipationToken, type ParticipationToken } from '../../domain/participation-token.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { openRecord } from '../../store/keys.ts';
import { readAt } from '../read-at.ts';
import {
  ENTRY_BYTES,
  LONGEST_HEADER,
  LONGEST_SEALED,
  MARK,
  PREFIX_BYTES,
  readEntry,
  SEALED_TOKEN_BYTES,
  TRAILER_BYTES,
  type VisitorEntry,
  type VisitorHeader,
  visitorHeaderSchema,
} from './visitor-file-layout.ts';
import { LOCATOR_BYTES, tokenKeyOf } from './visitor-keys.ts';

export type VisitorFileError = 'visitors-unreadable' | 'visitors-malformed';

/** What the centre gives out of one record. */
export interface ServedRecord {
  readonly sealed: Uint8Array;
  readonly district: number;
}

/** Opens the file that the centre serves, after its entries were compared with their hash; records are sealed. */
export function openVisitorFile(file: string): Result<VisitorFile, VisitorFileError> {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch {
    return err('visitors-unreadable');
  }
  try {
    const opened = read(descriptor);
    if (!opened.ok) closeSync(descriptor);
    return opened;
  } catch (cause) {
    closeSync(descriptor);
    if (cause instanceof Error && 'syscall' in cause) return err('visitors-unreadable');
    throw cause;
  }
}

function read(descriptor: number): Result<VisitorFile, VisitorFileError> {
  const { size } = fstatSync(descriptor);
  if (size < PREFIX_BYTES + TRAILER_BYTES) return err('visitors-malformed');
  const prefix = readAt(descriptor, 0, PREFIX_BYTES);
  const headerBytes = prefix.readUInt32LE(MARK.length);
  if (prefix.toString('latin1', 0, MARK.length) !== MARK || headerBytes > LONGEST_HEADER)
    return err('visitors-malformed');
  const headerJson = readAt(descriptor, PREFIX_BYTES, headerBytes);
  const trailer = readAt(descriptor, size - TRAILER_BYTES, TRAILER_BYTES);
  const entriesAt = trailer.readUIntLE(0, 6);
  const count = trailer.readUInt32LE(6);
  if (entriesAt + count * ENTRY_BYTES + TRAILER_BYTES !== size) return err('visitors-malformed');
  const hash = createHash('sha256').update(prefix).update(headerJson);
  for (let at = entriesAt; at < size - TRAILER_BYTES; ) {
    const piece = readAt(descriptor, at, Math.min(1 << 20, size - TRAILER_BYTES - at));
    if (piece.length === 0) return err('visitors-malformed');
    hash.update(piece);
    at += piece.length;
  }
  if (!timingSafeEqual(hash.digest(), trailer.subarray(10))) return err('visitors-malformed');
  const header = visitorHeaderSchema.safeParse(parse(headerJson));
  return header.success
    ? ok(new VisitorFile({ descriptor, header: header.data, entriesAt, count }))
    : err('visitors-malformed');
}

interface OpenFile {
  readonly descriptor: number;
  readonly header: VisitorHeader;
  readonly entriesAt: number;
  readonly count: number;
}

/** Sealed records by locator. Nothing in here can open one. */
export class VisitorFile {
  readonly #file: OpenFile;

  constructor(file: OpenFile) {
    this.#file = file;
  }

  get header(): VisitorHeader {
    return this.#file.header;
  }

  /** The district of a station at which visitors may be identified; null for any other. */
  districtOf(station: number): number | null {
    return this.#file.header.stations.find(({ number }) => number === station)?.district ?? null;
  }

  find(locator: Uint8Array): ServedRecord | null {
    const entry = this.#entry(locator);
    if (entry === null) return null;
    const record = this.#record(entry);
    return { sealed: new Uint8Array(record.subarray(SEALED_TOKEN_BYTES)), district: entry.district };
  }

  /** The token of whom a claim is about; null where there is none, or the key is another one. */
  token(locator: Uint8Array, releaseKey: Uint8Array): ParticipationToken | null {
    const entry = this.#entry(locator);
    if (entry === null) return null;
    const sealed = this.#record(entry).subarray(0, SEALED_TOKEN_BYTES);
    const opened = openRecord(tokenKeyOf(releaseKey, locator), sealed, locator);
    const token = opened.ok ? Buffer.from(opened.value).toString('latin1') : '';
    return isParticipationToken(token) ? token : null;
  }

  close(): void {
    closeSync(this.#file.descriptor);
  }

  #entry(locator: Uint8Array): VisitorEntry | null {
    if (locator.length !== LOCATOR_BYTES) return null;
    const { descriptor, entriesAt, count } = this.#file;
    let [low, high] = [0, count];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const entry = readAt(descriptor, entriesAt + middle * ENTRY_BYTES, ENTRY_BYTES);
      const order = Buffer.compare(entry.subarray(0, LOCATOR_BYTES), locator);
      if (order === 0) return readEntry(entry);
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return null;
  }

  #record({ start, length }: VisitorEntry): Buffer {
    return readAt(this.#file.descriptor, start, Math.min(length, LONGEST_SEALED));
  }
}

function parse(json: Buffer): unknown {
  try {
    return JSON.parse(json.toString('utf8'));
  } catch {
    return null;
  }
}
