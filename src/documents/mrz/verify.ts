import { checkDigitHolds } from './check-digit.ts';
import { readDocumentNumber } from './document-number.ts';
import { compositeText, type FieldSpan, fieldText, type MrzField, type MrzLayout } from './layout.ts';
import type { MrzFieldError, MrzFieldProblem } from './zone.ts';

const UNKNOWN_DATE = /^(\d{2}(\d{2})?)?<+$/;
/** Issuers exist that write zeros for a day, or a month and a day, that nobody knows. */
const ZEROS_FOR_UNKNOWN = /^\d{2}(00|0[1-9]|1[0-2])00$/;

/** Everything that is wrong with a zone, at most one problem a field; empty when all check digits hold. */
export function findFieldErrors(zone: string, layout: MrzLayout): readonly MrzFieldError[] {
  const errors: MrzFieldError[] = [];
  const report = (field: MrzField, problem: MrzFieldProblem | null): void => {
    if (problem !== null) errors.push({ field, problem });
  };
  const { fields } = layout;
  report('document-code', matches(zone, fields['document-code'], /^[A-Z][A-Z<]$/));
  report('issuing-state', matches(zone, fields['issuing-state'], /^[A-Z]([A-Z]{2}|<<|[A-Z]<)$/));
  report('document-number', documentNumberProblem(zone, layout));
  report('birth-date', dateProblem(zone, fields['birth-date'], ZEROS_FOR_UNKNOWN));
  // X is what the printed page has for unspecified; some issuers put it here too.
  report('sex', matches(zone, fields.sex, /^[MFX<]$/));
  report('expiry-date', dateProblem(zone, fields['expiry-date']));
  report('nationality', matches(zone, fields.nationality, /^([A-Z]([A-Z]{2}|<<|[A-Z]<)|<<<)$/));
  report('optional-data-1', optionalDataProblem(zone, fields['optional-data-1']));
  if (layout.optionalData2 !== null) {
    report('optional-data-2', optionalDataProblem(zone, layout.optionalData2));
  }
  report('names', namesProblem(fieldText(zone, fields.names)));
  const composite = zone.charAt(layout.composite.check);
  report('composite', checkProblem(compositeText(zone, layout), composite));
  return errors;
}

function matches(zone: string, span: FieldSpan, pattern: RegExp): MrzFieldProblem | null {
  return pattern.test(fieldText(zone, span)) ? null : 'character';
}

function checkProblem(text: string, digit: string): MrzFieldProblem | null {
  if (!/^[A-Z0-9<]*$/.test(text) || !/^[0-9]$/.test(digit)) return 'character';
  return checkDigitHolds(text, digit) ? null : 'check-digit';
}

function documentNumberProblem(zone: string, layout: MrzLayout): MrzFieldProblem | null {
  const reading = readDocumentNumber(zone, layout);
  if (reading.number === '') return 'missing';
  return checkProblem(reading.checkedText, reading.checkDigit);
}

function dateProblem(
  zone: string,
  span: FieldSpan,
  alsoUnknown: RegExp | null = null,
): MrzFieldProblem | null {
  const text = fieldText(zone, span);
  const digit = span.check === null ? '' : zone.charAt(span.check);
  if (UNKNOWN_DATE.test(text)) {
    return text === '<<<<<<' && digit === '<' ? null : checkProblem(text, digit);
  }
  if (!/^[0-9]{6}$/.test(text)) return 'character';
  const problem = checkProblem(text, digit);
  if (problem !== null) return problem;
  return isDay(text) || alsoUnknown?.test(text) === true ? null : 'date';
}

/** Whether YYMMDD is a day of the calendar. A leap year is assumed: the century, which decides about 29 February, is not in the zone. */
export function isDay(text: string): boolean {
  const month = Number(text.slice(2, 4));
  const day = Number(text.slice(4, 6));
  return month >= 1 && month <= 12 && day >= 1 && day <= new Date(Date.UTC(2000, month, 0)).getUTCDate();
}

function optionalDataProblem(zone: string, span: FieldSpan): MrzFieldProblem | null {
  const text = fieldText(zone, span);
  if (!/^[A-Z0-9<]*$/.test(text)) return 'character';
  if (span.check === null) return null;
  const digit = zone.charAt(span.check);
  // An empty personal number may have either as its check digit (ICAO 9303-4, 4.2.2.2 note).
  return /^<+$/.test(text) && digit === '<' ? null : checkProblem(text, digit);
}

function namesProblem(text: string): MrzFieldProblem | null {
  if (!/^[A-Z0-9<]*$/.test(text)) return 'character';
  return /^<+$/.test(text) ? 'missing' : null;
}
