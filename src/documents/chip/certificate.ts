import {
  INTEGER,
  OCTET_STRING,
  readAll,
  readBitString,
  readChildren,
  readIdentifier,
  readPlainAlgorithm,
  SEQUENCE,
  sameBytes,
} from './der.ts';
import { OBJECT_IDENTIFIERS } from './object-identifiers.ts';
import { readOnlyTlv, type Tlv } from './tlv.ts';

const BOOLEAN = 0x01;

/** What passive authentication needs of an X.509 certificate (RFC 5280, 4.1), each part in DER. */
export interface Certificate {
  readonly encoded: Uint8Array;
  /** The part that is signed. */
  readonly signedBytes: Uint8Array;
  readonly signatureAlgorithm: Uint8Array;
  readonly signature: Uint8Array;
  readonly serial: Uint8Array;
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  readonly publicKeyInfo: Uint8Array;
  /** YYYYMMDDHHMMSS in UTC. */
  readonly validFrom: string;
  readonly validUntil: string;
  readonly subjectKeyIdentifier: Uint8Array | null;
  readonly authorityKeyIdentifier: Uint8Array | null;
  /** Whether it may issue others (basic constraints): what a link from a country's old key to its new one must be. */
  readonly isAuthority: boolean;
  /** Dotted object identifiers of what the key is for; empty when the certificate does not say. */
  readonly extendedKeyUsage: readonly string[];
}

/** Takes a certificate apart; null when it is none. */
export function parseCertificate(encoded: Uint8Array): Certificate | null {
  const [signed, algorithm, signature, ...more] = readChildren(encoded, SEQUENCE) ?? [];
  if (signed?.tag !== SEQUENCE || algorithm?.tag !== SEQUENCE || signature === undefined || more.length > 0) {
    return null;
  }
  const fields = readAll(signed.value);
  if (fields === null) return null;
  // The version is left away only in version 1, which has no extensions.
  const [serial, inner, issuer, validity, subject, publicKey, ...rest] = fields.filter(
    (field) => field.tag !== 0xa0,
  );
  if (serial?.tag !== INTEGER) return null;
  // The algorithm is said twice, once under the signature (RFC 5280, 4.1.1.2).
  if (inner === undefined || !sameAlgorithm(inner, algorithm)) return null;
  if (issuer?.tag !== SEQUENCE || validity?.tag !== SEQUENCE) return null;
  if (subject?.tag !== SEQUENCE || publicKey?.tag !== SEQUENCE) return null;
  const [validFrom, validUntil] = readAll(validity.value)?.map(readTime) ?? [];
  const signatureBytes = readBitString(signature);
  if (typeof validFrom !== 'string' || typeof validUntil !== 'string' || signatureBytes === null) return null;
  const extensions = parseExtensions(rest.find((field) => field.tag === 0xa3));
  return {
    encoded,
    signedBytes: signed.encoded,
    signatureAlgorithm: algorithm.encoded,
    signature: signatureBytes,
    serial: serial.value,
    issuer: issuer.encoded,
    subject: subject.encoded,
    publicKeyInfo: publicKey.encoded,
    validFrom,
    validUntil,
    subjectKeyIdentifier: innerValue(extensions.get(OBJECT_IDENTIFIERS.subjectKeyIdentifier), OCTET_STRING),
    authorityKeyIdentifier: authorityKey(extensions.get(OBJECT_IDENTIFIERS.authorityKeyIdentifier)),
    isAuthority: isAuthority(extensions.get(OBJECT_IDENTIFIERS.basicConstraints)),
    extendedKeyUsage: keyPurposes(extensions.get(OBJECT_IDENTIFIERS.extendedKeyUsage)),
  };
}

/** Parameters that are NULL in one place and left away in the other mean the same. */
function sameAlgorithm(one: Tlv, other: Tlv): boolean {
  if (sameBytes(one.encoded, other.encoded)) return true;
  const plain = readPlainAlgorithm(one);
  return plain !== null && plain === readPlainAlgorithm(other);
}

/** UTCTime or GeneralizedTime as YYYYMMDDHHMMSS (RFC 5280, 4.1.2.5); null for another form. */
export function readTime(time: Tlv): string | null {
  const text = Buffer.from(time.value).toString('latin1');
  const parts =
    time.tag === 0x18 ? GENERALIZED_TIME.exec(text) : time.tag === 0x17 ? UTC_TIME.exec(text) : null;
  if (parts === null) return null;
  const [, year = '', monthToMinute = '', seconds = '00', zone = 'Z'] = parts;
  const century = year.length === 4 ? '' : Number(year) >= 50 ? '19' : '20';
  const local = `${century}${year}${monthToMinute}${seconds}`;
  return zone === 'Z' ? local : shiftToUtc(local, zone);
}

const UTC_TIME = /^([0-9]{2})([0-9]{8})([0-9]{2})?(Z|[+-][0-9]{4})$/;
const GENERALIZED_TIME = /^([0-9]{4})([0-9]{8})([0-9]{2})?(?:[.,][0-9]+)?(Z|[+-][0-9]{4})$/;

/** DER wants UTC; issuers exist that write their own zone, +HHMM ahead of it. */
function shiftToUtc(local: string, zone: string): string | null {
  const [, year, month, day, hour, minute, second] = /^(.{4})(..)(..)(..)(..)(..)$/.exec(local) ?? [];
  const at = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  const ahead = Number(`${zone[0]}1`) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3)));
  const utc = new Date(at - ahead * 60_000);
  return Number.isNaN(utc.getTime()) ? null : utc.toISOString().replace(/[-:T]/g, '').slice(0, 14);
}

function parseExtensions(wrapped: Tlv | undefined): ReadonlyMap<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  for (const extension of wrapped === undefined ? [] : (readChildren(wrapped.value, SEQUENCE) ?? [])) {
    const parts = readAll(extension.value) ?? [];
    const type = readIdentifier(parts[0]);
    const value = parts.at(-1);
    if (type !== null && value?.tag === OCTET_STRING) found.set(type, value.value);
  }
  return found;
}

function innerValue(bytes: Uint8Array | undefined, tag: number): Uint8Array | null {
  const inner = bytes === undefined ? null : readOnlyTlv(bytes, tag);
  return inner?.ok === true ? inner.value.value : null;
}

function authorityKey(bytes: Uint8Array | undefined): Uint8Array | null {
  const parts = bytes === undefined ? null : readChildren(bytes, SEQUENCE);
  return parts?.find((part) => part.tag === 0x80)?.value ?? null;
}

function isAuthority(bytes: Uint8Array | undefined): boolean {
  const [first] = (bytes === undefined ? null : readChildren(bytes, SEQUENCE)) ?? [];
  return first?.tag === BOOLEAN && first.value.length === 1 && first.value[0] !== 0;
}

function keyPurposes(bytes: Uint8Array | undefined): readonly string[] {
  const purposes = bytes === undefined ? null : readChildren(bytes, SEQUENCE);
  return purposes?.map(readIdentifier).filter((purpose) => purpose !== null) ?? [];
}
