import type { MachineReadableZone, MrzError, MrzFieldProblem } from '../../src/documents/mrz/zone.ts';
import { throwIllegalValue } from '../../src/domain/assert.ts';

/** A zone in lines for people. */
export function describeZone(zone: MachineReadableZone): readonly string[] {
  const { lines, personalNumber, repairs, findings, ...fields } = zone;
  return [
    ...lines,
    ...describeFields(fields),
    `personalNumber: ${personalNumber?.digits ?? '-'}`,
    ...repairs.map(
      ({ line, column, read, repaired }) =>
        `repaired: line ${line + 1} column ${column + 1}, ${read} to ${repaired}`,
    ),
    ...findings.map((finding) => `note: ${finding}`),
  ];
}

/** Each field as `name: value`. */
export function describeFields(fields: object): readonly string[] {
  return Object.entries(fields).map(([name, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return `${name}: ${text === '' || text === 'null' ? '-' : text}`;
  });
}

const PROBLEMS: Readonly<Record<MrzFieldProblem, string>> = {
  'check-digit': 'does not agree with its digit: compare it with the document, letter by letter',
  character: 'a letter or digit that cannot stand there',
  date: 'no day of the calendar',
  missing: 'nothing is there',
};

/** Why a text is no zone. */
export function describeMrzError(error: MrzError): readonly string[] {
  switch (error.code) {
    case 'empty':
      return ['there is no text'];
    case 'wrong-length':
      return [
        `lines of ${error.lineLengths.join(', ')} characters are no zone: it has 3 of 30, 2 of 36 or 2 of 44`,
      ];
    case 'unsupported-document':
      return ['the zone of a visa is no identity document'];
    case 'unreadable-fields':
      return error.fields.map(({ field, problem }) => `${field}: ${problem} (${PROBLEMS[problem]})`);
    default:
      return throwIllegalValue(error);
  }
}
