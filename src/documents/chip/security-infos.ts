import { readAll, readIdentifier, SEQUENCE, SET } from './der.ts';
import { type DiffieHellmanGroup, groupByParameterId } from './diffie-hellman-groups.ts';
import { curveByParameterId, type NamedCurve } from './named-curves.ts';
import { OBJECT_IDENTIFIERS, signatureScheme } from './object-identifiers.ts';
import { type PublicKey, readDomain, readPublicKeyInfo, readSmallNumber } from './public-key-info.ts';
import { cipherBySuffix, type SessionCipher } from './session-cipher.ts';
import { readTlv, type Tlv } from './tlv.ts';

export type PaceMapping = 'generic' | 'integrated' | 'chip-authentication';
export type PaceDomain =
  | { readonly kind: 'ecdh'; readonly curve: NamedCurve }
  | { readonly kind: 'dh'; readonly group: DiffieHellmanGroup };

export interface PaceInfo {
  /** Dotted object identifier. */
  readonly protocol: string;
  readonly mapping: PaceMapping;
  readonly cipher: SessionCipher;
  readonly domain: PaceDomain;
  /** Null when left away. */
  readonly parameterId: number | null;
}

export interface ChipAuthenticationInfo {
  readonly protocol: string;
  readonly agreement: 'dh' | 'ecdh';
  readonly cipher: SessionCipher;
  readonly keyId: number | null;
}

export interface ChipPublicKey {
  readonly key: PublicKey;
  readonly keyId: number | null;
}

/** What a chip says that it can do (ICAO 9303-11, 9.2): EF.CardAccess, EF.CardSecurity and DG14. */
export interface SecurityInfos {
  /** Only what this program can compute. */
  readonly pace: readonly PaceInfo[];
  readonly chipAuthentication: readonly ChipAuthenticationInfo[];
  readonly chipPublicKeys: readonly ChipPublicKey[];
  /** The hash of an active authentication by ECDSA; null when the chip does not say. */
  readonly activeAuthenticationHash: string | null;
  /** Of known protocols, with parameters or keys that this program does not compute. */
  readonly unsupported: readonly string[];
}

/** The branch of the German BSI's smart card protocols (TR-03110-3, A.1.1.1). */
const PROTOCOLS = '0.4.0.127.0.7.2.2.';
const PUBLIC_KEY = `${PROTOCOLS}1.`;
const CHIP_AUTHENTICATION = `${PROTOCOLS}3.`;
const PACE = `${PROTOCOLS}4.`;

const MAPPINGS: Readonly<Record<string, readonly ['dh' | 'ecdh', PaceMapping]>> = {
  1: ['dh', 'generic'],
  2: ['ecdh', 'generic'],
  3: ['dh', 'integrated'],
  4: ['ecdh', 'integrated'],
  6: ['ecdh', 'chip-authentication'],
};

/** Reads a SET of SecurityInfo; null when it is none. Protocols that are not known are passed over, as they must be. */
export function parseSecurityInfos(bytes: Uint8Array): SecurityInfos | null {
  // Chips pad the file behind the set.
  const outer = readTlv(bytes);
  const entries = outer.ok && outer.value.tag === SET ? readAll(outer.value.value) : null;
  const parsed = entries?.map(parseEntry) ?? null;
  if (parsed === null) return null;
  const known = parsed.filter((entry) => entry !== null);
  if (known.length !== parsed.length) return null;
  const domains = known.filter((entry) => isPaceDomain(entry.protocol));
  const paceEntries = known.filter(({ protocol }) => protocol.startsWith(PACE) && !isPaceDomain(protocol));
  const pace = paceEntries.map((entry) => readPace(entry, domains));
  const chip = known.filter(({ protocol }) => protocol.startsWith(CHIP_AUTHENTICATION));
  const keyEntries = known.filter(({ protocol }) => protocol.startsWith(PUBLIC_KEY));
  const keys = keyEntries.map(readChipKey);
  const active = known.find(({ protocol }) => protocol === OBJECT_IDENTIFIERS.activeAuthentication);
  const signature = readIdentifier(active?.optional);
  return {
    pace: pace.filter((info) => info !== null),
    chipAuthentication: chip.map(readChipAuthentication).filter((info) => info !== null),
    chipPublicKeys: keys.filter((key) => key !== null),
    activeAuthenticationHash: signature === null ? null : (signatureScheme(signature)?.[1] ?? null),
    unsupported: [
      ...paceEntries.filter((_, i) => pace[i] === null),
      ...keyEntries.filter((_, i) => keys[i] === null),
    ].map(({ protocol }) => protocol),
  };
}

