import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { CardTransport } from '../../domain/devices.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { DocumentSeries } from '../mrz/document-series.ts';
import type { MachineReadableZone } from '../mrz/zone.ts';
import { STATUS_OK } from './apdu.ts';
import { buildAuthentication, deriveAccessKeys, finishAuthentication, type MrzKey } from './bac.ts';
import { CardSession, type CardSessionError } from './card-session.ts';
import type { ChipError, ChipStep } from './chip-error.ts';
import { type CommonData, parseCommonData } from './com.ts';
import { CHIP_FILES, type ChipFile, type DataGroupName, TRAVEL_DOCUMENT_APPLICATION } from './data-groups.ts';
import { parseDataGroup1 } from './dg1.ts';
import { type FaceImage, parseDataGroup2 } from './dg2.ts';
import { type AdditionalPersonalDetails, parseDataGroup11 } from './dg11.ts';
import { type Authenticity, authenticatePassively } from './passive-authentication.ts';

export interface ChipAccess {
  /** A zone that was read, or its three fields. */
  readonly mrz: MrzKey;
}

export interface ChipReadOptions {
  /** YYYY-MM-DD, for centuries. */
  readonly today: string;
  /** Country certificates (CSCA) in DER that the station trusts; without any no chip is ever genuine. */
  readonly trustedCertificates?: readonly Uint8Array[];
  readonly series?: readonly DocumentSeries[];
  /** Told as each step begins, for a progress display. */
  readonly onStep?: (step: ChipStep) => void;
}

export interface StepTiming {
  readonly step: ChipStep;
  readonly milliseconds: number;
  /** Of the file, where the step reads one. */
  readonly bytes: number;
}

export type ChipFinding =
  /** The chip's zone has another number, birth or expiry date than the one that opened it. */
  | 'zone-differs-from-access'
  | 'personal-number-differs-from-zone'
  | 'birth-date-differs-from-zone'
  /** The chip says that it has the data group, but keeps it back or has it malformed. */
  | 'face-unreadable'
  | 'details-unreadable';

export interface ChipDocument {
  readonly accessProtocol: 'bac';
  readonly zone: MachineReadableZone;
  readonly face: FaceImage | null;
  readonly details: AdditionalPersonalDetails | null;
  readonly commonData: CommonData;
  readonly authenticity: Authenticity;
  readonly findings: readonly ChipFinding[];
  readonly timings: readonly StepTiming[];
}

/**
 * Reads a travel document over any card transport (ICAO 9303-11, 4.1 order of operations): selects the application,
 * opens it by Basic Access Control, reads EF.COM, EF.SOD, DG1, DG2 and DG11, and authenticates them passively. An
 * altered document is a value with that outcome, not an error: the operator must see what it says and that it was altered.
 */
export async function readDocument(
  transport: CardTransport,
  access: ChipAccess,
  options: ChipReadOptions,
): Promise<Result<ChipDocument, ChipError>> {
  const clock = new StepClock(options.onStep);
  const session = new CardSession(transport);
  const opened = await openApplication(session, access.mrz, clock);
  if (!opened.ok) return opened;

  const commonFile = await readFile(session, 'COM', clock);
  if (!commonFile.ok) return commonFile;
  const commonData = parseCommonData(commonFile.value);
  if (!commonData.ok) return err({ code: 'bad-data', step: 'COM' });

  const securityObject = await readOptionalFile(session, 'SOD', clock);
  if (!securityObject.ok) return securityObject;
  const zoneFile = await readFile(session, 'DG1', clock);
  if (!zoneFile.ok) return zoneFile;
  const zone = parseDataGroup1(zoneFile.value, options);

  const files = new Map<DataGroupName, Uint8Array>([['DG1', zoneFile.value]]);
  for (const name of ['DG2', 'DG11'] as const) {
    if (!commonData.value.dataGroups.includes(name)) continue;
    const file = await readFile(session, name, clock);
    if (file.ok) files.set(name, file.value);
    // A chip that keeps one of these back still proves the rest.
    else if (file.error.code !== 'refused') return file;
  }

  clock.begin('verify');
  const authenticity = authenticatePassively(securityObject.value, files, options.trustedCertificates ?? []);
  const face = parseDataGroup2(files.get('DG2') ?? new Uint8Array(0));
  const details = parseDataGroup11(files.get('DG11') ?? new Uint8Array(0));
  clock.end();
  if (!zone.ok) return err({ code: 'bad-data', step: 'DG1' });
  const document = {
    zone: zone.value,
    face: face.ok ? face.value : null,
    details: details.ok ? details.value : null,
  };
  const announced = (name: DataGroupName): boolean => commonData.value.dataGroups.includes(name);
  return ok({
    accessProtocol: 'bac',
    ...document,
    commonData: commonData.value,
    authenticity,
    findings: [
      ...(announced('DG2') && !face.ok ? (['face-unreadable'] as const) : []),
      ...(announced('DG11') && !details.ok ? (['details-unreadable'] as const) : []),
      ...compareWithZone(document, access.mrz),
    ],
    timings: clock.timings,
  });
}

