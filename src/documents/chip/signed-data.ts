import { err, ok, type Result } from '../../domain/result.ts';
import { toDefiniteLengths } from './definite-lengths.ts';
import {
  INTEGER,
  OCTET_STRING,
  readAll,
  readChildren,
  readIdentifier,
  readPlainAlgorithm,
  SEQUENCE,
  SET,
  sameBytes,
} from './der.ts';
import { hashName, OBJECT_IDENTIFIERS } from './object-identifiers.ts';
import { encodeTlv, readOnlyTlv, type Tlv } from './tlv.ts';

/** CMS SignedData (RFC 5652, 5.1), as security objects and master lists are. */
export interface SignedData {
  /** Dotted object identifier of what the content is. */
  readonly contentType: string;
  /** The signed content, whole. */
  readonly content: Uint8Array;
  /** DER of the certificates that came along. */
  readonly certificates: readonly Uint8Array[];
  readonly signers: readonly SignerInfo[];
}

export interface SignerInfo {
  /** How the certificate is named: issuer and serial number in DER, or its key's identifier. */
  readonly identifier:
    | { readonly kind: 'issuer-and-serial'; readonly issuer: Uint8Array; readonly serial: Uint8Array }
    | { readonly kind: 'key-identifier'; readonly value: Uint8Array };
  readonly digestAlgorithm: string;
  readonly signedAttributes: readonly SignedAttribute[];
  /**
   * What may be signed: the attributes under the tag of a SET (RFC 5652, 5.4), as they stand or in DER's order, in which most
   * signers sign them wherever they put them. Empty without attributes, when the content itself is signed.
   */
  readonly signedForms: readonly Uint8Array[];
  /** AlgorithmIdentifier in DER. */
  readonly signatureAlgorithm: Uint8Array;
  readonly signature: Uint8Array;
}

export interface SignedAttribute {
  readonly type: string;
  /** The only value. */
  readonly value: Tlv;
}

export interface MalformedError {
  readonly code: 'malformed';
}

const MALFORMED: Result<never, MalformedError> = err({ code: 'malformed' });

/**
 * Takes the ContentInfo apart, whose content is of one of these types; strict, because a byte that means nothing is a byte that may be altered unseen.
 * Indefinite lengths, which DER does not have, are made definite first.
 */
export function parseSignedData(
  encoded: Uint8Array,
  ...contentTypes: readonly string[]
): Result<SignedData, MalformedError> {
  return parseDefinite(toDefiniteLengths(encoded) ?? encoded, contentTypes);
}

function parseDefinite(
  bytes: Uint8Array,
  contentTypes: readonly string[],
): Result<SignedData, MalformedError> {
  const contentInfo = readChildren(bytes, SEQUENCE);
  const [type, wrapped] = contentInfo ?? [];
  if (
    contentInfo?.length !== 2 ||
    readIdentifier(type) !== OBJECT_IDENTIFIERS.signedData ||
    wrapped?.tag !== 0xa0
  ) {
    return MALFORMED;
  }
  const signedData = readChildren(wrapped.value, SEQUENCE);
  if (signedData === null) return MALFORMED;
  const [version, digests, encapsulated, ...rest] = signedData;
  const versionNumber = version?.tag === INTEGER && version.value.length === 1 ? version.value[0] : null;
  const digestAlgorithms = digests === undefined ? null : parseDigestAlgorithms(digests);
  const content = encapsulated === undefined ? null : parseEncapsulated(encapsulated, contentTypes);
  // RFC 5652, 5.1: 3 for any content but plain data, which has 1; issuers of plain data write 3 as well.
  const plain = content?.type === OBJECT_IDENTIFIERS.data;
  if (versionNumber !== 3 && !(plain && versionNumber === 1)) return MALFORMED;
  const certificates = rest.find((object) => object.tag === 0xa0);
  const signers = rest.at(-1);
  // Revocation lists (a1) should not be here (9303-10, 4.6.2.2), and say nothing that is believed where they are.
  const shape = rest.map(({ tag }) => tag.toString(16)).join(' ');
  const known = ['31', 'a0 31', 'a0 a1 31'].includes(shape);
  if (digestAlgorithms === null || content === null || !known || signers?.tag !== SET) return MALFORMED;
  const certificateList = certificates === undefined ? [] : readAll(certificates.value);
  const signerList = readAll(signers.value)?.map(parseSigner);
  if (certificateList === null || signerList === undefined) return MALFORMED;
  const infos = signerList.filter((signer) => signer !== null);
  if (infos.length !== signerList.length) return MALFORMED;
  if (infos.some((signer) => !agrees(digestAlgorithms, signer.digestAlgorithm))) return MALFORMED;
  return ok({
    contentType: content.type,
    content: content.bytes,
    certificates: certificateList.map((tlv) => tlv.encoded),
    signers: infos,
  });
}

