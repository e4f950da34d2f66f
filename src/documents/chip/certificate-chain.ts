import type { Certificate } from './certificate.ts';
import { sameBytes } from './der.ts';
import { countryOf, sameName } from './distinguished-name.ts';
import { checkSignature, type SignatureCheck } from './signature.ts';

export type ChainCheck =
  | 'valid'
  | 'invalid'
  | 'unsupported'
  | 'no-anchor'
  | 'another-country'
  | 'outside-validity';

/** Tries the trusted certificates that may be the issuer's. */
export function checkChain(
  certificate: Certificate,
  anchors: readonly Certificate[],
  today: string | null,
  isRevoked: (issuer: Certificate) => boolean = () => false,
): ChainCheck {
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
  if (signed.length > 0 && signed.every(isRevoked)) return 'no-anchor';
  signed = signed.filter((issuer) => !isRevoked(issuer));
  // 9303-12, 7.1.1: both name the same country, in whatever case.
  const country = countryOf(certificate.issuer);
  const home = signed.filter((issuer) => countryOf(issuer.subject) === country);
  if (home.some((issuer) => issuedWithinValidity(issuer, certificate, today))) return 'valid';
  if (home.length > 0) return 'outside-validity';
  if (signed.length > 0) return 'another-country';
  if (named.length === 0) return 'no-anchor';
  return checks.includes('unsupported') ? 'unsupported' : 'invalid';
}

/** Whether the issuer's key signed the certificate. */
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
  if (own === null || named === null) return sameName(anchor.subject, certificate.issuer);
  if (own.length !== named.length) return false;
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

/** Whether a certificate begins after this day (YYYY-MM-DD). */
export function startsAfter({ validFrom }: Certificate, today: string | null): boolean {
  return today !== null && validFrom.slice(0, 8) > today.replaceAll('-', '');
}

/**
 * Certificates that came along by which a country says with its old key which its new one is (9303-12, 4.1.3), as far as the station trusts the
 * old one.
 */
export function linksFrom(
  anchors: readonly Certificate[],
  certificates: readonly Certificate[],
  today: string | null,
): readonly Certificate[] {
  const links = certificates.filter(
    ({ isAuthority, subject, issuer }) => isAuthority && countryOf(subject) === countryOf(issuer),
  );
  return links.filter((link) => checkChain(link, anchors, today) === 'valid');
}
