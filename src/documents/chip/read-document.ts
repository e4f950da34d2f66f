import type { CardTransport } from '../../domain/devices.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { DocumentSeries } from '../mrz/document-series.ts';
import type { MachineReadableZone } from '../mrz/zone.ts';
import type { MrzKey } from './bac.ts';
import { CardSession } from './card-session.ts';
import type { ChipError, ChipStep } from './chip-error.ts';
import {
  announcesChipMapping,
  type ChipProof,
  checkChipMapping,
  judge,
  judgeDocument,
  type KeyProof,
  parseDataGroup14,
  proveByActiveAuthentication,
  proveByChipAuthentication,
} from './chip-proof.ts';
import { type ChipReader, readChipFile, readFileIfGiven } from './chip-reader.ts';
import { type CommonData, parseCommonData } from './com.ts';
import type { DataGroupName } from './data-groups.ts';
import { parseDataGroup1 } from './dg1.ts';
import { type FaceImage, parseDataGroup2 } from './dg2.ts';
import { type AdditionalPersonalDetails, parseDataGroup11 } from './dg11.ts';
import { countryOfState, issuingState } from './issuing-state.ts';
import { type AccessProtocol, type ChipAccess, type OpenedChip, openChip } from './open-chip.ts';
import { type Authenticity, authenticatePassively, revocationOfSigners } from './passive-authentication.ts';
import type { RevocationStatus } from './revocation-list.ts';
import { parseSecurityObject } from './security-object.ts';
import { StepClock, type StepTiming } from './step-clock.ts';
import { describeTechnically, type TechnicalDescription } from './technical-description.ts';

export type { ChipAccess } from './open-chip.ts';
export type { StepTiming } from './step-clock.ts';

export interface ChipReadOptions {
  /** YYYY-MM-DD, for centuries. */
  readonly today: string;
  /** Country certificates (CSCA) in DER that the station trusts; without any no chip is ever genuine. */
  readonly trustedCertificates?: readonly Uint8Array[];
  /** Lists of revoked certificates in DER. */
  readonly revocationLists?: readonly Uint8Array[];
  readonly series?: readonly DocumentSeries[];
  /** Told as each step begins, for a progress display. */
  readonly onStep?: (step: ChipStep) => void;
  /** Told of the face as soon as it was read and before anything is verified, so that it can be decoded meanwhile. */
  readonly onFace?: (face: FaceImage) => void;
  /** Whether the chip is asked to prove that it is no copy; true unless said otherwise. */
  readonly proveChip?: boolean;
}

export type ChipFinding =
  /** The chip's zone has another number, birth or expiry date than the one that opened it. */
  | 'zone-differs-from-access'
  | 'personal-number-differs-from-zone'
  | 'birth-date-differs-from-zone'
  /** The chip says that it has the data group, but keeps it back or has it malformed. */
  | 'face-unreadable'
  | 'details-unreadable'
  /** The chip has a key to prove that it is no copy, and does not answer. */
  | 'chip-proof-refused';

export interface ChipDocument {
  readonly accessProtocol: AccessProtocol['protocol'];
  readonly access: AccessProtocol;
  readonly zone: MachineReadableZone;
  readonly face: FaceImage | null;
  readonly details: AdditionalPersonalDetails | null;
  readonly commonData: CommonData;
  /** Of the data and of the chip that they came from, which is the weaker of both; see judgeDocument. */
  readonly authenticity: Authenticity;
  /** Of the chip itself. */
  readonly chipProof: ChipProof;
  /** What lists of revoked certificates say of the signer; a revoked one is no longer trusted. */
  readonly revocation: RevocationStatus;
  readonly findings: readonly ChipFinding[];
  /** How the document was made; nothing of its holder. */
  readonly technical: TechnicalDescription;
  readonly timings: readonly StepTiming[];
}

/**
 * Reads a travel document over any card transport (ICAO 9303-11, 4.1 order of operations): opens it by PACE or Basic
 * Access Control, reads EF.COM, EF.SOD, DG1, DG2 and DG11, has the chip prove itself (chip authentication mapping,
 * else chip authentication, else active authentication) and authenticates the data passively. An altered document is
 * a value with that outcome, not an error: the operator must see what it says and that it was altered.
 */
