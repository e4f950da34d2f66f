import { encodeCanonical } from '../../ledger/canonical.ts';
import { SIGNATURE_BYTES } from '../../ledger/device-key.ts';
import { EVENT_KINDS, type EventKind, HASH_BYTES, isIdentifier, SALT_BYTES } from '../../ledger/event.ts';
import { MOST_RECORDS_PER_RANGE, type UploadRange, type WireRecord } from '../../ledger/upload-range.ts';

/**
 * Reads an upload range in one pass. Every byte is compared with the canonical form as it goes (constant keys,
 * shortest heads, RFC 8949 section 4.2.1), so nothing has to be encoded again.
 * Null says nothing but "not read here": the ledger's own decoder then gives the verdict and names the fault.
 */
export function readRange(body: Uint8Array): UploadRange | null {
  const cursor = new Cursor(body);
  if (!cursor.passes(RANGE_START) || !cursor.passes(key('hash'))) return null;
  const hash = cursor.byteString(HASH_BYTES);
  const mock = cursor.passes(MOCK) ? true : cursor.passes(REAL) ? false : null;
  if (hash === null || mock === null || !cursor.passes(key('epoch'))) return null;
  const epoch = cursor.count();
  const device = cursor.passes(key('device')) ? cursor.name() : null;
  const lastSeq = cursor.passes(key('lastSeq')) ? cursor.count() : 0;
  if (epoch < 1 || device === null || lastSeq < 1 || !cursor.passes(key('records'))) return null;
  const records = readRecords(cursor);
  const station = cursor.passes(key('station')) ? cursor.name() : null;
  const election = cursor.passes(key('election')) ? cursor.name() : null;
  const firstSeq = cursor.passes(key('firstSeq')) ? cursor.count() : 0;
  const signature = cursor.passes(key('signature')) ? cursor.byteString(SIGNATURE_BYTES) : null;
  if (records === null || station === null || election === null || firstSeq < 1 || signature === null)
    return null;
  if (!cursor.isAtEnd() || records.length !== lastSeq - firstSeq + 1) return null;
  const identity = { election, station, device, mock };
  return { identity, epoch, firstSeq, lastSeq, records, head: { epoch, seq: lastSeq, hash, signature } };
}

function readRecords(cursor: Cursor): WireRecord[] | null {
  const length = cursor.head(ARRAY);
  if (length === null || length > MOST_RECORDS_PER_RANGE) return null;
  const records: WireRecord[] = [];
  for (let i = 0; i < length; i += 1) {
    if (!cursor.passes(RECORD_START)) return null;
    let centre: WireRecord['centre'] = null;
    if (!cursor.passes(NULL)) {
      const salt = cursor.passes(SALT_START) ? cursor.byteString(SALT_BYTES) : null;
      const bytes = cursor.passes(key('bytes')) ? cursor.byteString() : null;
      if (salt === null || bytes === null) return null;
      centre = { salt, bytes };
    }
    const publicBytes = cursor.passes(key('public')) ? cursor.byteString() : null;
    if (publicBytes === null) return null;
    records.push({ publicBytes, centre });
  }
  return records;
}

/** What of an event's public part isn't the same in its whole range. */
export interface ReadPublicPart {
  readonly kind: EventKind;
  readonly prev: Uint8Array;
  readonly centreCommitment: Uint8Array;
}

/** Reads the public parts of one range's events, which may differ only where events of a device do. */
export class PublicPartReader {
  readonly #beforePrev: Uint8Array;
  readonly #afterPrev: Uint8Array;
  readonly #afterPeriod: Uint8Array;

