import { encode } from 'cborg';
import { assert } from '../domain/assert.ts';

/**
 * Writes deterministic CBOR (RFC 8949 section 4.2.1) of plain records: what every act is hashed, sealed and sent as, three
 * to ten times an act. The general encoder makes an object of each value before it writes one, which took a third of
 * the time that an act's sealing takes; the tests hold this one to it, byte for byte.
 */

/** Major types (RFC 8949 section 3.1), in the high three bits of the first byte. */
const UNSIGNED = 0x00;
const NEGATIVE = 0x20;
const BYTES = 0x40;
const TEXT = 0x60;
const ARRAY = 0x80;
const MAP = 0xa0;
const FALSE = 0xf4;
const TRUE = 0xf5;
const NULL = 0xf6;
const DOUBLE = 0xfb;

const PLAIN_VALUES_ONLY = 'a canonical record holds plain values only';

/** The longest head: a byte, and eight for a length or a number. */
const MOST_HEAD_BYTES = 9;

/** Grows with what is written, and is used again; what is in it is copied out, and overwritten by the next. */
let room = Buffer.alloc(4096);
let end = 0;

/**
 * Shortest forms, definite lengths, map keys in byte order. Throws on what has no form of its own in a record, so that
 * CBOR would have to leave it out or to make it up: undefined, no number, a function, an object with a class of its own.
 */
export function encodeCanonical(record: Readonly<Record<string, unknown>>): Uint8Array {
  end = 0;
  write(record);
  return new Uint8Array(room.subarray(0, end));
}

function write(value: unknown): void {
  if (typeof value === 'string') writeText(value);
  else if (typeof value === 'number') writeNumber(value);
  else if (value === null) writeByte(NULL);
  else if (typeof value === 'boolean') writeByte(value ? TRUE : FALSE);
  else if (value instanceof Uint8Array) writeBytes(value);
  else if (Array.isArray(value)) writeArray(value);
  else writeMap(value);
}

function writeBytes(bytes: Uint8Array): void {
  writeHead(BYTES, bytes.length);
  append(bytes);
}

function writeArray(items: readonly unknown[]): void {
  writeHead(ARRAY, items.length);
  for (const item of items) write(item);
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function writeMap(record: unknown): void {
  assert(isPlain(record), PLAIN_VALUES_ONLY);
  const keys = Object.keys(record);
  writeHead(MAP, keys.length);
  for (const key of keys.sort(compareKeys)) {
    writeText(key);
    write(record[key]);
  }
}

/** By their encoded bytes, where the length comes first. */
function compareKeys(a: string, b: string): number {
  if (!isAscii(a) || !isAscii(b)) return compareEncoded(a, b);
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : 1;
}

function compareEncoded(a: string, b: string): number {
  const [left, right] = [Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8')];
  return left.length - right.length || Buffer.compare(left, right);
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}

function writeText(text: string): void {
  const length = Buffer.byteLength(text, 'utf8');
  writeHead(TEXT, length);
  makeRoom(length);
  room.write(text, end, length, 'utf8');
  end += length;
}

function writeNumber(value: number): void {
  if (!Number.isSafeInteger(value)) writeFloat(value);
  else if (value >= 0) writeHead(UNSIGNED, value);
  else writeHead(NEGATIVE, -1 - value);
}

/** Eight bytes where fewer would change it; what has a shorter form is rare. */
function writeFloat(value: number): void {
  assert(Number.isFinite(value), PLAIN_VALUES_ONLY);
  if (Math.fround(value) === value) {
    append(encode(value));
    return;
  }
  makeRoom(MOST_HEAD_BYTES);
  end = room.writeUInt8(DOUBLE, end);
  end = room.writeDoubleBE(value, end);
}

/** The shortest of the five forms (RFC 8949 section 3). */
function writeHead(major: number, value: number): void {
  makeRoom(MOST_HEAD_BYTES);
  if (value < 24) {
    end = room.writeUInt8(major | value, end);
  } else if (value <= 0xff) {
    end = room.writeUInt8(major | 24, end);
    end = room.writeUInt8(value, end);
  } else if (value <= 0xffff) {
    end = room.writeUInt8(major | 25, end);
    end = room.writeUInt16BE(value, end);
  } else if (value <= 0xffff_ffff) {
    end = room.writeUInt8(major | 26, end);
    end = room.writeUInt32BE(value, end);
  } else {
    end = room.writeUInt8(major | 27, end);
    end = room.writeUInt32BE(Math.floor(value / 0x1_0000_0000), end);
    end = room.writeUInt32BE(value % 0x1_0000_0000, end);
  }
}

function writeByte(byte: number): void {
  makeRoom(1);
  end = room.writeUInt8(byte, end);
}

function append(bytes: Uint8Array): void {
  makeRoom(bytes.length);
  room.set(bytes, end);
  end += bytes.length;
}

function makeRoom(length: number): void {
  if (end + length <= room.length) return;
  const larger = Buffer.alloc(Math.max(room.length * 2, end + length));
  larger.set(room.subarray(0, end));
  room = larger;
}
