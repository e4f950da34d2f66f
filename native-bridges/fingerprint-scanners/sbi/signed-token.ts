import { createVerify, X509Certificate } from 'node:crypto';
import { err, ok, type Result } from '../../../src/domain/result.ts';

/** What is wrong with a token that a service signed. */
export type TokenProblem = 'malformed' | 'not-signed-so' | 'not-trusted' | 'not-valid-now';

/** A device's certificate, its maker's, and at most two above. */
const MAX_CHAIN = 4;

/**
 * The payload of a JSON Web Signature in its compact form (RFC 7515), RS256 with the certificates in `x5c`: the
 * signature is the first certificate's, and a chain leads from it to one of `authorities` without leaving the
 * validity of any. No other algorithm is taken, so that none can be chosen by whoever sends the token.
 */
export function openToken(
  token: string,
  authorities: readonly X509Certificate[],
  now: Date,
): Result<unknown, TokenProblem> {
  const [header = '', payload = '', signature = '', ...more] = token.split('.');
  if (more.length > 0 || ![header, payload, signature].every(isBase64Url)) return err('malformed');
  const fields = parseJson(header);
  const chain = certificatesOf(fields);
  const [leaf] = chain;
  if (leaf === undefined) return err('malformed');
  if (fields?.alg !== 'RS256' || leaf.publicKey.asymmetricKeyType !== 'rsa') return err('not-signed-so');
  const verifier = createVerify('RSA-SHA256').update(`${header}.${payload}`);
  if (!verifier.verify(leaf.publicKey, Buffer.from(signature, 'base64url'))) return err('not-signed-so');
  const trusted = checkChain(chain, authorities, now);
  if (trusted !== null) return err(trusted);
  const opened = parseJson(payload);
  return opened === null ? err('malformed') : ok(opened);
}

/** Null where the chain holds. */
function checkChain(
  chain: readonly X509Certificate[],
  authorities: readonly X509Certificate[],
  now: Date,
): TokenProblem | null {
  for (const [index, certificate] of chain.entries()) {
    if (!isValid(certificate, now)) return 'not-valid-now';
    const isAnchor = authorities.some((each) => each.fingerprint256 === certificate.fingerprint256);
    if (isAnchor) return null;
    const anchor = authorities.find((each) => isIssuedBy(certificate, each));
    if (anchor !== undefined) return isValid(anchor, now) ? null : 'not-valid-now';
    const next = chain[index + 1];
    if (next === undefined || !next.ca || !isIssuedBy(certificate, next)) return 'not-trusted';
  }
  return 'not-trusted';
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

function isValid({ validFromDate, validToDate }: X509Certificate, now: Date): boolean {
  return validFromDate <= now && now <= validToDate;
}

function certificatesOf(header: Record<string, unknown> | null): readonly X509Certificate[] {
  const listed = header?.x5c;
  if (!Array.isArray(listed) || listed.length > MAX_CHAIN) return [];
  try {
    return listed.map((text) => new X509Certificate(Buffer.from(String(text), 'base64')));
  } catch {
    return [];
  }
}

function parseJson(part: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

function isBase64Url(text: string): boolean {
  return /^[A-Za-z0-9_-]+={0,2}$/.test(text);
}