interface Entry {
  readonly protocol: string;
  readonly required: Tlv;
  readonly optional: Tlv | undefined;
}

function parseEntry(entry: Tlv): Entry | null {
  const [name, required, optional] = entry.tag === SEQUENCE ? (readAll(entry.value) ?? []) : [];
  const protocol = readIdentifier(name);
  return protocol === null || required === undefined ? null : { protocol, required, optional };
}

/** PACEDomainParameterInfo has the identifier of the mapping alone, without a cipher's number. */
function isPaceDomain(protocol: string): boolean {
  return protocol.startsWith(PACE) && protocol.split('.').length === PACE.split('.').length;
}

function readPace({ protocol, required, optional }: Entry, domains: readonly Entry[]): PaceInfo | null {
  const [agreementNumber = '', suffix = ''] = protocol.slice(PACE.length).split('.');
  const [agreement, mapping] = MAPPINGS[agreementNumber] ?? [];
  const cipher = cipherBySuffix(Number(suffix));
  const parameterId = readSmallNumber(optional);
  if (agreement === undefined || mapping === undefined || cipher === null) return null;
  if (readSmallNumber(required) !== 2) return null;
  const own = domains.find(
    (entry) =>
      entry.protocol === `${PACE}${agreementNumber}` && readSmallNumber(entry.optional) === parameterId,
  );
  const domain = own === undefined ? standardDomain(parameterId) : explicitDomain(own);
  if (domain?.kind !== agreement) return null;
  return { protocol, mapping, cipher, domain, parameterId };
}

function standardDomain(parameterId: number | null): PaceDomain | null {
  if (parameterId === null) return null;
  const group = groupByParameterId(parameterId);
  if (group !== null) return { kind: 'dh', group };
  const curve = curveByParameterId(parameterId);
  return curve === null ? null : { kind: 'ecdh', curve };
}

/** Proprietary parameters, as far as they are those of a known curve. */
function explicitDomain({ required }: Entry): PaceDomain | null {
  const [name, parameters] = required.tag === SEQUENCE ? (readAll(required.value) ?? []) : [];
  const identifier = readIdentifier(name);
  if (identifier === OBJECT_IDENTIFIERS.standardizedDomain)
    return standardDomain(readSmallNumber(parameters));
  if (identifier !== OBJECT_IDENTIFIERS.ecPublicKey) return null;
  const curve = readDomain(parameters);
  return typeof curve === 'string' ? null : { kind: 'ecdh', curve };
}

function readChipAuthentication({ protocol, optional }: Entry): ChipAuthenticationInfo | null {
  const [agreement = '', suffix = ''] = protocol.slice(CHIP_AUTHENTICATION.length).split('.');
  const cipher = cipherBySuffix(Number(suffix));
  if (cipher === null || (agreement !== '1' && agreement !== '2')) return null;
  return { protocol, agreement: agreement === '1' ? 'dh' : 'ecdh', cipher, keyId: readSmallNumber(optional) };
}

function readChipKey({ required, optional }: Entry): ChipPublicKey | null {
  const key = readPublicKeyInfo(required.encoded);
  return typeof key === 'string' ? null : { key, keyId: readSmallNumber(optional) };
}
