import { err, ok, type Result } from '../../domain/result.ts';
import { assembleZones } from './assemble.ts';
import { readDocumentNumber, trimFillers } from './document-number.ts';
import { type DocumentSeries, KYRGYZ_DOCUMENT_SERIES } from './document-series.ts';
import { agreesWith, type KyrgyzReading, readKyrgyzFields } from './kyrgyz-findings.ts';
import { fieldText, MRZ_FORMATS, MRZ_LAYOUTS, type MrzLayout } from './layout.ts';
import { repairZone } from './repair.ts';
import { findFieldErrors, isDay } from './verify.ts';
import type { MachineReadableZone, MrzError, MrzFinding, MrzRepair, MrzSex } from './zone.ts';

export interface MrzParseOptions {
  /** The day of reading, YYYY-MM-DD: it decides centuries. */
  readonly today: string;
  /** The series that the station knows; by default those of the project. */
  readonly series?: readonly DocumentSeries[];
}

/**
 * Reads the machine-readable zone of a card or passport (ICAO 9303 parts 3 to 6) from what a reader sent or a person
 * typed. All check digits must hold, after repair of look-alikes where they decide; the error names each
 * field that does not. What is merely odd comes as findings.
 */
export function parseMrz(
  input: string | readonly string[],
  options: MrzParseOptions,
): Result<MachineReadableZone, MrzError> {
  const assembled = assembleZones(input);
  if (!assembled.ok) return assembled;
  for (const { layout, text } of assembled.value) {
    if (text.startsWith('V')) return err({ code: 'unsupported-document' });
    const repaired = repairZone(text, layout, options.series ?? KYRGYZ_DOCUMENT_SERIES);
    if (repaired !== null) return ok(readZone(repaired.text, layout, repaired.repairs, options));
  }
  const [{ layout, text }] = assembled.value;
  return err({ code: 'unreadable-fields', fields: findFieldErrors(text, layout) });
}

/**
 * Reads a zone of a chip, which makes no reading errors: nothing is repaired, and wrong check digits, with which documents
 * were issued, are a finding. Null where the text is none of the three sizes, or has other characters than a zone.
 */
export function readZoneAsItStands(text: string, options: MrzParseOptions): MachineReadableZone | null {
  const layout = MRZ_FORMATS.map((format) => MRZ_LAYOUTS[format]).find(
    ({ lineCount, lineLength }) => text.length === lineCount * lineLength,
  );
  if (layout === undefined || !/^[A-Z][A-Z0-9<]*$/.test(text)) return null;
  const zone = readZone(text, layout, [], options);
  if (zone.documentNumber === '') return null;
  const holds = findFieldErrors(text, layout).length === 0;
  return holds ? zone : { ...zone, findings: ['check-digits-wrong', ...zone.findings] };
}

function readZone(
  text: string,
  layout: MrzLayout,
  repairs: readonly MrzRepair[],
  options: MrzParseOptions,
): MachineReadableZone {
  const { fields } = layout;
  const number = readDocumentNumber(text, layout);
  const optionalData2 =
    layout.optionalData2 === null ? '' : trimFillers(fieldText(text, layout.optionalData2));
  const issuingState = trimFillers(fieldText(text, fields['issuing-state']));
  const birthDateText = fieldText(text, fields['birth-date']);
  const expiryDateText = fieldText(text, fields['expiry-date']);
  const sex = readSex(fieldText(text, fields.sex));
  const kyrgyz = readPersonalNumber(issuingState, options, {
    format: layout.format,
    documentNumber: number.number,
    birthDateText,
    sex,
    optionalData: [number.optionalData, optionalData2],
  });
  const names = fieldText(text, fields.names);
  const [surname, givenNames] = splitNames(names);
  return {
    format: layout.format,
    lines: splitLines(text, layout),
    documentCode: trimFillers(fieldText(text, fields['document-code'])),
    issuingState,
    documentNumber: number.number,
    nationality: trimFillers(fieldText(text, fields.nationality)),
    birthDateText,
    birthDate: readBirthDate(birthDateText, kyrgyz, options.today),
    sex,
    expiryDateText,
    expiryDate: fullDate(expiryDateText, Number(options.today.slice(0, 4)) + 50),
    surname,
    givenNames,
    optionalData1: number.optionalData,
    optionalData2,
    personalNumber: kyrgyz.personalNumber,
    repairs,
    findings: [...repairFindings(repairs), ...nameFindings(names), ...kyrgyz.findings],
  };
}

function readPersonalNumber(
  issuingState: string,
  options: MrzParseOptions,
  fields: Parameters<typeof readKyrgyzFields>[0],
): KyrgyzReading {
  if (issuingState !== 'KGZ') return { personalNumber: null, findings: [] };
  return readKyrgyzFields(fields, options.series ?? KYRGYZ_DOCUMENT_SERIES);
}

function readSex(character: string): MrzSex {
  if (character === 'F') return 'female';
  return character === 'M' ? 'male' : 'unspecified';
}

/** The personal number knows the century; without it, the latest year that is not after today. */
function readBirthDate(text: string, kyrgyz: KyrgyzReading, today: string): string | null {
  const known = kyrgyz.personalNumber?.birthDate;
  if (known !== undefined && !text.includes('<') && agreesWith(text, known)) return known;
  const date = fullDate(text, Number(today.slice(0, 4)));
  if (date === null || date <= today) return date;
  return fullDate(text, Number(today.slice(0, 4)) - 1);
}

/** YYMMDD in the latest century that does not pass `latestYear`; null where a part is unknown, or it is no day. */
function fullDate(text: string, latestYear: number): string | null {
  if (!/^[0-9]{6}$/.test(text) || !isDay(text)) return null;
  const shortYear = Number(text.slice(0, 2));
  const year = latestYear - ((((latestYear - shortYear) % 100) + 100) % 100);
  return `${year}-${text.slice(2, 4)}-${text.slice(4, 6)}`;
}

function splitNames(names: string): readonly [string, string] {
  const [surname = '', ...rest] = trimFillers(names).split('<<');
  const readable = (text: string): string => text.replace(/<+/g, ' ').trim();
  return [readable(surname), readable(rest.join('<'))];
}

function splitLines(text: string, layout: MrzLayout): readonly string[] {
  return Array.from({ length: layout.lineCount }, (_, i) =>
    text.slice(i * layout.lineLength, (i + 1) * layout.lineLength),
  );
}

function repairFindings(repairs: readonly MrzRepair[]): readonly MrzFinding[] {
  return repairs.length === 0 ? [] : ['repaired'];
}

function nameFindings(names: string): readonly MrzFinding[] {
  const findings: MrzFinding[] = [];
  if (!names.endsWith('<')) findings.push('names-truncated');
  if (/[0-9]/.test(names)) findings.push('names-characters');
  return findings;
}
