import { parsePersonalNumber } from '../../domain/personal-number.ts';
import { type DocumentSeries, findDocumentSeries } from './document-series.ts';
import { type FieldSpan, fieldText, type MrzField, type MrzLayout } from './layout.ts';
import { findFieldErrors } from './verify.ts';
import type { MrzRepair } from './zone.ts';

/** The digit that a reader may have meant where it sent a letter (OCR-B look-alikes). */
const LETTER_TO_DIGIT: Readonly<Record<string, string>> = {
  O: '0',
  Q: '0',
  D: '0',
  I: '1',
  L: '1',
  Z: '2',
  A: '4',
  S: '5',
  G: '6',
  T: '7',
  B: '8',
};

/** Look-alikes where both letters and digits may stand. */
const LOOK_ALIKES: readonly string[] = ['0OQD', '1IL', '2Z', '4A', '5S', '6G', '7T', '8B'];

const SERIES_LETTERS = 2;
const SERIES_DIGITS = 7;
const PERSONAL_NUMBER_DIGITS = 14;

export interface RepairedZone {
  readonly text: string;
  readonly repairs: readonly MrzRepair[];
}

/**
 * Puts look-alikes right where the check digits decide. First by place: letters where only digits may stand, and the series of a Kyrgyz
 * document number. Then one look-alike in each field that fails by its own check digit, when exactly one reading
 * makes it hold: of two in one field the single digit can't tell the right ones from the wrong. Fields that no check digit
 * covers (names, states, sex) are never touched. Null where nothing, or more than one, would fit.
 */
export function repairZone(
  zone: string,
  layout: MrzLayout,
  series: readonly DocumentSeries[],
): RepairedZone | null {
  const holds = (text: string): boolean => findFieldErrors(text, layout).length === 0;
  const whole = holds(zone);
  for (const placed of byPlace(zone, layout, series)) {
    // A zone that holds is touched only where a reading that holds as well is one of this country's numbers, and it is not: 1 and L
    // have the same check digit, 6 and G too.
    const better = !whole || (placed !== zone && isMoreKyrgyz(placed, zone, layout, series));
    if (better && holds(placed)) return listRepairs(zone, placed, layout);
  }
  if (whole) return { text: zone, repairs: [] };
  const [placed = zone] = byPlace(zone, layout, series);
  const repaired = repairFields(placed, layout);
  return repaired !== null && holds(repaired) ? listRepairs(zone, repaired, layout) : null;
}

/** Readings with digits in the places of digits; of Kyrgyz documents, each with a series that the number may have, that as read last. */
function byPlace(zone: string, layout: MrzLayout, series: readonly DocumentSeries[]): readonly string[] {
  const plain = withDigits(zone, digitPositions(zone, layout));
  if (!isKyrgyz(zone, layout)) return [plain];
  const { start } = layout.fields['document-number'];
  const kyrgyz = withDigits(plain, kyrgyzDigitPositions(zone, layout));
  const read = kyrgyz.slice(start, start + SERIES_LETTERS);
  const prefixes = series
    .map(({ prefix }) => prefix)
    .filter((prefix) => prefix.length === SERIES_LETTERS && mayBeReadAs(prefix, read));
  const others = prefixes.filter((prefix) => prefix !== read);
  const replaced = others.map((prefix) => replaceAt(kyrgyz, start, prefix));
  // Two series that look alike and have the same check digit can't be told apart.
  const holding = replaced.filter((text) => findFieldErrors(text, layout).length === 0);
  return [...(holding.length === 1 ? holding : []), kyrgyz, plain];
}

function mayBeReadAs(expected: string, read: string): boolean {
  return [...expected].every((character, i) => {
    const seen = read.charAt(i);
    return (
      seen === character || LOOK_ALIKES.some((family) => family.includes(character) && family.includes(seen))
    );
  });
}

function withDigits(zone: string, positions: readonly number[]): string {
  const characters = [...zone];
  for (const position of positions) {
    const digit = LETTER_TO_DIGIT[characters[position] ?? ''];
    if (digit !== undefined) characters[position] = digit;
  }
  return characters.join('');
}

/** Where only digits (or fillers) may stand: dates and check digits. */
function digitPositions(zone: string, layout: MrzLayout): readonly number[] {
  const { fields } = layout;
  const positions = [layout.composite.check];
  for (const field of ['birth-date', 'expiry-date'] as const) positions.push(...range(fields[field]));
  for (const span of Object.values(fields)) {
    // A filler after a card's number says that it goes on elsewhere.
    if (span.check !== null && zone.charAt(span.check) !== '<') positions.push(span.check);
  }
  return positions;
}

