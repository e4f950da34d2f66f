import { createHash } from 'node:crypto';
import { type Certificate, parseCertificate, readTime } from './certificate.ts';
import type { DataGroupName } from './data-groups.ts';
import { OCTET_STRING, readIdentifier, sameBytes } from './der.ts';
import { countryOf, sameName } from './distinguished-name.ts';
import { hashName, OBJECT_IDENTIFIERS } from './object-identifiers.ts';
import { parseSecurityObject, type SecurityObject } from './security-object.ts';
import { checkSignature } from './signature.ts';
import type { SignedData, SignerInfo } from './signed-data.ts';

/** What passive authentication found out; the four are kept apart wherever they are shown or recorded. */
export type Authenticity =
  /** Signed, unchanged, and the signer's issuer is one that the station trusts. */
  | { readonly outcome: 'genuine' }
  /** Signed and unchanged, but nobody vouches for the signer. A forger can make such a chip. */
  | {
      readonly outcome: 'consistent-issuer-not-trusted';
      readonly reason: 'no-trusted-issuer' | 'signer-outside-validity' | 'issuer-of-another-country';
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
      readonly reason: 'no-security-object' | 'no-signer-certificate' | 'unsupported-algorithm';
    };

type AlteredReason = Extract<Authenticity, { outcome: 'altered' }>['reason'];

const GENUINE: Authenticity = { outcome: 'genuine' };

/**
 * Passive authentication (ICAO 9303-11, 5.1): the hashes of what was read, the signature over them, and the signer's
 * certificate up to a country certificate that was provisioned. `trusted` is a list of those in DER; what in
 * it is no certificate is passed over.
 */
export function authenticatePassively(
  securityObject: Uint8Array | null,
  dataGroups: ReadonlyMap<DataGroupName, Uint8Array>,
  trusted: readonly Uint8Array[],
): Authenticity {
  if (securityObject === null) return { outcome: 'not-checked', reason: 'no-security-object' };
  const parsed = parseSecurityObject(securityObject);
  if (!parsed.ok) return altered('malformed');
  const hash = hashName(parsed.value.hashAlgorithm);
  if (hash === null) return altered('malformed');
  const changed = changedDataGroups(parsed.value, hash, dataGroups);
  if (changed.length > 0) return altered('data-group', changed);
  return authenticateSignedData(parsed.value, OBJECT_IDENTIFIERS.ldsSecurityObject, trusted);
}

/**
 * The signatures over the content, and each signer's certificate up to a trusted one. Where there are several signers
 * none may be wrong, and the best counts.
 */
export function authenticateSignedData(
  signedData: SignedData,
  contentType: string,
  trusted: readonly Uint8Array[],
): Authenticity {
  if (signedData.signers.length === 0) return altered('malformed');
  const certificates = signedData.certificates.map(parseCertificate);
  const known = certificates.filter((certificate) => certificate !== null);
  if (known.length !== certificates.length) return altered('certificate');
  const anchors = trusted.map(readAnchor).filter((certificate) => certificate !== null);
  const context = { signedData, contentType, certificates: known, anchors };
  return combine(signedData.signers.map((signer) => checkSigner(context, signer)));
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

interface SignerContext {
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
  { signedData, contentType, certificates, anchors }: SignerContext,
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
  const signature = checkSignature(
    certificate.publicKeyInfo,
    signer.signatureAlgorithm,
    digest,
    signer.signedBytes ?? signedData.content,
    signer.signature,
  );
  const chain = checkChain(certificate, anchors);
  if (chain === 'invalid') return altered('certificate');
  if (signature === 'invalid') return altered('signature');
  if (signature === 'unsupported' || chain === 'unsupported') {
    return { outcome: 'not-checked', reason: 'unsupported-algorithm' };
  }
  if (chain === 'no-anchor') {
    return { outcome: 'consistent-issuer-not-trusted', reason: 'no-trusted-issuer' };
  }
  if (chain === 'another-country') {
    return { outcome: 'consistent-issuer-not-trusted', reason: 'issuer-of-another-country' };
  }
  if (!signedWithinValidity(signer, certificate)) {
    return { outcome: 'consistent-issuer-not-trusted', reason: 'signer-outside-validity' };
  }
  return GENUINE;
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
    return all.find(({ subjectKeyIdentifier: own }) => own !== null && sameBytes(own, identifier.value));
  }
  const numbered = (candidates: readonly Certificate[]) =>
    candidates.filter(({ serial }) => sameBytes(serial, identifier.serial));
  return (
    numbered(all).find(({ issuer }) => sameBytes(issuer, identifier.issuer)) ??
    numbered(certificates).find(({ issuer }) => !differByOneByte(issuer, identifier.issuer))
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
  if (signer.signedBytes === null) return true;
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
): 'valid' | 'invalid' | 'unsupported' | 'no-anchor' | 'another-country' {
  if (anchors.some((anchor) => sameBytes(anchor.encoded, certificate.encoded))) return 'valid';
  const issuers = anchors.filter((anchor) => mayHaveIssued(anchor, certificate));
  if (issuers.length === 0) return 'no-anchor';
  const checks = issuers.map((issuer) =>
    checkSignature(
      issuer.publicKeyInfo,
      certificate.signatureAlgorithm,
      null,
      certificate.signedBytes,
      certificate.signature,
    ),
  );
  const signed = issuers.filter((_, i) => checks[i] === 'valid');
  // 9303-12, 7.1.1: both name the same country, in whatever case.
  const country = countryOf(certificate.issuer);
  if (signed.some((issuer) => countryOf(issuer.subject) === country)) return 'valid';
  if (signed.length > 0) return 'another-country';
  return checks.includes('unsupported') ? 'unsupported' : 'invalid';
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

function signedWithinValidity(signer: SignerInfo, certificate: Certificate): boolean {
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
