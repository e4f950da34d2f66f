import { assertDefined } from '../../domain/assert.ts';
import { err, ok, type Result } from '../../domain/result.ts';

/** One data object of BER-TLV (ISO/IEC 7816-4, 5.2.2; X.690). The bytes are views into what was read. */
export interface Tlv {
  /** The tag's bytes as one number: 0x5f1f. */
  readonly tag: number;
  readonly value: Uint8Array;
  /** Tag, length and value. */
  readonly encoded: Uint8Array;
}

export interface TlvHeader {
  readonly tag: number;
  readonly headerLength: number;
  readonly valueLength: number;
}

export type TlvErrorCode =
  /** The bytes end inside of a data object. */
  | 'cut'
  /** A tag of more than three bytes, an indefinite length, or one of 16 MB and more. */
  | 'bad-header'
  /** Not in the one form that DER allows. */
  | 'not-canonical'
  | 'too-many'
  | 'not-found'
  | 'trailing-bytes';

export interface TlvError {
  readonly code: TlvErrorCode;
}

/** `der` demands the shortest form of each length (X.690, 10.1). */
export interface TlvRules {
  readonly der: boolean;
}

const LENIENT: TlvRules = { der: false };
const MOST_OBJECTS = 2048;
/** Four bytes of length are only met with zeros in front. */
const LONGEST_VALUE = 0xff_ffff;

/** Reads tag and length at `offset`; the value may lie beyond the end. */
export function readTlvHeader(bytes: Uint8Array, offset = 0, rules = LENIENT): Result<TlvHeader, TlvError> {
  const tag = readTag(bytes, offset);
  if (!tag.ok) return tag;
  const lengthAt = offset + tag.value.length;
  const first = bytes[lengthAt];
  if (first === undefined) return err({ code: 'cut' });
  const tagLength = tag.value.length;
  if (first < 0x80) return ok({ tag: tag.value.tag, headerLength: tagLength + 1, valueLength: first });
  const count = first & 0x7f;
  if (count === 0 || count > 4) return err({ code: 'bad-header' });
  if (lengthAt + count >= bytes.length) return err({ code: 'cut' });
  let valueLength = 0;
  for (let i = 1; i <= count; i++) valueLength = valueLength * 256 + (bytes[lengthAt + i] ?? 0);
  if (valueLength > LONGEST_VALUE) return err({ code: 'bad-header' });
  const shortest = valueLength >= 0x80 && (count === 1 || valueLength >= 2 ** (8 * (count - 1)));
  if (rules.der && !shortest) return err({ code: 'not-canonical' });
  return ok({ tag: tag.value.tag, headerLength: tagLength + 1 + count, valueLength });
}

/** Reads one whole data object at `offset`. */
export function readTlv(bytes: Uint8Array, offset = 0, rules = LENIENT): Result<Tlv, TlvError> {
  const header = readTlvHeader(bytes, offset, rules);
  if (!header.ok) return header;
  const { tag, headerLength, valueLength } = header.value;
  const end = offset + headerLength + valueLength;
  if (end > bytes.length) return err({ code: 'cut' });
  return ok({
    tag,
    value: bytes.subarray(offset + headerLength, end),
    encoded: bytes.subarray(offset, end),
  });
}

/** Reads data objects one after the other until the bytes end; at most 2048. */
export function readTlvs(bytes: Uint8Array, rules = LENIENT): Result<readonly Tlv[], TlvError> {
  const objects: Tlv[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    if (objects.length === MOST_OBJECTS) return err({ code: 'too-many' });
    const tlv = readTlv(bytes, offset, rules);
    if (!tlv.ok) return tlv;
    objects.push(tlv.value);
    offset += tlv.value.encoded.length;
  }
  return ok(objects);
}

/** The one object that `bytes` consist of, which must have this tag. */
export function readOnlyTlv(bytes: Uint8Array, tag: number, rules = LENIENT): Result<Tlv, TlvError> {
  const tlv = readTlv(bytes, 0, rules);
  if (!tlv.ok) return tlv;
  if (tlv.value.tag !== tag) return err({ code: 'not-found' });
  if (tlv.value.encoded.length !== bytes.length) return err({ code: 'trailing-bytes' });
  return tlv;
}

/** Follows tags downwards: the first object of each. */
export function findTlv(bytes: Uint8Array, ...path: readonly number[]): Result<Tlv, TlvError> {
  let found: Tlv | null = null;
  for (const tag of path) {
    const children = readTlvs(found === null ? bytes : found.value);
    if (!children.ok) return children;
    found = children.value.find((child) => child.tag === tag) ?? null;
    if (found === null) return err({ code: 'not-found' });
  }
  return ok(assertDefined(found, 'path of tags'));
}

/** Writes a data object with the shortest length. */
export function encodeTlv(tag: number, ...values: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const length = values.reduce((sum, value) => sum + value.length, 0);
  const lengthBytes = length < 0x80 ? [length] : longLength(length);
  return concatBytes(Uint8Array.from([...numberBytes(tag), ...lengthBytes]), ...values);
}

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

function readTag(bytes: Uint8Array, offset: number): Result<{ tag: number; length: number }, TlvError> {
  const first = bytes[offset];
  if (first === undefined) return err({ code: 'cut' });
  if ((first & 0x1f) !== 0x1f) return ok({ tag: first, length: 1 });
  let tag = first;
  for (let length = 2; length <= 3; length++) {
    const next = bytes[offset + length - 1];
    if (next === undefined) return err({ code: 'cut' });
    tag = tag * 256 + next;
    if (next < 0x80) return ok({ tag, length });
  }
  return err({ code: 'bad-header' });
}

function longLength(length: number): readonly number[] {
  const bytes = numberBytes(length);
  return [0x80 | bytes.length, ...bytes];
}

function numberBytes(value: number): readonly number[] {
  const bytes = [value & 0xff];
  for (let rest = Math.floor(value / 256); rest > 0; rest = Math.floor(rest / 256))
    bytes.unshift(rest & 0xff);
  return bytes;
}
