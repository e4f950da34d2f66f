import { concatBytes, encodeTlv, readTlvHeader } from './tlv.ts';

/** Deeper nesting has no meaning in what chips hold. */
const DEEPEST = 24;
const CONSTRUCTED = 0x20;
const OCTET_STRING_IN_PARTS = 0x24;
const OCTET_STRING = 0x04;

/**
 * Rewrites BER (X.690, 8.1.3.6) with indefinite lengths, which some older issuers signed, into definite ones, and octet
 * strings in parts into whole ones. Objects that have neither stay as they are, byte for byte, so that nothing
 * signed changes. Null where the bytes are no single object, or have no indefinite length at all.
 */
export function toDefiniteLengths(bytes: Uint8Array): Uint8Array | null {
  const found = rewrite(bytes, 0, DEEPEST);
  return found?.changed === true && found.end === bytes.length ? found.encoded : null;
}

interface Rewritten {
  readonly encoded: Uint8Array;
  readonly end: number;
  readonly changed: boolean;
}

function rewrite(bytes: Uint8Array, offset: number, depth: number): Rewritten | null {
  if (depth === 0) return null;
  const lengthAt = endOfTag(bytes, offset);
  const first = bytes[offset];
  if (lengthAt === null || first === undefined) return null;
  const constructed = (first & CONSTRUCTED) !== 0;
  if (bytes[lengthAt] === 0x80) {
    return constructed ? rewriteIndefinite(bytes, offset, lengthAt, depth) : null;
  }
  const header = readTlvHeader(bytes, offset);
  if (!header.ok) return null;
  const start = offset + header.value.headerLength;
  const end = start + header.value.valueLength;
  if (end > bytes.length) return null;
  const same = { encoded: bytes.subarray(offset, end), end, changed: false };
  if (!constructed) return same;
  const children: Rewritten[] = [];
  for (let at = start; at < end; at = children.at(-1)?.end ?? end) {
    const child = rewrite(bytes.subarray(0, end), at, depth - 1);
    if (child === null) return null;
    children.push(child);
  }
  const changed = first === OCTET_STRING_IN_PARTS || children.some((child) => child.changed);
  return changed ? { encoded: join(header.value.tag, children), end, changed } : same;
}

function rewriteIndefinite(
  bytes: Uint8Array,
  offset: number,
  lengthAt: number,
  depth: number,
): Rewritten | null {
  const children: Rewritten[] = [];
  let at = lengthAt + 1;
  while (bytes[at] !== 0 || bytes[at + 1] !== 0) {
    const child = rewrite(bytes, at, depth - 1);
    if (child === null) return null;
    children.push(child);
    at = child.end;
  }
  const tag = bytes.subarray(offset, lengthAt).reduce((sum, byte) => sum * 256 + byte, 0);
  return { encoded: join(tag, children), end: at + 2, changed: true };
}

function join(tag: number, children: readonly Rewritten[]): Uint8Array {
  if (tag !== OCTET_STRING_IN_PARTS) return encodeTlv(tag, ...children.map((child) => child.encoded));
  const parts = children.map(({ encoded }) => {
    const header = readTlvHeader(encoded);
    return header.ok ? encoded.subarray(header.value.headerLength) : encoded;
  });
  return encodeTlv(OCTET_STRING, concatBytes(...parts));
}

function endOfTag(bytes: Uint8Array, offset: number): number | null {
  const first = bytes[offset];
  if (first === undefined) return null;
  if ((first & 0x1f) !== 0x1f) return offset + 1;
  for (let at = offset + 1; at < offset + 3; at++) {
    const next = bytes[at];
    if (next === undefined) return null;
    if (next < 0x80) return at + 1;
  }
  return null;
}
