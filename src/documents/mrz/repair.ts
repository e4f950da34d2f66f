import { type FieldSpan, fieldText, type MrzLayout } from './layout.ts';
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
const LOOK_ALIKES: readonly string[] = ['0OQD', '1IL', '2Z', '5S', '6G', '8B'];

export interface RepairedZone {
  readonly text: string;
  readonly repairs: readonly MrzRepair[];
}

/**
 * Puts look-alikes right where the check digits decide: letters where only digits may stand, then at most two
 * look-alikes in the fields that fail, when exactly one reading makes every check digit hold. Fields that no
 * check digit covers (names, states, sex) are never touched. Null where nothing, or more than one, would fit.
 */
export function repairZone(zone: string, layout: MrzLayout): RepairedZone | null {
  if (findFieldErrors(zone, layout).length === 0) return { text: zone, repairs: [] };
  const digitsRead = repairDigitPositions(zone, layout);
  if (findFieldErrors(digitsRead, layout).length === 0) return listRepairs(zone, digitsRead, layout);
  const positions = doubtfulPositions(digitsRead, layout);
  if (positions === null) return null;
  const single = substitutions(digitsRead, positions);
  const decided = onlyReading(single, layout);
  if (decided === 'several') return null;
  if (decided !== null) return listRepairs(zone, decided, layout);
  const pairs = single.flatMap(({ text, position }) =>
    substitutions(
      text,
      positions.filter((later) => later > position),
    ),
  );
  const decidedByTwo = onlyReading(pairs, layout);
  return decidedByTwo === null || decidedByTwo === 'several' ? null : listRepairs(zone, decidedByTwo, layout);
}

interface Substitution {
  readonly text: string;
  readonly position: number;
}

function repairDigitPositions(zone: string, layout: MrzLayout): string {
  const characters = [...zone];
  for (const position of digitPositions(zone, layout)) {
    const digit = LETTER_TO_DIGIT[characters[position] ?? ''];
    if (digit !== undefined) characters[position] = digit;
  }
  return characters.join('');
}

/**
 * Where only digits (or fillers) may stand: dates, check digits, and in Kyrgyz documents the personal number and
 * what follows the two letters of the document number.
 */
function digitPositions(zone: string, layout: MrzLayout): readonly number[] {
  const { fields } = layout;
  const positions = [layout.composite.check];
  for (const field of ['birth-date', 'expiry-date'] as const) positions.push(...range(fields[field]));
  for (const span of Object.values(fields)) if (span.check !== null) positions.push(span.check);
  const personal = fields['optional-data-1'];
  const longNumber = layout.format !== 'TD3' && zone.charAt(fields['document-number'].check ?? 0) === '<';
  if (isKyrgyz(zone, layout)) {
    positions.push(...range({ start: fields['document-number'].start + 2, length: 7 }));
    if (!longNumber && personal.length >= 14) {
      positions.push(...range({ start: personal.start, length: 14 }));
    }
  }
  return positions;
}

/** The positions that may hold the wrong character; null when a problem is not one of check digits. */
function doubtfulPositions(zone: string, layout: MrzLayout): readonly number[] | null {
  const errors = findFieldErrors(zone, layout);
  if (errors.some((error) => error.problem !== 'check-digit')) return null;
  const { fields } = layout;
  const positions: number[] = [];
  for (const { field } of errors) {
    if (field === 'document-number' || field === 'optional-data-1') positions.push(...range(fields[field]));
  }
  if (errors.length === 1 && errors[0]?.field === 'composite') {
    // Every field with a digit of its own holds, so the error lies where the composite alone looks.
    if (fields['optional-data-1'].check === null) positions.push(...range(fields['optional-data-1']));
    if (layout.optionalData2 !== null) positions.push(...range(layout.optionalData2));
  }
  const settled = new Set(digitPositions(zone, layout));
  return positions.filter((position) => !settled.has(position)).sort((a, b) => a - b);
}

function isKyrgyz(zone: string, layout: MrzLayout): boolean {
  return fieldText(zone, layout.fields['issuing-state']) === 'KGZ';
}

function range({ start, length }: Pick<FieldSpan, 'start' | 'length'>): readonly number[] {
  return Array.from({ length }, (_, i) => start + i);
}

function substitutions(text: string, positions: readonly number[]): readonly Substitution[] {
  return positions.flatMap((position) => {
    const read = text.charAt(position);
    const family = LOOK_ALIKES.find((characters) => characters.includes(read)) ?? '';
    return [...family]
      .filter((character) => character !== read)
      .map((character) => ({
        text: text.slice(0, position) + character + text.slice(position + 1),
        position,
      }));
  });
}

function onlyReading(candidates: readonly Substitution[], layout: MrzLayout): string | 'several' | null {
  const fitting = candidates.filter(({ text }) => findFieldErrors(text, layout).length === 0);
  if (fitting.length > 1) return 'several';
  return fitting[0]?.text ?? null;
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
