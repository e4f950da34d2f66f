import { type Certificate, readTime } from './certificate.ts';
import { INTEGER, readAll, readBitString, readChildren, SEQUENCE, withoutZeros } from './der.ts';
import { sameName } from './distinguished-name.ts';
import { checkSignature } from './signature.ts';

/** A list of certificates that their issuer has taken back (RFC 5280, 5.1; ICAO 9303-12, 7.1.4). */
export interface RevocationList {
  /** DER, as all that follows. */
  readonly signedBytes: Uint8Array;
  readonly signatureAlgorithm: Uint8Array;
  readonly signature: Uint8Array;
  readonly issuer: Uint8Array;
  /** YYYYMMDDHHMMSS in UTC; null where the list does not say when the next one comes. */
  readonly nextUpdate: string | null;
  /** Serial numbers in hexadecimal, without zeros in front. */
  readonly serials: ReadonlySet<string>;
}

export type RevocationStatus =
  | 'revoked'
  | 'not-revoked'
  /** Not revoked on a list that should have been replaced by now. */
  | 'list-expired'
  /** There is no list of this issuer, or none that it signed. */
  | 'not-checked';

const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;

/** Takes a list apart; null when it is none. */
export function parseRevocationList(encoded: Uint8Array): RevocationList | null {
  const [signed, algorithm, signature, ...more] = readChildren(encoded, SEQUENCE) ?? [];
  if (signed?.tag !== SEQUENCE || algorithm?.tag !== SEQUENCE || more.length > 0) return null;
  const signatureBytes = readBitString(signature);
  // The version is left away in version 1.
  const fields = readAll(signed.value)?.filter((field, i) => i > 0 || field.tag !== INTEGER);
  const [inner, issuer, thisUpdate, ...rest] = fields ?? [];
  if (inner?.tag !== SEQUENCE || issuer?.tag !== SEQUENCE || signatureBytes === null) return null;
  if (thisUpdate === undefined || readTime(thisUpdate) === null) return null;
  const nextUpdate = rest.find(({ tag }) => tag === UTC_TIME || tag === GENERALIZED_TIME);
  const entries = rest.find(({ tag }) => tag === SEQUENCE);
  const serials =
    entries === undefined ? [] : readAll(entries.value)?.map(({ value }) => readAll(value)?.[0]);
  if (serials === undefined || serials.some((serial) => serial?.tag !== INTEGER)) return null;
  return {
    signedBytes: signed.encoded,
    signatureAlgorithm: algorithm.encoded,
    signature: signatureBytes,
    issuer: issuer.encoded,
    nextUpdate: nextUpdate === undefined ? null : readTime(nextUpdate),
    serials: new Set(serials.map((serial) => serialText(serial?.value ?? new Uint8Array(0)))),
  };
}

/**
 * What lists say of a certificate. Only those count that are of its issuer and signed by a key of that issuer that the
 * station trusts: anybody can write a list. An expired list still revokes.
 */
export function checkRevocation(
  certificate: Certificate,
  lists: readonly Uint8Array[],
  authorities: readonly Certificate[],
  today: string | null,
): RevocationStatus {
  const own = lists
    .map(readList)
    .filter((list) => list !== null)
    .filter((list) => sameName(list.issuer, certificate.issuer))
    .filter((list) => authorities.some((authority) => issuedList(authority, list)));
  if (own.length === 0) return 'not-checked';
  if (own.some(({ serials }) => serials.has(serialText(certificate.serial)))) return 'revoked';
  const day = today?.replaceAll('-', '') ?? '';
  const current = own.some(({ nextUpdate }) => nextUpdate === null || nextUpdate.slice(0, 8) >= day);
  return current ? 'not-revoked' : 'list-expired';
}

function issuedList(authority: Certificate, list: RevocationList): boolean {
  if (!sameName(authority.subject, list.issuer)) return false;
  const { signatureAlgorithm, signedBytes, signature } = list;
  return (
    checkSignature(authority.publicKeyInfo, signatureAlgorithm, null, signedBytes, signature) === 'valid'
  );
}

function serialText(serial: Uint8Array): string {
  return Buffer.from(withoutZeros(serial)).toString('hex');
}

/** A station asks for each document. */
const readLists = new WeakMap<Uint8Array, RevocationList>();

function readList(encoded: Uint8Array): RevocationList | null {
  const list = readLists.get(encoded) ?? parseRevocationList(encoded);
  if (list !== null) readLists.set(encoded, list);
  return list;
}