/** And in Kyrgyz documents the personal number, and what follows the two letters of the document number. */
function kyrgyzDigitPositions(zone: string, layout: MrzLayout): readonly number[] {
  const number = layout.fields['document-number'];
  const personal = layout.fields['optional-data-1'];
  const longNumber = layout.format !== 'TD3' && zone.charAt(number.check ?? 0) === '<';
  const carriesPersonalNumber = !longNumber && personal.length >= PERSONAL_NUMBER_DIGITS;
  return [
    ...range({ start: number.start + SERIES_LETTERS, length: SERIES_DIGITS }),
    ...(carriesPersonalNumber ? range({ start: personal.start, length: PERSONAL_NUMBER_DIGITS }) : []),
  ];
}

/** Whether the one reading has a known series, or a personal number, where the other has none. */
function isMoreKyrgyz(
  one: string,
  other: string,
  layout: MrzLayout,
  series: readonly DocumentSeries[],
): boolean {
  const worth = (zone: string): number => {
    const number = fieldText(zone, layout.fields['document-number']).replace(/<+$/, '');
    const personal = fieldText(zone, layout.fields['optional-data-1']).slice(0, PERSONAL_NUMBER_DIGITS);
    return (findDocumentSeries(number, series) === null ? 0 : 1) + (parsePersonalNumber(personal).ok ? 1 : 0);
  };
  return isKyrgyz(one, layout) && worth(one) > worth(other);
}

/** One look-alike in each field that fails; null when a problem is not one of check digits, or a field has no single answer. */
function repairFields(zone: string, layout: MrzLayout): string | null {
  const errors = findFieldErrors(zone, layout);
  if (errors.some((error) => error.problem !== 'check-digit')) return null;
  const failing = errors.map(({ field }) => field).filter((field) => field !== 'composite');
  if (failing.length === 0) return onlyReading(zone, compositeOnlyPositions(layout), layout, 'composite');
  let repaired: string | null = zone;
  for (const field of failing) {
    if (field !== 'document-number' && field !== 'optional-data-1') return null;
    if (repaired === null) return null;
    repaired = onlyReading(repaired, range(layout.fields[field]), layout, field);
  }
  return repaired;
}

/** Every field with a digit of its own holds, so the error lies where the composite alone looks. */
function compositeOnlyPositions(layout: MrzLayout): readonly number[] {
  const optional = layout.fields['optional-data-1'];
  return [
    ...(optional.check === null ? range(optional) : []),
    ...(layout.optionalData2 === null ? [] : range(layout.optionalData2)),
  ];
}

/** The one zone with a single look-alike exchanged in which the field holds. */
function onlyReading(
  zone: string,
  positions: readonly number[],
  layout: MrzLayout,
  field: MrzField,
): string | null {
  const settled = new Set(isKyrgyz(zone, layout) ? kyrgyzDigitPositions(zone, layout) : []);
  const readings = positions
    .filter((position) => !settled.has(position))
    .flatMap((position) => lookAlikes(zone.charAt(position)).map((other) => replaceAt(zone, position, other)))
    .filter((text) => findFieldErrors(text, layout).every((error) => error.field !== field));
  return readings.length === 1 ? (readings[0] ?? null) : null;
}

function lookAlikes(read: string): readonly string[] {
  const family = LOOK_ALIKES.find((characters) => characters.includes(read)) ?? '';
  return [...family].filter((character) => character !== read);
}

function replaceAt(zone: string, position: number, text: string): string {
  return zone.slice(0, position) + text + zone.slice(position + text.length);
}

function isKyrgyz(zone: string, layout: MrzLayout): boolean {
  return fieldText(zone, layout.fields['issuing-state']) === 'KGZ';
}

function range({ start, length }: Pick<FieldSpan, 'start' | 'length'>): readonly number[] {
  return Array.from({ length }, (_, i) => start + i);
}

function listRepairs(read: string, repaired: string, layout: MrzLayout): RepairedZone {
  const repairs: MrzRepair[] = [];
  for (let i = 0; i < read.length; i++) {
    if (read.charAt(i) === repaired.charAt(i)) continue;
    repairs.push({
      line: Math.floor(i / layout.lineLength),
      column: i % layout.lineLength,
      read: read.charAt(i),
      repaired: repaired.charAt(i),
    });
  }
  return { text: repaired, repairs };
}