/**
 * The list in front should name each signer's hash, but old issuers left SHA-1 standing there, or nothing. It is not signed:
 * another hash of the signer's own family is an altered byte.
 */
function agrees(listed: readonly string[], digest: string): boolean {
  if (listed.includes(digest)) return true;
  const family = (identifier: string): string => identifier.slice(0, identifier.lastIndexOf('.'));
  return listed.every((other) => hashName(other) !== null && family(other) !== family(digest));
}

function parseDigestAlgorithms(set: Tlv): readonly string[] | null {
  const algorithms = set.tag === SET ? readAll(set.value)?.map(readPlainAlgorithm) : undefined;
  const known = algorithms?.filter((algorithm) => algorithm !== null);
  return known !== undefined && known.length === algorithms?.length ? known : null;
}

function parseEncapsulated(
  encapsulated: Tlv,
  contentTypes: readonly string[],
): { readonly type: string; readonly bytes: Uint8Array } | null {
  const parts = encapsulated.tag === SEQUENCE ? readAll(encapsulated.value) : null;
  const [type, wrapped] = parts ?? [];
  const identifier = readIdentifier(type);
  if (parts?.length !== 2 || identifier === null || !contentTypes.includes(identifier)) return null;
  if (wrapped?.tag !== 0xa0) return null;
  const octets = readOnlyTlv(wrapped.value, OCTET_STRING);
  return octets.ok ? { type: identifier, bytes: octets.value.value } : null;
}

function parseSigner(signer: Tlv): SignerInfo | null {
  const parts = signer.tag === SEQUENCE ? readAll(signer.value) : null;
  if (parts === null) return null;
  const [version, identifier, digest, ...rest] = parts;
  const attributes = rest.find((object) => object.tag === 0xa0);
  const [signatureAlgorithm, signature] = rest.filter((object) => object.tag !== 0xa0 && object.tag !== 0xa1);
  const digestAlgorithm = readPlainAlgorithm(digest);
  const signedAttributes = attributes === undefined ? [] : parseAttributes(attributes.value);
  const named = identifier === undefined ? null : parseIdentifier(identifier);
  // RFC 5652, 5.3: version 1 goes with issuer and serial number, 3 with the key's identifier.
  const expectedVersion = named?.kind === 'key-identifier' ? 3 : 1;
  if (version?.tag !== INTEGER || version.value.length !== 1 || version.value[0] !== expectedVersion)
    return null;
  if (named === null || digestAlgorithm === null || signedAttributes === null) return null;
  if (signatureAlgorithm?.tag !== SEQUENCE || signature?.tag !== OCTET_STRING) return null;
  return {
    identifier: named,
    digestAlgorithm,
    signedAttributes,
    signedForms: attributes === undefined ? [] : asSets(attributes),
    signatureAlgorithm: signatureAlgorithm.encoded,
    signature: signature.value,
  };
}

function parseIdentifier(identifier: Tlv): SignerInfo['identifier'] | null {
  if (identifier.tag === 0x80) return { kind: 'key-identifier', value: identifier.value };
  const [issuer, serial] = identifier.tag === SEQUENCE ? (readAll(identifier.value) ?? []) : [];
  if (issuer?.tag !== SEQUENCE || serial?.tag !== INTEGER) return null;
  return { kind: 'issuer-and-serial', issuer: issuer.encoded, serial: serial.value };
}

function parseAttributes(bytes: Uint8Array): readonly SignedAttribute[] | null {
  const attributes: SignedAttribute[] = [];
  for (const attribute of readAll(bytes) ?? []) {
    const [type, values] = attribute.tag === SEQUENCE ? (readAll(attribute.value) ?? []) : [];
    const value = values?.tag === SET ? readAll(values.value)?.[0] : undefined;
    const identifier = readIdentifier(type);
    if (identifier === null || value === undefined) return null;
    attributes.push({ type: identifier, value });
  }
  return attributes.length > 0 ? attributes : null;
}

function asSets(attributes: Tlv): readonly Uint8Array[] {
  const asTheyStand = Uint8Array.from(attributes.encoded);
  asTheyStand[0] = SET;
  const elements = (readAll(attributes.value) ?? []).map(({ encoded }) => encoded);
  const ordered = encodeTlv(SET, ...elements.sort(Buffer.compare));
  return sameBytes(asTheyStand, ordered) ? [asTheyStand] : [asTheyStand, ordered];
}
