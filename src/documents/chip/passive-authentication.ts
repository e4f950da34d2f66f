import { createHash } from 'node:crypto';
import { type Certificate, parseCertificate, readTime } from './certificate.ts';
import { checkChain, linksFrom, startsAfter } from './certificate-chain.ts';
import type { DataGroupName } from './data-groups.ts';
import {
  OCTET_STRING,
  readBitString,
  readChildren,
  readIdentifier,
  SEQUENCE,
  sameBytes,
  withoutZeros,
} from './der.ts';
import { countryOf } from './distinguished-name.ts';
import { withoutPadding } from './file-padding.ts';
import { countryOfState, issuingState } from './issuing-state.ts';
import { hashName, OBJECT_IDENTIFIERS } from './object-identifiers.ts';
import { checkRevocation, type RevocationStatus } from './revocation-list.ts';
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
        /** Its own country has revoked the signer's certificate. */
        | 'signer-revoked'
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
 * it is no certificate is passed over. `today` (YYYY-MM-DD) finds certificates that are not valid yet. Files may be filled up with zeros or
 * ones behind their end. `revocationLists` are in DER too; a station is offline, so without any its technician leaves out of
 * `trusted` whom it must not trust any more.
 */
export function authenticatePassively(
  securityObject: Uint8Array | null,
  dataGroups: ReadonlyMap<DataGroupName, Uint8Array>,
  trusted: readonly Uint8Array[],
  today: string | null = null,
  revocationLists: readonly Uint8Array[] = [],
): Authenticity {
  if (securityObject === null) return { outcome: 'not-checked', reason: 'no-security-object' };
  const parsed = parseSecurityObject(securityObject);
  if (!parsed.ok) return altered('malformed');
  const hash = hashName(parsed.value.hashAlgorithm);
  if (hash === null) return altered('malformed');
  const changed = changedDataGroups(parsed.value, hash, dataGroups);
  if (changed.length > 0) return altered('data-group', changed);
  const country = countryOfState(issuingState(dataGroups.get('DG1')));
  return authenticateSignedData(parsed.value, trusted, { today, country, revocationLists });
}

/**
 * The signatures over the content, and each signer's certificate up to a trusted one. Where there are several signers
 * none may be wrong, and the best counts.
 */
export function authenticateSignedData(
  signedData: SignedData,
  trusted: readonly Uint8Array[],
  { today, country, revocationLists = [] }: SigningContext = { today: null, country: null },
): Authenticity {
  if (signedData.signers.length === 0) return altered('malformed');
  const certificates = signedData.certificates.map(parseCertificate);
  const known = certificates.filter((certificate) => certificate !== null);
  if (known.length !== certificates.length) return altered('certificate');
  const provisioned = trusted.map(readAnchor).filter((certificate) => certificate !== null);
  const anchors = [...provisioned, ...linksFrom(provisioned, known, today)];
  const revocation = (certificate: Certificate): RevocationStatus =>
    checkRevocation(certificate, revocationLists, anchors, today);
  const context = { signedData, certificates: known, anchors, revocation, today, country };
  return combine(signedData.signers.map((signer) => checkSigner(context, signer)));
}

/** What is known beside the signatures. */
export interface SigningContext {
  /** YYYY-MM-DD; null where nobody knows the day. */
  readonly today: string | null;
  /** Two letters: whose authority alone may have signed; null for whosever. */
  readonly country: string | null;
  /** In DER. */
  readonly revocationLists?: readonly Uint8Array[];
}

/** What lists of revoked certificates say of the signers: the worst of what they say of each. */
export function revocationOfSigners(
  signedData: SignedData,
  trusted: readonly Uint8Array[],
  revocationLists: readonly Uint8Array[],
  today: string | null = null,
): RevocationStatus {
  const provisioned = trusted.map(readAnchor).filter((certificate) => certificate !== null);
  const found = signerCertificates(signedData).map((signer) =>
    checkRevocation(signer, revocationLists, provisioned, today),
  );
  const order: readonly RevocationStatus[] = ['revoked', 'not-checked', 'list-expired', 'not-revoked'];
  return order.find((status) => found.includes(status)) ?? 'not-checked';
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
  readonly certificates: readonly Certificate[];
  readonly anchors: readonly Certificate[];
  readonly revocation: (certificate: Certificate) => RevocationStatus;
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
    const actual = createHash(hash).update(withoutPadding(bytes)).digest();
    if (expected === undefined || !sameBytes(expected, actual)) changed.push(name);
  }
  return changed;
}

function checkSigner(
  { signedData, certificates, anchors, revocation, today, country }: SignerContext,
  signer: SignerInfo,
): Authenticity {
  const certificate = findSigner(certificates, anchors, signer);
  if (certificate === undefined) {
    if (certificates.length > 0) return altered('certificate');
    return { outcome: 'not-checked', reason: 'no-signer-certificate' };
  }
  const digest = hashName(signer.digestAlgorithm);
  if (digest === null) return altered('malformed');
  if (!attributesHold(signedData, signer, digest)) return altered('content');
  const signature = checkForms(certificate, signer, digest, signedData.content);
  const chain = checkChain(certificate, anchors, today, (issuer) => revocation(issuer) === 'revoked');
  if (chain === 'invalid') return altered('certificate');
  if (signature === 'invalid') return altered('signature');
  if (signature === 'unsupported' || chain === 'unsupported') {
    return { outcome: 'not-checked', reason: 'unsupported-algorithm' };
  }
  if (revocation(certificate) === 'revoked') {
    return { outcome: 'consistent-issuer-not-trusted', reason: 'signer-revoked' };
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

function differByOneByte(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.filter((byte, i) => byte !== other[i]).length === 1;
}

/** Content type and message digest (RFC 5652, 5.4 and 11). Without attributes the content itself is signed. */
function attributesHold(signedData: SignedData, signer: SignerInfo, digest: string): boolean {
  if (signer.signedForms.length === 0) return true;
  const value = (type: string) => signer.signedAttributes.find((attribute) => attribute.type === type)?.value;
  const contentType = value(OBJECT_IDENTIFIERS.contentType);
  const messageDigest = value(OBJECT_IDENTIFIERS.messageDigest);
  if (messageDigest?.tag !== OCTET_STRING) return false;
  if (readIdentifier(contentType) !== signedData.contentType) return false;
  return sameBytes(messageDigest.value, createHash(digest).update(signedData.content).digest());
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
