import { createHash } from 'node:crypto';
import { type Certificate, parseCertificate, readTime } from './certificate.ts';
import type { DataGroupName } from './data-groups.ts';
import { OCTET_STRING, readBitString, readChildren, readIdentifier, SEQUENCE, sameBytes } from './der.ts';
import { countryOf, sameName } from './distinguished-name.ts';
import { countryOfState, issuingState } from './issuing-state.ts';
import { hashName, OBJECT_IDENTIFIERS } from './object-identifiers.ts';
import { parseSecurityObject, type SecurityObject } from './security-object.ts';
import { checkSignature, type SignatureCheck } from './signature.ts';
import type { SignedData, SignerInfo } from './signed-data.ts';

/** What passive authentication found out; the four are kept apart wherever they are shown or recorded. */
export type Authenticity =
  /** Signed, unchanged, and the signer's issuer is one that the station trusts. */
  | { readonly outcome: 'genuine' }
  /** Signed and unchanged, but nobody vouches for the signer. A forger can make such a chip. */
  | {
      readonly outcome: 'consistent-issuer-not-trusted';
      readonly reason:
        | 'no-trusted-issuer'
        | 'signer-outside-validity'
        | 'issuer-of-another-country'
        /** The data are genuine, but the key with which the chip proved itself is nobody's whom the station trusts. */
        | 'chip-key-not-trusted';
    }
  /** Something is not as it was signed. */
  | {
      readonly outcome: 'altered';
      /** `chip`: the data are as signed, but the chip does not have the key that was signed with them: a copy. */
      readonly reason: 'malformed' | 'data-group' | 'content' | 'signature' | 'certificate' | 'chip';
      /** The data groups that differ, for the reason `data-group`. */
      readonly dataGroups: readonly DataGroupName[];
    }
  | {
      readonly outcome: 'not-checked';
      readonly reason:
        | 'no-security-object'
        | 'no-signer-certificate'
        | 'unsupported-algorithm'
        /** The data are as signed, and signed with them is that the chip can prove itself; it did not. */
        | 'chip-proof-refused';
    };

type AlteredReason = Extract<Authenticity, { outcome: 'altered' }>['reason'];

const GENUINE: Authenticity = { outcome: 'genuine' };

/**
 * Passive authentication (ICAO 9303-11, 5.1): the hashes of what was read, the signature over them, and the signer's
 * certificate up to a country certificate that was provisioned. `trusted` is a list of those in DER; what in
 * it is no certificate is passed over. `today` (YYYY-MM-DD) finds certificates that are not valid yet. Whether a signer was revoked is
 * not known here: a station is offline, and its technician leaves out of `trusted` whom it must not trust any more.
 */
export function authenticatePassively(
  securityObject: Uint8Array | null,
  dataGroups: ReadonlyMap<DataGroupName, Uint8Array>,
  trusted: readonly Uint8Array[],
  today: string | null = null,
): Authenticity {
  if (securityObject === null) return { outcome: 'not-checked', reason: 'no-security-object' };
  const parsed = parseSecurityObject(securityObject);
  if (!parsed.ok) return altered('malformed');
  const hash = hashName(parsed.value.hashAlgorithm);
  if (hash === null) return altered('malformed');
  const changed = changedDataGroups(parsed.value, hash, dataGroups);
  if (changed.length > 0) return altered('data-group', changed);
  const country = countryOfState(issuingState(dataGroups.get('DG1')));
  return authenticateSignedData(parsed.value, OBJECT_IDENTIFIERS.ldsSecurityObject, trusted, {
    today,
    country,
  });
}

/**
 * The signatures over the content, and each signer's certificate up to a trusted one. Where there are several signers
 * none may be wrong, and the best counts.
 */
export function authenticateSignedData(
  signedData: SignedData,
  contentType: string,
  trusted: readonly Uint8Array[],
  { today, country }: SigningContext = { today: null, country: null },
): Authenticity {
  if (signedData.signers.length === 0) return altered('malformed');
  const certificates = signedData.certificates.map(parseCertificate);
  const known = certificates.filter((certificate) => certificate !== null);
  if (known.length !== certificates.length) return altered('certificate');
  const provisioned = trusted.map(readAnchor).filter((certificate) => certificate !== null);
  const anchors = [...provisioned, ...linksFrom(provisioned, known, today)];
  const context = { signedData, contentType, certificates: known, anchors, today, country };
  return combine(signedData.signers.map((signer) => checkSigner(context, signer)));
}

/** What is known beside the signatures. */
export interface SigningContext {
  /** YYYY-MM-DD; null where nobody knows the day. */
  readonly today: string | null;
  /** Two letters: whose authority alone may have signed; null for whosever. */
  readonly country: string | null;
}

/** The certificates of the signers, as far as they came along. */
export function signerCertificates(signedData: SignedData): readonly Certificate[] {
  const certificates = signedData.certificates.map(parseCertificate);
  const known = certificates.filter((certificate) => certificate !== null);
  const named = signedData.signers.map((signer) => findSigner(known, [], signer));
  return named.filter((certificate) => certificate !== undefined);
}

