import {
  DER,
  INTEGER,
  OCTET_STRING,
  readAll,
  readBitString,
  readChildren,
  readIdentifier,
  SEQUENCE,
  sameBytes,
} from './der.ts';
import { OBJECT_IDENTIFIERS } from './object-identifiers.ts';
import { readOnlyTlv, type Tlv } from './tlv.ts';

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
  if (inner === undefined || !sameBytes(inner.encoded, algorithm.encoded)) return null;
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
    extendedKeyUsage: keyPurposes(extensions.get(OBJECT_IDENTIFIERS.extendedKeyUsage)),
  };
}

/** UTCTime or GeneralizedTime as YYYYMMDDHHMMSS (RFC 5280, 4.1.2.5); null for another form. */
export function readTime(time: Tlv): string | null {
  const text = Buffer.from(time.value).toString('latin1');
  if (time.tag === 0x18) return /^[0-9]{14}Z$/.test(text) ? text.slice(0, 14) : null;
  if (time.tag !== 0x17 || !/^[0-9]{12}Z$/.test(text)) return null;
  return (Number(text.slice(0, 2)) >= 50 ? '19' : '20') + text.slice(0, 12);
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
  const inner = bytes === undefined ? null : readOnlyTlv(bytes, tag, DER);
  return inner?.ok === true ? inner.value.value : null;
}

function authorityKey(bytes: Uint8Array | undefined): Uint8Array | null {
  const parts = bytes === undefined ? null : readChildren(bytes, SEQUENCE);
  return parts?.find((part) => part.tag === 0x80)?.value ?? null;
}

function keyPurposes(bytes: Uint8Array | undefined): readonly string[] {
  const purposes = bytes === undefined ? null : readChildren(bytes, SEQUENCE);
  return purposes?.map(readIdentifier).filter((purpose) => purpose !== null) ?? [];
}
