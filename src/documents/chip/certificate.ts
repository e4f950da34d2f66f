import { decodeObjectIdentifier, OBJECT_IDENTIFIERS } from './object-identifiers.ts';
import { children } from './security-object.ts';
import { readOnlyTlv, readTlvs, type Tlv } from './tlv.ts';

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
}

const DER = { der: true };
const SEQUENCE = 0x30;

/** Takes a certificate apart; null when it is none. */
export function parseCertificate(encoded: Uint8Array): Certificate | null {
  const [signed, algorithm, signature, ...more] = children(encoded, SEQUENCE) ?? [];
  if (signed?.tag !== SEQUENCE || algorithm?.tag !== SEQUENCE || signature === undefined || more.length > 0) {
    return null;
  }
  const fields = readTlvs(signed.value, DER);
  if (!fields.ok) return null;
  // The version is left away only in version 1, which has no extensions.
  const [serial, inner, issuer, validity, subject, publicKey, ...rest] = fields.value.filter(
    (field) => field.tag !== 0xa0,
  );
  if (serial?.tag !== 0x02 || inner === undefined || !sameBytes(inner.encoded, algorithm.encoded))
    return null;
  if (issuer?.tag !== SEQUENCE || validity?.tag !== SEQUENCE) return null;
  if (subject?.tag !== SEQUENCE || publicKey?.tag !== SEQUENCE) return null;
  const times = readTlvs(validity.value, DER);
  const [validFrom, validUntil] = times.ok ? times.value.map(readTime) : [];
  const signatureBytes = bitString(signature);
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
    subjectKeyIdentifier: innerValue(extensions.get(OBJECT_IDENTIFIERS.subjectKeyIdentifier), 0x04),
    authorityKeyIdentifier: authorityKey(extensions.get(OBJECT_IDENTIFIERS.authorityKeyIdentifier)),
  };
}

/** UTCTime or GeneralizedTime as YYYYMMDDHHMMSS (RFC 5280, 4.1.2.5); null for another form. */
export function readTime(time: Tlv): string | null {
  const text = Buffer.from(time.value).toString('latin1');
  if (time.tag === 0x18) return /^[0-9]{14}Z$/.test(text) ? text.slice(0, 14) : null;
  if (time.tag !== 0x17 || !/^[0-9]{12}Z$/.test(text)) return null;
  return (Number(text.slice(0, 2)) >= 50 ? '19' : '20') + text.slice(0, 12);
}

/** The bytes of a BIT STRING of whole bytes. */
export function bitString(tlv: Tlv | undefined): Uint8Array | null {
  return tlv?.tag === 0x03 && tlv.value[0] === 0 ? tlv.value.subarray(1) : null;
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

function parseExtensions(wrapped: Tlv | undefined): ReadonlyMap<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  for (const extension of wrapped === undefined ? [] : (children(wrapped.value, SEQUENCE) ?? [])) {
    const parts = readTlvs(extension.value, DER);
    const type =
      parts.ok && parts.value[0]?.tag === 0x06 ? decodeObjectIdentifier(parts.value[0].value) : null;
    const value = parts.ok ? parts.value.at(-1) : undefined;
    if (type !== null && value?.tag === 0x04) found.set(type, value.value);
  }
  return found;
}

function innerValue(bytes: Uint8Array | undefined, tag: number): Uint8Array | null {
  const inner = bytes === undefined ? null : readOnlyTlv(bytes, tag, DER);
  return inner?.ok === true ? inner.value.value : null;
}

function authorityKey(bytes: Uint8Array | undefined): Uint8Array | null {
  const parts = bytes === undefined ? null : children(bytes, SEQUENCE);
  return parts?.find((part) => part.tag === 0x80)?.value ?? null;
}
