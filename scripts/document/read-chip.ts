import { type ChipAccess, readDocument } from '../../src/documents/chip/read-document.ts';
import type { DocumentSeries } from '../../src/documents/mrz/document-series.ts';
import { parseMrz } from '../../src/documents/mrz/parse.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import type { CommandIo } from '../command-io.ts';
import { type WrongUsage, wrongUsage } from '../usage.ts';
import { type FindCardReaders, openCardInReader, type ReaderChoice } from './card-readers.ts';
import { describeChip, describeStep, describeWithoutPerson } from './describe-chip.ts';
import { chipErrorFields, explainAuthenticity, explainChipError } from './describe-outcome.ts';
import { describeFields, describeMrzError, describeZone } from './describe-zone.ts';
import { createEmulatedPassport, PASSPORT_KINDS } from './emulated-passport.ts';
import { traceCard } from './traced-card.ts';
import { readTrust, type TrustChoice } from './trust-folder.ts';
import { writeFace } from './write-face.ts';

/** What a command found: words for people, and the same for a machine. */
export interface Answer {
  readonly lines: readonly string[];
  readonly json: object;
  /** False for a zone or document that is not what it should be. */
  readonly good: boolean;
}

export interface ReadRequest extends ReaderChoice, TrustChoice {
  readonly emulated: boolean;
  readonly kind: string;
  readonly mrz: readonly string[];
  readonly can: string | null;
  readonly face: string | null;
  readonly redact: boolean;
  readonly today: string;
  readonly series: readonly DocumentSeries[];
}

/** `tizme document read`: reads a chip in a reader, or the emulated passport, and tells of each step as it begins. */
export async function readChip(
  request: ReadRequest,
  io: CommandIo,
  find: FindCardReaders,
): Promise<Result<Answer, string | WrongUsage>> {
  if (request.redact && request.face !== null) return err('--redact leaves the face out: take --face away');
  const trusted = await readTrust(request);
  if (!trusted.ok) return trusted;
  for (const line of trusted.value.refused) io.progress(line);
  const opened = request.emulated ? await openEmulated(request) : await openReal(request, io, find);
  if (!opened.ok) return opened;
  const { source, access, ownTrust, close } = opened.value;
  const card = traceCard(opened.value.card);
  const trustedCertificates = request.trust === null ? ownTrust : trusted.value.certificates;
  const chip = await readDocument(card, access, {
    today: request.today,
    series: request.series,
    trustedCertificates,
    revocationLists: trusted.value.revocationLists,
    onStep: (step) => io.progress(`reading: ${step}`),
  });
  await close();
  const good = chip.ok && chip.value.authenticity.outcome === 'genuine';
  if (request.redact) {
    const json = { source, ...describeWithoutPerson(chip, card) };
    return ok({ lines: JSON.stringify(json, null, 2).split('\n'), json, good });
  }
  if (!chip.ok) {
    const lines = [...describeFields(chipErrorFields(chip.error)), explainChipError(chip.error)];
    return ok({ lines, json: { source, error: chip.error }, good });
  }
  const written = request.face === null ? null : await writeFace(chip.value.face, request.face);
  if (written !== null && !written.ok) return written;
  const {
    timings,
    zone,
    details,
    access: opening,
    authenticity,
    chipProof,
    findings,
    revocation,
  } = chip.value;
  const outcome = { access: opening, authenticity, chipProof, revocation, findings };
  const lines = [
    `source: ${source}`,
    ...timings.map(describeStep).map(({ step, milliseconds, bytes }) => {
      return `${step.padEnd(22)} ${String(milliseconds).padStart(8)} ms ${bytes} bytes`;
    }),
    ...describeZone(zone),
    ...describeFields(details ?? {}),
    ...(written === null ? [] : [`face: ${written.value}`]),
    ...describeFields(outcome),
    explainAuthenticity(authenticity),
  ];
  return ok({ lines, json: { source, ...describeChip(chip.value) }, good });
}

interface OpenedDocument {
  /** Where the card is. */
  readonly source: string;
  readonly card: Parameters<typeof traceCard>[0];
  readonly access: ChipAccess;
  /** What is trusted where the technician names no folder. */
  readonly ownTrust: readonly Uint8Array[];
  close(): Promise<void>;
}

async function openEmulated(request: ReadRequest): Promise<Result<OpenedDocument, string | WrongUsage>> {
  const kind = Object.hasOwn(PASSPORT_KINDS, request.kind) ? PASSPORT_KINDS[request.kind] : undefined;
  if (kind === undefined) return wrongUsage(`--kind wants one of ${Object.keys(PASSPORT_KINDS).join(', ')}`);
  const passport = await createEmulatedPassport(kind);
  // Without any, the passport's own zone opens it.
  const access = readAccess(request.mrz.length > 0 ? request.mrz : passport.document.mrz, request);
  if (!access.ok) return access;
  return ok({
    source: 'emulated passport, no reader',
    card: passport.document.connect(),
    access: access.value,
    ownTrust: [passport.trusted],
    close: async () => undefined,
  });
}

async function openReal(
  request: ReadRequest,
  io: CommandIo,
  find: FindCardReaders,
): Promise<Result<OpenedDocument, string | WrongUsage>> {
  if (request.mrz.length === 0 && request.can === null) {
    return wrongUsage('it wants what opens the chip: --mrz with the lines of its zone, or --can');
  }
  const access = readAccess(request.mrz, request);
  if (!access.ok) return access;
  const opened = await openCardInReader(find, request, () => io.progress('lay the document on the reader'));
  if (!opened.ok) return opened;
  const { card, readerName, close } = opened.value;
  return ok({
    source: `${request.transport}: ${readerName}`,
    card,
    access: access.value,
    ownTrust: [],
    close,
  });
}

function readAccess(
  zoneLines: readonly string[],
  { mrz, can, today, series }: ReadRequest,
): Result<ChipAccess, string | WrongUsage> {
  if (can !== null && !/^[0-9]{6}$/.test(can))
    return wrongUsage('--can wants the six digits printed on the card');
  if (mrz.length === 0 && can !== null) return ok({ can });
  const zone = parseMrz(zoneLines, { today, series });
  if (!zone.ok) return wrongUsage(`--mrz: ${describeMrzError(zone.error).join('; ')}`);
  return ok(can === null ? { mrz: zone.value } : { mrz: zone.value, can });
}
