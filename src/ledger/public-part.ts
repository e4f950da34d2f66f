import { err, ok, type Result } from '../domain/result.ts';
import { EVENT_KINDS, EVENT_VERSION, HASH_BYTES, isIdentifier, type PublicPart } from './event.ts';

/**
 * The public part read straight from its one canonical form (RFC 8949 section 4.2.1): its fields are known, so their
 * order is, and each has one encoding. At a start and at every verification this is done for each event of a log; the
 * general decoder, with encoding again to compare, takes eight times as long.
 */

/** Keys in the order of their encodings: the shorter first, then by their bytes. */
const KEYS = [
  ...['v', 'seq', 'kind', 'mock', 'prev', 'epoch', 'device', 'period', 'station', 'election'],
  ...['centreCommitment', 'privateCommitment'],
].map((key) => Buffer.from([0x60 + key.length, ...Buffer.from(key, 'latin1')]));
const MAP = 0xa0 + KEYS.length;
const [FALSE, TRUE] = [0xf4, 0xf5];
const BYTES_IN_ONE = 0x58;
const TEXT = 0x60;
const TEXT_IN_ONE = 0x78;
const LARGEST_SHORT = 23;
const LONGEST_TEXT = 64;

/** Refuses an unknown version, an unknown or missing field, a wrong type, and any non-canonical byte. */
export function decodePublicPart(bytes: Uint8Array): Result<PublicPart, { readonly code: 'malformed' }> {
  const part = readPublicPart(bytes);
  return part === null ? err({ code: 'malformed' }) : ok(part);
}

/** Null for any bytes but those that the part with these very values is encoded as. */
function readPublicPart(bytes: Uint8Array): PublicPart | null {
  const reader = new Reader(bytes);
  if (!reader.takes(MAP)) return null;
  const v = reader.key(0) ? reader.count() : -1;
  const seq = reader.key(1) ? reader.count() : -1;
  const kindText = reader.key(2) ? reader.text() : '';
  const mock = reader.key(3) ? reader.flag() : null;
  const prev = reader.key(4) ? reader.hash() : null;
  const epoch = reader.key(5) ? reader.count() : -1;
  const device = reader.key(6) ? reader.text() : '';
  const period = reader.key(7) ? reader.count() : -1;
  const station = reader.key(8) ? reader.text() : '';
  const election = reader.key(9) ? reader.text() : '';
  const centreCommitment = reader.key(10) ? reader.hash() : null;
  const privateCommitment = reader.key(11) ? reader.hash() : null;
  const kind = EVENT_KINDS.find((known) => known === kindText);
  if (!reader.isAtEnd() || v !== EVENT_VERSION || seq < 1 || epoch < 1 || period < 0) return null;
  if (mock === null || kind === undefined) return null;
  if (prev === null || centreCommitment === null || privateCommitment === null) return null;
  if (!isIdentifier(election) || !isIdentifier(station) || !isIdentifier(device)) return null;
  return {
    ...{ v, election, station, device, mock, epoch, seq, kind, period },
    ...{ prev, centreCommitment, privateCommitment },
  };
}

/** Past the first thing that is not as it has to be it reads nothing more. */
class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  takes(byte: number): boolean {
    if (this.#bytes[this.#at] !== byte) return this.#fail(false);
    this.#at += 1;
    return true;
  }

  key(index: number): boolean {
    const key = KEYS[index];
    const end = this.#at + (key?.length ?? 0);
    if (key === undefined || end > this.#bytes.length) return this.#fail(false);
    for (let i = 0; i < key.length; i += 1)
      if (this.#bytes[this.#at + i] !== key[i]) return this.#fail(false);
    this.#at = end;
    return true;
  }

  /** An unsigned number in the shortest of its forms; -1 for anything else. */
  count(): number {
    const first = this.#bytes[this.#at] ?? 0xff;
    if (first <= LARGEST_SHORT) {
      this.#at += 1;
      return first;
    }
    const width = first >= 0x18 && first <= 0x1b ? 2 ** (first - 0x18) : 0;
    if (width === 0 || this.#at + 1 + width > this.#bytes.length) return this.#fail(-1);
    let value = 0;
    for (let i = 1; i <= width; i += 1) value = value * 256 + (this.#bytes[this.#at + i] ?? 0);
    const least = width === 1 ? LARGEST_SHORT + 1 : 2 ** (4 * width);
    if (value < least || !Number.isSafeInteger(value)) return this.#fail(-1);
    this.#at += 1 + width;
    return value;
  }

  /** Of one byte a character, as all identifiers are; empty for anything else. */
  text(): string {
    const first = this.#bytes[this.#at] ?? 0;
    const isLong = first === TEXT_IN_ONE;
    const length = isLong ? (this.#bytes[this.#at + 1] ?? 0) : first - TEXT;
    const start = this.#at + (isLong ? 2 : 1);
    const isShortest = isLong ? length > LARGEST_SHORT : length >= 0 && length <= LARGEST_SHORT;
    if (!isShortest || length > LONGEST_TEXT || start + length > this.#bytes.length) return this.#fail('');
    this.#at = start + length;
    return this.#bytes.toString('latin1', start, this.#at);
  }

  flag(): boolean | null {
    const byte = this.#bytes[this.#at];
    if (byte !== TRUE && byte !== FALSE) return this.#fail(null);
    this.#at += 1;
    return byte === TRUE;
  }

  hash(): Uint8Array | null {
    const start = this.#at + 2;
    const { buffer, byteOffset, length } = this.#bytes;
    const isHash = this.#bytes[this.#at] === BYTES_IN_ONE && this.#bytes[this.#at + 1] === HASH_BYTES;
    if (!isHash || start + HASH_BYTES > length) return this.#fail(null);
    this.#at = start + HASH_BYTES;
    return new Uint8Array(buffer, byteOffset + start, HASH_BYTES);
  }

  #fail<T>(answer: T): T {
    this.#at = this.#bytes.length + 1;
    return answer;
  }
}
