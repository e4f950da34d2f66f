import { err, ok, type Result } from '../../domain/result.ts';
import { type Certificate, parseCertificate } from './certificate.ts';
import { INTEGER, readAll, readChildren, SEQUENCE, SET } from './der.ts';
import { OBJECT_IDENTIFIERS } from './object-identifiers.ts';
import { type Authenticity, authenticateSignedData, signerCertificates } from './passive-authentication.ts';
import { parseSignedData, type SignedData } from './signed-data.ts';

export type MasterListError =
  /** No master list at all: most likely a certificate, or another kind of file. */
  | { readonly code: 'not-a-master-list' }
  /** Its signature does not hold. */
  | { readonly code: 'altered' }
  /** Nobody whom the station trusts vouches for its signer, or not as one of lists: it may have been written by anybody. */
  | { readonly code: 'signer-not-trusted' }
  | { readonly code: 'not-checked' };

/**
 * The country certificates of a CSCA master list (ICAO 9303-12, 9), in DER. They are given only if the list is
 * signed by a signer of master lists whose certificate leads to one of `trusted`, since whoever writes a list decides
 * which documents are genuine. What in it is no certificate is passed over.
 */
export function readMasterList(
  file: Uint8Array,
  trusted: readonly Uint8Array[],
  { forItself = false }: MasterListTrust = {},
): Result<readonly Uint8Array[], MasterListError> {
  const signedData = parseSignedData(file, OBJECT_IDENTIFIERS.masterList);
  if (!signedData.ok) return err({ code: 'not-a-master-list' });
  const certificates = parseContent(signedData.value.content);
  if (certificates === null) return err({ code: 'not-a-master-list' });
  const anchors = forItself ? [...trusted, ...certificates] : trusted;
  const authenticity = authenticateSignedData(signedData.value, anchors);
  const problem = problemOf(authenticity);
  if (problem !== null) return err({ code: problem });
  if (!hasListSigner(signedData.value)) return err({ code: 'signer-not-trusted' });
  return ok(certificates.filter((certificate) => parseCertificate(certificate) !== null));
}

export interface MasterListTrust {
  /**
   * Whoever provides the list vouches for it: its signer may lead to an authority that only the list itself names, which
   * shows that it is whole, and not whose it is.
   */
  readonly forItself?: boolean;
}

/** Whether a file is meant as a master list, whoever signed it. */
export function isMasterList(file: Uint8Array): boolean {
  return parseSignedData(file, OBJECT_IDENTIFIERS.masterList).ok;
}

function problemOf(authenticity: Authenticity): MasterListError['code'] | null {
  switch (authenticity.outcome) {
    case 'genuine':
      return null;
    case 'consistent-issuer-not-trusted':
      return 'signer-not-trusted';
    case 'altered':
    case 'not-checked':
      return authenticity.outcome;
  }
}

/** Version 0, then the certificates. */
function parseContent(content: Uint8Array): readonly Uint8Array[] | null {
  const [version, list, ...more] = readChildren(content, SEQUENCE) ?? [];
  if (version?.tag !== INTEGER || version.value[0] !== 0 || list?.tag !== SET || more.length > 0) return null;
  return readAll(list.value)?.map((certificate) => certificate.encoded) ?? null;
}

/** A signer of documents must not sign lists: the certificate's purpose says which it is. */
function hasListSigner(signedData: SignedData): boolean {
  const signers = signerCertificates(signedData);
  const mayList = (signer: Certificate): boolean =>
    signer.extendedKeyUsage.includes(OBJECT_IDENTIFIERS.masterListSigning);
  return signers.length > 0 && signers.every(mayList);
}