/** A station trusts several hundred, and asks for each document. */
const readAnchors = new WeakMap<Uint8Array, Certificate>();

function readAnchor(encoded: Uint8Array): Certificate | null {
  const certificate = readAnchors.get(encoded) ?? parseCertificate(encoded);
  if (certificate !== null) readAnchors.set(encoded, certificate);
  return certificate;
}

interface SignerContext extends SigningContext {
  readonly signedData: SignedData;
  readonly contentType: string;
  readonly certificates: readonly Certificate[];
  readonly anchors: readonly Certificate[];
}

/** The data groups whose hash is not the one that was signed, or that none was signed for. */
function changedDataGroups(
  securityObject: SecurityObject,
  hash: string,
  dataGroups: ReadonlyMap<DataGroupName, Uint8Array>,
): readonly DataGroupName[] {
  const changed: DataGroupName[] = [];
  for (const [name, bytes] of dataGroups) {
    const expected = securityObject.dataGroupHashes.get(name);
    const actual = createHash(hash).update(bytes).digest();
    if (expected === undefined || !sameBytes(expected, actual)) changed.push(name);
  }
  return changed;
}

function checkSigner(
  { signedData, contentType, certificates, anchors, today, country }: SignerContext,
  signer: SignerInfo,
): Authenticity {
  const certificate = findSigner(certificates, anchors, signer);
  if (certificate === undefined) {
    if (certificates.length > 0) return altered('certificate');
    return { outcome: 'not-checked', reason: 'no-signer-certificate' };
  }
  const digest = hashName(signer.digestAlgorithm);
  if (digest === null) return altered('malformed');
  if (!attributesHold(signedData, contentType, signer, digest)) return altered('content');
  const signature = checkForms(certificate, signer, digest, signedData.content);
  const chain = checkChain(certificate, anchors, today);
  if (chain === 'invalid') return altered('certificate');
  if (signature === 'invalid') return altered('signature');
  if (signature === 'unsupported' || chain === 'unsupported') {
    return { outcome: 'not-checked', reason: 'unsupported-algorithm' };
  }
  if (chain === 'no-anchor') {
    return { outcome: 'consistent-issuer-not-trusted', reason: 'no-trusted-issuer' };
  }
  if (chain === 'another-country' || (country !== null && countryOf(certificate.issuer) !== country)) {
    return { outcome: 'consistent-issuer-not-trusted', reason: 'issuer-of-another-country' };
  }
  if (chain === 'outside-validity' || !signedWithinValidity(signer, certificate, today)) {
    return { outcome: 'consistent-issuer-not-trusted', reason: 'signer-outside-validity' };
  }
  return GENUINE;
}

/**
 * Certificates that came along by which a country says with its old key which its new one is (9303-12, 4.1.3), as far as the station trusts the
 * old one.
 */
function linksFrom(
  anchors: readonly Certificate[],
  certificates: readonly Certificate[],
  today: string | null,
): readonly Certificate[] {
  const links = certificates.filter(
    ({ isAuthority, subject, issuer }) => isAuthority && countryOf(subject) === countryOf(issuer),
  );
  return links.filter((link) => checkChain(link, anchors, today) === 'valid');
}

/** The first form of the attributes that the signature is valid for decides. */
function checkForms(
  { publicKeyInfo }: Certificate,
  { signedForms, signatureAlgorithm, signature }: SignerInfo,
  digest: string,
  content: Uint8Array,
): SignatureCheck {
  let result: SignatureCheck = 'invalid';
  for (const signed of signedForms.length === 0 ? [content] : signedForms) {
    result = checkSignature(publicKeyInfo, signatureAlgorithm, digest, signed, signature);
    if (result !== 'invalid') break;
  }
  return result;
}

/**
 * The certificate that a signature names. Some issuers leave it away, and a station may have been provisioned with it. Some
 * write their name beside the signature in other types of string, or another order, than in the certificate; the
 * serial number says which is meant then, and the signature whether it is. That name is not signed, though: one that is
 * the certificate's but for a single byte had that byte altered.
 */
function findSigner(
  certificates: readonly Certificate[],
  anchors: readonly Certificate[],
  { identifier }: SignerInfo,
): Certificate | undefined {
  const all = [...certificates, ...anchors];
  if (identifier.kind === 'key-identifier') {
    return all.find((certificate) => sameBytes(keyIdentifier(certificate), identifier.value));
  }
  const numbered = (candidates: readonly Certificate[]) =>
    candidates.filter(({ serial }) => sameBytes(withoutZeros(serial), withoutZeros(identifier.serial)));
  return (
    numbered(all).find(({ issuer }) => sameBytes(issuer, identifier.issuer)) ??
    numbered(certificates).find(({ issuer }) => !differByOneByte(issuer, identifier.issuer))
  );
}

/** As the certificate says, else the hash of its key (RFC 5280, 4.2.1.2, method 1). */
function keyIdentifier({ subjectKeyIdentifier, publicKeyInfo }: Certificate): Uint8Array {
  if (subjectKeyIdentifier !== null) return subjectKeyIdentifier;
  const key = readBitString(readChildren(publicKeyInfo, SEQUENCE)?.[1]);
  return createHash('sha1')
    .update(key ?? publicKeyInfo)
    .digest();
}

