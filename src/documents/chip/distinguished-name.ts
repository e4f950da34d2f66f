import { readAll, readChildren, readIdentifier, SEQUENCE, SET, sameBytes } from './der.ts';
import type { Tlv } from './tlv.ts';

const COUNTRY = '2.5.4.6';
const TELETEX_STRING = 0x14;
const BMP_STRING = 0x1e;
const UNIVERSAL_STRING = 0x1c;

/**
 * Whether two names in DER are the same in meaning (RFC 5280, 7.1): whatever type of string each part has, in whatever
 * case and spacing. Issuers write their own name in one way into the country certificate and in another below it.
 */
export function sameName(one: Uint8Array, other: Uint8Array): boolean {
  if (sameBytes(one, other)) return true;
  const [first, second] = [readName(one), readName(other)];
  return first !== null && first === second;
}

/** The two letters of a name's country, in capitals; null when it has none. */
export function countryOf(name: Uint8Array): string | null {
  for (const part of readParts(name) ?? []) {
    if (part.type === COUNTRY) return part.text.toUpperCase();
  }
  return null;
}

/** One text for all names of one meaning. */
function readName(name: Uint8Array): string | null {
  const parts = readParts(name);
  if (parts === null) return null;
  return JSON.stringify(
    parts.map(({ type, text }) => [type, text.toLowerCase().replace(/\s+/g, ' ').trim()]),
  );
}

interface NamePart {
  readonly type: string;
  readonly text: string;
}

function readParts(name: Uint8Array): readonly NamePart[] | null {
  const parts: NamePart[] = [];
  for (const set of readChildren(name, SEQUENCE) ?? [null]) {
    const pairs = set?.tag === SET ? readAll(set.value) : null;
    if (pairs === null) return null;
    for (const pair of pairs) {
      const [type, value] = pair.tag === SEQUENCE ? (readAll(pair.value) ?? []) : [];
      const identifier = readIdentifier(type);
      if (identifier === null || value === undefined) return null;
      parts.push({ type: identifier, text: decodeString(value) });
    }
  }
  return parts;
}

function decodeString({ tag, value }: Tlv): string {
  if (tag === BMP_STRING) return new TextDecoder('utf-16be').decode(value);
  if (tag === UNIVERSAL_STRING) return Buffer.from(value).toString('hex');
  return tag === TELETEX_STRING
    ? Buffer.from(value).toString('latin1')
    : new TextDecoder('utf-8').decode(value);
}
