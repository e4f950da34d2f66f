import { decode, decodeFirst } from 'cborg';
import { err, ok, type Result } from '../domain/result.ts';
import { encodeCanonical } from './canonical-writer.ts';

export { encodeCanonical } from './canonical-writer.ts';

/** What a part of an event may hold: plain records, as JSON has them, and byte strings. */
export type CborValue =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | readonly CborValue[]
  | { readonly [key: string]: CborValue };

export type CborRecord = { readonly [key: string]: CborValue };

const STRICT_DECODING = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowInfinity: false,
  allowNaN: false,
  allowBigInt: false,
  rejectDuplicateMapKeys: true,
} as const;

/**
 * Decodes a record and refuses any bytes but the one canonical form of it. The decoder can't enforce key
 * order and float width, so the value is encoded again and compared; the given bytes remain the ones that
 * are hashed.
 */
export function decodeCanonical(bytes: Uint8Array): Result<CborRecord, { readonly code: 'not-canonical' }> {
  try {
    const value: unknown = decode(bytes, STRICT_DECODING);
    if (!isRecord(value)) return err({ code: 'not-canonical' });
    if (!equalBytes(encodeCanonical(value), bytes)) return err({ code: 'not-canonical' });
    return ok(value);
  } catch {
    return err({ code: 'not-canonical' });
  }
}

/** A record whose bytes were vouched for already, by a hash or a seal: their form is not looked at again. Null: none. */
export function decodeVouched(bytes: Uint8Array): CborRecord | null {
  try {
    const value: unknown = decode(bytes, STRICT_DECODING);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

/**
 * One field of a record whose bytes were vouched for already, by a hash or a seal: their form is not looked at again, and
 * the rest isn't read where the field stands first. Undefined where there is none.
 */
export function decodeVouchedField(bytes: Uint8Array, name: string): CborValue | undefined {
  try {
    const start = bytes[0] === MAP_IN_ONE ? 2 : 1;
    const [key, rest] = decodeFirst(bytes.subarray(start), STRICT_DECODING);
    if (key === name) return decodeFirst(rest, STRICT_DECODING)[0] as CborValue;
    const record: unknown = decode(bytes, STRICT_DECODING);
    return isRecord(record) ? record[name] : undefined;
  } catch {
    return undefined;
  }
}

/** A map whose number of pairs stands in the byte after it. */
const MAP_IN_ONE = 0xb8;

/** Of what a decoder gave, which is nothing but the types of `CborValue`: only the outermost shape is in question. */
export function isRecord(value: unknown): value is CborRecord {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
  );
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