/** Some issuers write a serial number with a high first bit once as it is, once with the zero that makes it positive. */
function withoutZeros(serial: Uint8Array): Uint8Array {
  return serial.subarray(
    Math.max(
      0,
      serial.findIndex((byte) => byte !== 0),
    ),
  );
}

function differByOneByte(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.filter((byte, i) => byte !== other[i]).length === 1;
}

/** Content type and message digest (RFC 5652, 5.4 and 11). Without attributes the content itself is signed. */
function attributesHold(
  signedData: SignedData,
  expectedType: string,
  signer: SignerInfo,
  digest: string,
): boolean {
  if (signer.signedForms.length === 0) return true;
  const value = (type: string) => signer.signedAttributes.find((attribute) => attribute.type === type)?.value;
  const contentType = value(OBJECT_IDENTIFIERS.contentType);
  const messageDigest = value(OBJECT_IDENTIFIERS.messageDigest);
  if (messageDigest?.tag !== OCTET_STRING) return false;
  if (readIdentifier(contentType) !== expectedType) return false;
  return sameBytes(messageDigest.value, createHash(digest).update(signedData.content).digest());
}

/** Tries the trusted certificates that may be the issuer's. */
function checkChain(
  certificate: Certificate,
  anchors: readonly Certificate[],
  today: string | null,
): 'valid' | 'invalid' | 'unsupported' | 'no-anchor' | 'another-country' | 'outside-validity' {
  if (anchors.some((anchor) => sameBytes(anchor.encoded, certificate.encoded))) return 'valid';
  const named = anchors.filter((anchor) => mayHaveIssued(anchor, certificate));
  const checks = named.map((issuer) => checkIssuer(issuer, certificate));
  let signed = named.filter((_, i) => checks[i] === 'valid');
  if (signed.length === 0) {
    // Some signers name another key of their issuer than the one that signed, or name it by another kind of hash.
    const others = anchors.filter(
      (anchor) => !named.includes(anchor) && sameName(anchor.subject, certificate.issuer),
    );
    signed = others.filter((issuer) => checkIssuer(issuer, certificate) === 'valid');
  }
  // 9303-12, 7.1.1: both name the same country, in whatever case.
  const country = countryOf(certificate.issuer);
  const home = signed.filter((issuer) => countryOf(issuer.subject) === country);
  if (home.some((issuer) => issuedWithinValidity(issuer, certificate, today))) return 'valid';
  if (home.length > 0) return 'outside-validity';
  if (signed.length > 0) return 'another-country';
  if (named.length === 0) return 'no-anchor';
  return checks.includes('unsupported') ? 'unsupported' : 'invalid';
}

function checkIssuer(
  issuer: Certificate,
  { signatureAlgorithm, signedBytes, signature }: Certificate,
): SignatureCheck {
  return checkSignature(issuer.publicKeyInfo, signatureAlgorithm, null, signedBytes, signature);
}

/**
 * A country renews its key under the same name, so key identifiers decide where both sides have one: a signer of a
 * newer key is merely not trusted. Identifiers are hashes, so two that agree in half of their bytes mean the same key,
 * and the difference was made afterwards.
 */
function mayHaveIssued(anchor: Certificate, certificate: Certificate): boolean {
  const own = anchor.subjectKeyIdentifier;
  const named = certificate.authorityKeyIdentifier;
  if (own === null || named === null || own.length !== named.length) {
    return sameName(anchor.subject, certificate.issuer);
  }
  const equal = own.filter((byte, i) => byte === named[i]).length;
  return equal * 2 >= own.length;
}

/**
 * An issuer that has expired since still vouches for the signers of its time (9303-12, 4): it must be valid when it issues, not when
 * a document is read.
 */
function issuedWithinValidity(
  issuer: Certificate,
  { validFrom }: Certificate,
  today: string | null,
): boolean {
  return validFrom <= issuer.validUntil && !startsAfter(issuer, today);
}

function startsAfter({ validFrom }: Certificate, today: string | null): boolean {
  return today !== null && validFrom.slice(0, 8) > today.replaceAll('-', '');
}

function signedWithinValidity(signer: SignerInfo, certificate: Certificate, today: string | null): boolean {
  if (startsAfter(certificate, today)) return false;
  const attribute = signer.signedAttributes.find(({ type }) => type === OBJECT_IDENTIFIERS.signingTime);
  if (attribute === undefined) return true;
  const time = readTime(attribute.value);
  return time !== null && time >= certificate.validFrom && time <= certificate.validUntil;
}

/** One altered signature spoils the document; of the others the best counts, because each would do alone. */
function combine(results: readonly Authenticity[]): Authenticity {
  const order = ['altered', 'genuine', 'consistent-issuer-not-trusted', 'not-checked'];
  const sorted = [...results].sort((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome));
  return sorted[0] ?? altered('malformed');
}

function altered(reason: AlteredReason, dataGroups: readonly DataGroupName[] = []): Authenticity {
  return { outcome: 'altered', reason, dataGroups };
}