export async function readDocument(
  transport: CardTransport,
  access: ChipAccess,
  options: ChipReadOptions,
): Promise<Result<ChipDocument, ChipError>> {
  const reader = { session: new CardSession(transport), clock: new StepClock(options.onStep) };
  const opened = await openChip(reader, access);
  if (!opened.ok) return opened;
  const read = await readFiles(reader, opened.value, options);
  if (!read.ok) return read;
  const { commonData, files, announced, securityObject, keyProof } = read.value;

  reader.clock.begin('verify');
  const trusted = options.trustedCertificates ?? [];
  const { today, revocationLists = [] } = options;
  const data = authenticatePassively(securityObject, files, trusted, today, revocationLists);
  const country = countryOfState(issuingState(files.get('DG1')));
  const chipProof =
    checkChipMapping(opened.value, trusted, { today, country, revocationLists }) ?? judge(keyProof, data);
  const signed = securityObject === null ? null : parseSecurityObject(securityObject);
  const zone = parseDataGroup1(files.get('DG1') ?? new Uint8Array(0), options);
  const face = parseDataGroup2(files.get('DG2') ?? new Uint8Array(0));
  const details = parseDataGroup11(files.get('DG11') ?? new Uint8Array(0));
  reader.clock.end();
  if (!zone.ok) return err({ code: 'bad-data', step: 'DG1' });
  const document = {
    zone: zone.value,
    face: face.ok ? face.value : null,
    details: details.ok ? details.value : null,
  };
  const refused = chipProof.outcome === 'not-checked' && chipProof.reason === 'refused';
  return ok({
    accessProtocol: opened.value.access.protocol,
    access: opened.value.access,
    ...document,
    commonData,
    authenticity: judgeDocument(data, chipProof),
    chipProof,
    revocation:
      signed?.ok === true
        ? revocationOfSigners(signed.value, trusted, revocationLists, today)
        : 'not-checked',
    findings: [
      ...(announced('DG2') && !face.ok ? (['face-unreadable'] as const) : []),
      ...(announced('DG11') && !details.ok ? (['details-unreadable'] as const) : []),
      ...compareWithZone(document, access.mrz),
      ...(refused ? (['chip-proof-refused'] as const) : []),
    ],
    technical: describeTechnically(zone.value, opened.value.cardAccess, securityObject, files),
    timings: reader.clock.timings,
  });
}

interface ChipFiles {
  readonly commonData: CommonData;
  readonly securityObject: Uint8Array | null;
  readonly files: ReadonlyMap<DataGroupName, Uint8Array>;
  /** Whether the chip should have it, by EF.COM or by what was signed. */
  readonly announced: (name: DataGroupName) => boolean;
  readonly keyProof: KeyProof;
}

async function readFiles(
  reader: ChipReader,
  opened: OpenedChip,
  options: ChipReadOptions,
): Promise<Result<ChipFiles, ChipError>> {
  // Newer chips may have no EF.COM, whose list is not signed and says nothing that EF.SOD's does not.
  const commonFile = await readFileIfGiven(reader, 'COM');
  if (!commonFile.ok) return commonFile;
  const commonData = commonFile.value === null ? ok(NO_COMMON_DATA) : parseCommonData(commonFile.value);
  if (!commonData.ok) return err({ code: 'bad-data', step: 'COM' });
  // A chip that keeps it back can still say who it is; nothing of that is checked then.
  const securityObject = await readFileIfGiven(reader, 'SOD');
  if (!securityObject.ok) return securityObject;

  // EF.COM is not signed: a copy that leaves the keys out of it is found out by the list that is.
  const signed = securityObject.value === null ? null : parseSecurityObject(securityObject.value);
  const signedGroups = signed?.ok === true ? [...signed.value.dataGroupHashes.keys()] : [];
  const announced = (name: DataGroupName): boolean =>
    commonData.value.dataGroups.includes(name) || signedGroups.includes(name);
  const files = new Map<DataGroupName, Uint8Array>();
  const zoneFile = await readChipFile(reader, 'DG1');
  if (!zoneFile.ok) return zoneFile;
  files.set('DG1', zoneFile.value);
  for (const name of ['DG2', 'DG11'] as const) {
    if (!announced(name)) continue;
    // A chip that keeps one of these back still proves the rest.
    const file = await readFileIfGiven(reader, name);
    if (!file.ok) return file;
    if (file.value !== null) files.set(name, file.value);
    if (name === 'DG2' && file.value !== null) tellOfFace(file.value, options);
  }
  if (options.proveChip === false) {
    return ok({
      commonData: commonData.value,
      securityObject: securityObject.value,
      files,
      announced,
      keyProof: NOT_ASKED,
    });
  }
  const keys = await readKeys(reader, files, announced);
  if (!keys.ok) return keys;
  // Chip authentication mapping has proven the chip already, unless it keeps the signed key back.
  const mapped = opened.chipProof !== null && opened.cardSecurity !== null;
  const proof = mapped
    ? ok(NOT_ASKED)
    : await proveChip(reader, files, keys.value, opened.chipProof !== null);
  if (!proof.ok) return proof;
  return ok({
    commonData: commonData.value,
    securityObject: securityObject.value,
    files,
    announced,
    keyProof: proof.value,
  });
}

