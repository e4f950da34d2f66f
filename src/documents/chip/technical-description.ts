import { findDocumentSeries, KYRGYZ_DOCUMENT_SERIES } from '../mrz/document-series.ts';
import type { MachineReadableZone } from '../mrz/zone.ts';
import { parseDataGroup15 } from './active-authentication.ts';
import { parseCertificate } from './certificate.ts';
import { CHIP_FILES, type DataGroupName } from './data-groups.ts';
import { readChildren, readIdentifier, SEQUENCE, SET } from './der.ts';
import { countryOf } from './distinguished-name.ts';
import { OBJECT_IDENTIFIERS } from './object-identifiers.ts';
import { type PublicKey, type PublicKeyProblem, readPublicKeyInfo } from './public-key-info.ts';
import { parseSecurityObject } from './security-object.ts';
import { readOnlyTlv, readTlvs } from './tlv.ts';

/** How a document was made: what a technician needs to know of a model, and nothing of its holder. */
export interface TechnicalDescription {
  readonly zone: {
    readonly format: MachineReadableZone['format'];
    readonly documentCode: string;
    readonly issuingState: string;
    /** Of a known series, else null: an unknown number's letters may be a person's own. */
    readonly series: string | null;
    /** Where the personal number stands. */
    readonly personalNumber: 'optional-data-1' | 'optional-data-2' | 'elsewhere' | null;
  };
  /** Object identifiers of what EF.CardAccess and DG14 offer; null without the file. */
  readonly cardAccess: readonly string[] | null;
  readonly options: readonly string[] | null;
  readonly activeKey: string | null;
  /** Tags in DG11, in hexadecimal. */
  readonly detailTags: readonly string[] | null;
  readonly securityObject: {
    readonly dataGroupHash: string;
    readonly dataGroups: readonly DataGroupName[];
    readonly signers: readonly SignerDescription[];
    readonly certificates: readonly CertificateDescription[];
  } | null;
}

interface SignerDescription {
  readonly namedBy: 'issuer-and-serial' | 'key-identifier';
  readonly digest: string;
  readonly signature: string | null;
  readonly signingTimeGiven: boolean;
}

/** Of the signer, who is an authority and not a person; without its serial number, which only few documents share. */
interface CertificateDescription {
  readonly country: string | null;
  readonly signature: string | null;
  readonly key: string;
  /** The key of its issuer, by which the country certificate that is wanted can be found; hexadecimal. */
  readonly issuerKey: string | null;
  /** Years. */
  readonly valid: readonly [string, string];
}

export function describeTechnically(
  zone: MachineReadableZone,
  cardAccess: Uint8Array | null,
  securityObject: Uint8Array | null,
  files: ReadonlyMap<DataGroupName, Uint8Array>,
): TechnicalDescription {
  const options = files.get('DG14');
  const activeKey = files.get('DG15');
  const details = files.get('DG11');
  const wrapped = options === undefined ? null : readOnlyTlv(options, CHIP_FILES.DG14.tag);
  const key = activeKey === undefined ? null : parseDataGroup15(activeKey);
  return {
    zone: describeZone(zone),
    cardAccess: cardAccess === null ? null : protocolsOf(cardAccess),
    options: wrapped?.ok === true ? protocolsOf(wrapped.value.value) : null,
    activeKey: key === null ? null : describeKey(key.ok ? key.value : 'invalid'),
    detailTags: details === undefined ? null : tagsOf(details),
    securityObject: securityObject === null ? null : describeSecurityObject(securityObject),
  };
}

function describeZone(zone: MachineReadableZone): TechnicalDescription['zone'] {
  const { format, documentCode, issuingState, documentNumber, personalNumber } = zone;
  const holds = (text: string): boolean => personalNumber !== null && text.includes(personalNumber.digits);
  const places = [
    holds(zone.optionalData1) ? ('optional-data-1' as const) : null,
    holds(zone.optionalData2) ? ('optional-data-2' as const) : null,
  ].filter((place) => place !== null);
  return {
    format,
    documentCode,
    issuingState,
    series: findDocumentSeries(documentNumber, KYRGYZ_DOCUMENT_SERIES)?.prefix ?? null,
    personalNumber: personalNumber === null ? null : (places[0] ?? 'elsewhere'),
  };
}

/** The identifiers of a SET of SecurityInfo. */
function protocolsOf(bytes: Uint8Array): readonly string[] {
  const entries = readChildren(bytes, SET) ?? [];
  return entries.map((entry) => readIdentifier(readChildren(entry.encoded, SEQUENCE)?.[0]) ?? 'malformed');
}

function tagsOf(file: Uint8Array): readonly string[] | null {
  const outer = readOnlyTlv(file, CHIP_FILES.DG11.tag);
  const objects = outer.ok ? readTlvs(outer.value.value) : outer;
  return objects.ok ? objects.value.map(({ tag }) => tag.toString(16)) : null;
}

/** Null for what is none. */
export function describeSecurityObject(file: Uint8Array): TechnicalDescription['securityObject'] {
  const parsed = parseSecurityObject(file);
  if (!parsed.ok) return null;
  const { hashAlgorithm, dataGroupHashes, signers, certificates } = parsed.value;
  return {
    dataGroupHash: hashAlgorithm,
    dataGroups: [...dataGroupHashes.keys()],
    signers: signers.map(({ identifier, digestAlgorithm, signatureAlgorithm, signedAttributes }) => ({
      namedBy: identifier.kind,
      digest: digestAlgorithm,
      signature: algorithmOf(signatureAlgorithm),
      signingTimeGiven: signedAttributes.some(({ type }) => type === OBJECT_IDENTIFIERS.signingTime),
    })),
    certificates: certificates.flatMap((encoded) => {
      const certificate = parseCertificate(encoded);
      if (certificate === null) return [];
      const { issuer, signatureAlgorithm, publicKeyInfo, authorityKeyIdentifier } = certificate;
      return [
        {
          country: countryOf(issuer),
          signature: algorithmOf(signatureAlgorithm),
          key: describeKey(readPublicKeyInfo(publicKeyInfo)),
          issuerKey:
            authorityKeyIdentifier === null ? null : Buffer.from(authorityKeyIdentifier).toString('hex'),
          valid: [certificate.validFrom.slice(0, 4), certificate.validUntil.slice(0, 4)] as const,
        },
      ];
    }),
  };
}

function algorithmOf(algorithm: Uint8Array): string | null {
  return readIdentifier(readChildren(algorithm, SEQUENCE)?.[0]);
}

function describeKey(key: PublicKey | PublicKeyProblem): string {
  if (typeof key === 'string') return key;
  switch (key.kind) {
    case 'rsa':
      return `RSA, ${key.modulus.toString(2).length} bits`;
    case 'ec':
      return key.curve.name;
    case 'dh':
      return `Diffie-Hellman, ${key.group.p.toString(2).length} bits`;
  }
}
