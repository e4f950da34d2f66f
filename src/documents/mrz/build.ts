import { assertDefined } from '../../domain/assert.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { checkDigit } from './check-digit.ts';
import { compositeText, type FieldSpan, MRZ_LAYOUTS, type MrzField, type MrzFormat } from './layout.ts';
import { buildMrzNames } from './names.ts';
import { findFieldErrors } from './verify.ts';
import type { MrzFieldError, MrzSex } from './zone.ts';

export interface MrzContent {
  readonly format: MrzFormat;
  /** One or two letters. */
  readonly documentCode: string;
  readonly issuingState: string;
  /** Longer than 9 characters only on TD1 and TD2. */
  readonly documentNumber: string;
  readonly nationality: string;
  /** YYYY-MM-DD, or null for unknown. */
  readonly birthDate: string | null;
  readonly sex: MrzSex;
  readonly expiryDate: string | null;
  /** Latin; see transliteration.ts for Cyrillic names. */
  readonly surname: string;
  readonly givenNames: string;
  readonly optionalData1?: string;
  readonly optionalData2?: string;
}

export type MrzBuildError =
  | { readonly code: 'too-long'; readonly field: MrzField }
  | { readonly code: 'invalid-fields'; readonly fields: readonly MrzFieldError[] };

/** Writes the lines of a zone with all check digits; parseMrz reads exactly what this writes. */
export function buildMrz(content: MrzContent): Result<readonly string[], MrzBuildError> {
  const layout = MRZ_LAYOUTS[content.format];
  const zone: string[] = Array.from({ length: layout.lineCount * layout.lineLength }, () => '<');
  const optional = optionalWithLongNumber(content);
  const texts: readonly (readonly [MrzField, FieldSpan | null, string])[] = [
    ['document-code', layout.fields['document-code'], content.documentCode],
    ['issuing-state', layout.fields['issuing-state'], content.issuingState],
    ['document-number', layout.fields['document-number'], optional.number],
    ['nationality', layout.fields.nationality, content.nationality],
    ['birth-date', layout.fields['birth-date'], shortDate(content.birthDate)],
    ['sex', layout.fields.sex, sexCharacter(content.sex)],
    ['expiry-date', layout.fields['expiry-date'], shortDate(content.expiryDate)],
    ['optional-data-1', layout.fields['optional-data-1'], optional.data],
    ['optional-data-2', layout.optionalData2, content.optionalData2 ?? ''],
    [
      'names',
      layout.fields.names,
      buildMrzNames(content.surname, content.givenNames, layout.fields.names.length),
    ],
  ];
  for (const [field, span, text] of texts) {
    if (text.length > (span?.length ?? 0)) return err({ code: 'too-long', field });
    if (span !== null) writeField(zone, span, text);
  }
  const check = layout.fields['document-number'].check;
  if (optional.long && check !== null) zone[check] = '<';
  zone[layout.composite.check] = digitOf(compositeText(zone.join(''), layout));
  const text = zone.join('');
  const errors = findFieldErrors(text, layout);
  if (errors.length > 0) return err({ code: 'invalid-fields', fields: errors });
  return ok(
    Array.from({ length: layout.lineCount }, (_, i) =>
      text.slice(i * layout.lineLength, (i + 1) * layout.lineLength),
    ),
  );
}

function optionalWithLongNumber(content: MrzContent): { number: string; data: string; long: boolean } {
  const { documentNumber, optionalData1 = '' } = content;
  if (documentNumber.length <= 9 || content.format === 'TD3') {
    return { number: documentNumber, data: optionalData1, long: false };
  }
  const rest = `${documentNumber.slice(9)}${digitOf(documentNumber)}<${optionalData1}`;
  return { number: documentNumber.slice(0, 9), data: rest, long: true };
}

function writeField(zone: string[], span: FieldSpan, text: string): void {
  const padded = text.padEnd(span.length, '<');
  for (let i = 0; i < span.length; i++) zone[span.start + i] = padded.charAt(i);
  if (span.check !== null) zone[span.check] = digitOf(padded);
}

/** Characters outside of the alphabet are reported by the check of the whole zone; any digit does until then. */
function digitOf(text: string): string {
  return String(checkDigit(text) ?? 0);
}

function shortDate(date: string | null): string {
  return date === null ? '<<<<<<' : date.slice(2).replaceAll('-', '');
}

function sexCharacter(sex: MrzSex): string {
  return assertDefined({ female: 'F', male: 'M', unspecified: '<' }[sex], 'sex character');
}