function tellOfFace(file: Uint8Array, { onFace }: ChipReadOptions): void {
  const face = onFace === undefined ? null : parseDataGroup2(file);
  if (face?.ok === true) onFace?.(face.value);
}

const NO_COMMON_DATA: CommonData = { version: null, unicodeVersion: null, dataGroups: [] };
const NOT_ASKED: KeyProof = { outcome: 'not-checked', reason: 'not-offered' };
const REFUSED: KeyProof = { outcome: 'not-checked', reason: 'refused' };

/** Puts DG14 and DG15 among the files, and tells whether the chip keeps one of them back. */
async function readKeys(
  reader: ChipReader,
  files: Map<DataGroupName, Uint8Array>,
  announced: (name: DataGroupName) => boolean,
): Promise<Result<'given' | 'kept-back', ChipError>> {
  let given = true;
  for (const name of ['DG14', 'DG15'] as const) {
    if (!announced(name)) continue;
    const file = await readFileIfGiven(reader, name);
    if (!file.ok) return file;
    if (file.value !== null) files.set(name, file.value);
    else given = false;
  }
  return ok(given ? 'given' : 'kept-back');
}

/**
 * Has the chip prove itself, by chip authentication or else active authentication, after all else was read: one that
 * fails at it has ended its session.
 */
async function proveChip(
  reader: ChipReader,
  files: ReadonlyMap<DataGroupName, Uint8Array>,
  keys: 'given' | 'kept-back',
  mappingWithoutKey: boolean,
): Promise<Result<KeyProof, ChipError>> {
  const options = files.get('DG14');
  const infos = options === undefined ? null : parseDataGroup14(options);
  const proof = await proveByChipAuthentication(reader, infos);
  if (!proof.ok || 'holds' in proof.value) return proof;
  const key = files.get('DG15');
  if (key !== undefined) {
    const active = await proveByActiveAuthentication(reader, key, infos);
    if (!active.ok || 'holds' in active.value) return active;
    // Of two refusals the one that anybody could take for a copy counts.
    return proof.value.reason === 'refused' ? proof : active;
  }
  // DG14 repeats what EF.CardAccess says, and is signed: a copy opens some other way than by the mapping that it can't do.
  const keptBack =
    keys === 'kept-back' || mappingWithoutKey || (infos !== null && announcesChipMapping(infos));
  return keptBack ? ok(REFUSED) : proof;
}

function compareWithZone(
  { zone, details }: Pick<ChipDocument, 'zone' | 'details'>,
  key: MrzKey | undefined,
): readonly ChipFinding[] {
  const findings: ChipFinding[] = [];
  const same =
    key === undefined ||
    (zone.documentNumber === key.documentNumber &&
      zone.birthDateText === key.birthDateText &&
      zone.expiryDateText === key.expiryDateText);
  if (!same) findings.push('zone-differs-from-access');
  const numbers = [zone.personalNumber?.digits, details?.personalNumber?.digits];
  if (numbers.every((digits) => digits !== undefined) && numbers[0] !== numbers[1]) {
    findings.push('personal-number-differs-from-zone');
  }
  const full = details?.birthDate ?? null;
  if (full !== null && zone.birthDate !== null && full !== zone.birthDate) {
    findings.push('birth-date-differs-from-zone');
  }
  return findings;
}