  constructor({ identity, epoch }: Pick<UploadRange, 'identity' | 'epoch'>) {
    const { election, station, device, mock } = identity;
    this.#beforePrev = concat([pair('mock', mock), key('prev')]);
    this.#afterPrev = concat([pair('epoch', epoch), pair('device', device), key('period')]);
    this.#afterPeriod = concat([
      pair('station', station),
      pair('election', election),
      key('centreCommitment'),
    ]);
  }

  /** Null for anything but the canonical bytes of an event of this range at `seq`. */
  read(bytes: Uint8Array, seq: number): ReadPublicPart | null {
    const cursor = new Cursor(bytes);
    if (!cursor.passes(PUBLIC_START) || cursor.count() !== seq) return null;
    const kind = KINDS.find(([, encoded]) => cursor.passes(encoded))?.[0];
    const prev = kind !== undefined && cursor.passes(this.#beforePrev) ? cursor.byteString(HASH_BYTES) : null;
    if (kind === undefined || prev === null || !cursor.passes(this.#afterPrev) || cursor.count() < 0)
      return null;
    const centreCommitment = cursor.passes(this.#afterPeriod) ? cursor.byteString(HASH_BYTES) : null;
    const privateCommitment = cursor.passes(key('privateCommitment')) ? cursor.byteString(HASH_BYTES) : null;
    if (centreCommitment === null || privateCommitment === null || !cursor.isAtEnd()) return null;
    return { kind, prev, centreCommitment };
  }
}

/** Major types of RFC 8949 section 3.1, in the place where they stand. */
const UNSIGNED = 0 << 5;
const BYTE_STRING = 2 << 5;
const TEXT = 3 << 5;
const ARRAY = 4 << 5;
const MAP = 5 << 5;
/** Longest text that is a name. */
const LONGEST_NAME = 64;

class Cursor {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** Steps over exactly these bytes, or stays. */
  passes(expected: Uint8Array): boolean {
    const bytes = this.#bytes;
    const at = this.#at;
    for (let i = 0; i < expected.length; i += 1) if (bytes[at + i] !== expected[i]) return false;
    this.#at = at + expected.length;
    return true;
  }

  /** The argument of a head of this major type in its shortest form; null for any other byte. */
  head(majorType: number): number | null {
    const bytes = this.#bytes;
    const argument = (bytes[this.#at] ?? 0xff) - majorType;
    if (argument < 0 || argument > 27) return null;
    this.#at += 1;
    if (argument < 24) return argument;
    const size = 1 << (argument - 24);
    let value = 0;
    for (let i = 0; i < size; i += 1) value = value * 256 + (bytes[this.#at + i] ?? Number.NaN);
    this.#at += size;
    return value >= (LEAST_OF_SIZE[size] ?? 0) && Number.isSafeInteger(value) ? value : null;
  }

  /** An unsigned number; -1 for anything else. */
  count(): number {
    return this.head(UNSIGNED) ?? -1;
  }

  /** A view, no copy; null for anything but a byte string, of this length where one is given. */
  byteString(length?: number): Uint8Array | null {
    const found = this.head(BYTE_STRING);
    if (found === null || (length !== undefined && found !== length)) return null;
    return this.#take(found);
  }

  name(): string | null {
    const length = this.head(TEXT);
    const bytes = length === null || length > LONGEST_NAME ? null : this.#take(length);
    if (bytes === null) return null;
    const text = Buffer.from(bytes).toString('latin1');
    return isIdentifier(text) ? text : null;
  }

  #take(length: number): Uint8Array | null {
    const end = this.#at + length;
    if (end > this.#bytes.length) return null;
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}

/** By the size of an argument in bytes, the least value that needs it. */
const LEAST_OF_SIZE: Readonly<Record<number, number>> = { 1: 24, 2: 2 ** 8, 4: 2 ** 16, 8: 2 ** 32 };

const KEYS = new Map<string, Uint8Array>();

/** The encoded key of a map. */
function key(name: string): Uint8Array {
  const known = KEYS.get(name);
  if (known !== undefined) return known;
  const encoded = encodeCanonical({ [name]: null }).slice(1, -1);
  KEYS.set(name, encoded);
  return encoded;
}

/** A key of a map and its value, encoded. */
function pair(name: string, value: unknown): Uint8Array {
  return encodeCanonical({ [name]: value }).slice(1);
}

function concat(pieces: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(pieces));
}

const NULL = Uint8Array.of(0xf6);
const MOCK = pair('mock', true);
const REAL = pair('mock', false);
const RANGE_START = concat([Uint8Array.of(MAP | 11), pair('v', 1)]);
const RECORD_START = concat([Uint8Array.of(MAP | 2), key('centre')]);
const SALT_START = concat([Uint8Array.of(MAP | 2), key('salt')]);
const PUBLIC_START = concat([Uint8Array.of(MAP | 12), pair('v', 1), key('seq')]);
const KINDS = EVENT_KINDS.map((kind) => [kind, pair('kind', kind)] as const);
