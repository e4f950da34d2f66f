/**
 * Reads records whose fields are known straight from their one canonical form (RFC 8949 section 4.2.1): what every event
 * of a log is gone through with, at each start and each verification. The general decoder takes ten times as long.
 */

const MAP = 0xa0;
const [FALSE, TRUE] = [0xf4, 0xf5];
const BYTES_IN_ONE = 0x58;
const TEXT = 0x60;
const TEXT_IN_ONE = 0x78;
const LARGEST_SHORT = 23;
const LONGEST_TEXT = 64;

const LATELY = 64;
const lately: string[] = [];

/** A key of at most 23 characters of one byte, as it stands in a record. */
export function encodeKey(key: string): Buffer {
  return Buffer.from([TEXT + key.length, ...Buffer.from(key, 'latin1')]);
}

/** Past the first thing that is not as it has to be it reads nothing more. */
export class CanonicalReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** The beginning of a record of this many fields, at most 23. */
  map(fields: number): boolean {
    if (this.#bytes[this.#at] !== MAP + fields) return this.#fail(false);
    this.#at += 1;
    return true;
  }

  /** The beginning of a record, whatever number of fields it has, up to 23. */
  anyMap(): boolean {
    const first = this.#bytes[this.#at] ?? 0;
    if (first < MAP || first > MAP + LARGEST_SHORT) return this.#fail(false);
    this.#at += 1;
    return true;
  }

  /** @param key As `encodeKey` gives it. */
  key(key: Buffer | undefined): boolean {
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

  /** Of one byte a character, as all identifiers are, and at most 64; empty for anything else. */
  text(): string {
    const first = this.#bytes[this.#at] ?? 0;
    const isLong = first === TEXT_IN_ONE;
    const length = isLong ? (this.#bytes[this.#at + 1] ?? 0) : first - TEXT;
    const start = this.#at + (isLong ? 2 : 1);
    const isShortest = isLong ? length > LARGEST_SHORT : length >= 0 && length <= LARGEST_SHORT;
    if (!isShortest || length > LONGEST_TEXT || start + length > this.#bytes.length) return this.#fail('');
    this.#at = start + length;
    return this.#nameAt(start, length);
  }

  /** The events of a log say the same few names again and again: one that was read lately isn't made anew. */
  #nameAt(start: number, length: number): string {
    const place = (length * 31 + (this.#bytes[start + length - 1] ?? 0)) % LATELY;
    const known = lately[place] ?? '';
    if (known.length === length && this.#says(known, start)) return known;
    const name = this.#bytes.toString('latin1', start, start + length);
    lately[place] = name;
    return name;
  }

  #says(name: string, start: number): boolean {
    for (let i = 0; i < name.length; i += 1) if (this.#bytes[start + i] !== name.charCodeAt(i)) return false;
    return true;
  }

  flag(): boolean | null {
    const byte = this.#bytes[this.#at];
    if (byte !== TRUE && byte !== FALSE) return this.#fail(null);
    this.#at += 1;
    return byte === TRUE;
  }

  /** A byte string of exactly this length, from 24 to 255. Not copied. */
  bytes(count: number): Uint8Array | null {
    const start = this.#at + 2;
    const { buffer, byteOffset, length } = this.#bytes;
    const isThere = this.#bytes[this.#at] === BYTES_IN_ONE && this.#bytes[this.#at + 1] === count;
    if (!isThere || start + count > length) return this.#fail(null);
    this.#at = start + count;
    return new Uint8Array(buffer, byteOffset + start, count);
  }

  #fail<T>(answer: T): T {
    this.#at = this.#bytes.length + 1;
    return answer;
  }
}