async function openApplication(
  session: CardSession,
  key: MrzKey,
  clock: StepClock,
): Promise<Result<void, ChipError>> {
  clock.begin('select');
  const data = TRAVEL_DOCUMENT_APPLICATION;
  const selected = await session.send({ cla: 0, ins: 0xa4, p1: 4, p2: 0x0c, data });
  if (!selected.ok) return err(atStep(selected.error, 'select'));
  const { status } = selected.value;
  if (status !== STATUS_OK) return err({ code: 'not-a-travel-document', step: 'select', status });

  clock.begin('access');
  const challenge = await session.send({ cla: 0, ins: 0x84, p1: 0, p2: 0, expected: 8 });
  if (!challenge.ok) return err(atStep(challenge.error, 'access'));
  if (challenge.value.status !== STATUS_OK) {
    return err({ code: 'access-not-supported', step: 'access', status: challenge.value.status });
  }
  if (challenge.value.data.length !== 8) return err({ code: 'bad-data', step: 'access' });
  const keys = deriveAccessKeys(key);
  const randoms = { terminal: randomBytes(8), keyPart: randomBytes(16) };
  const authentication = buildAuthentication(keys, challenge.value.data, randoms);
  const answer = await session.send({ cla: 0, ins: 0x82, p1: 0, p2: 0, data: authentication, expected: 40 });
  if (!answer.ok) return err(atStep(answer.error, 'access'));
  if (answer.value.status !== STATUS_OK) {
    return err({ code: 'wrong-key', step: 'access', status: answer.value.status });
  }
  const secureMessaging = finishAuthentication(keys, challenge.value.data, randoms, answer.value.data);
  if (!secureMessaging.ok) return err({ code: 'bad-data', step: 'access' });
  session.startSecureMessaging(secureMessaging.value);
  clock.end();
  return ok();
}

async function readFile(
  session: CardSession,
  file: ChipFile & ChipStep,
  clock: StepClock,
): Promise<Result<Uint8Array, ChipError>> {
  clock.begin(file);
  const content = await session.readFile(CHIP_FILES[file].identifier);
  if (!content.ok) return err(atStep(content.error, file));
  clock.end(content.value.length);
  return content.value[0] === CHIP_FILES[file].tag ? content : err({ code: 'bad-data', step: file });
}

/** Null for a file that the chip does not have (status 6A82). */
async function readOptionalFile(
  session: CardSession,
  file: ChipFile & ChipStep,
  clock: StepClock,
): Promise<Result<Uint8Array | null, ChipError>> {
  const content = await readFile(session, file, clock);
  const absent = !content.ok && content.error.code === 'refused' && content.error.status === 0x6a82;
  return absent ? ok(null) : content;
}

function atStep(error: CardSessionError, step: ChipStep): ChipError {
  if (error.code === 'bad-data') return { code: 'bad-data', step };
  if (error.code === 'status') return { code: 'refused', step, status: error.status };
  const problem = error.problem.code;
  if (problem === 'card-lost') return { code: 'card-lost', step };
  return problem === 'bad-data' ? { code: 'bad-data', step } : { code: 'reader-failed', step, problem };
}

function compareWithZone(
  { zone, details }: Pick<ChipDocument, 'zone' | 'details'>,
  key: MrzKey,
): readonly ChipFinding[] {
  const findings: ChipFinding[] = [];
  const same =
    zone.documentNumber === key.documentNumber &&
    zone.birthDateText === key.birthDateText &&
    zone.expiryDateText === key.expiryDateText;
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

/** Measures steps one after the other. */
class StepClock {
  readonly timings: StepTiming[] = [];
  readonly #onStep: ((step: ChipStep) => void) | undefined;
  #current: { readonly step: ChipStep; readonly since: number } | null = null;

  constructor(onStep: ((step: ChipStep) => void) | undefined) {
    this.#onStep = onStep;
  }

  begin(step: ChipStep): void {
    this.end();
    this.#current = { step, since: performance.now() };
    this.#onStep?.(step);
  }

  end(bytes = 0): void {
    if (this.#current === null) return;
    const { step, since } = this.#current;
    this.timings.push({ step, milliseconds: performance.now() - since, bytes });
    this.#current = null;
  }
}
