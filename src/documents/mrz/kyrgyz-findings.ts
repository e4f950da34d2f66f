import { type PersonalNumber, parsePersonalNumber } from '../../domain/personal-number.ts';
import { type DocumentSeries, findDocumentSeries } from './document-series.ts';
import type { MrzFormat } from './layout.ts';
import type { MrzFinding, MrzSex } from './zone.ts';

export interface KyrgyzFields {
  readonly format: MrzFormat;
  readonly documentNumber: string;
  readonly birthDateText: string;
  readonly sex: MrzSex;
  readonly optionalData: readonly string[];
}

export interface KyrgyzReading {
  readonly personalNumber: PersonalNumber | null;
  readonly findings: readonly MrzFinding[];
}

/**
 * Looks for the personal number (optional data 1 of cards, the personal number of passports; older readers also
 * met it in optional data 2) and compares it with the zone. What does not agree is a finding for the
 * operator, because a number may have been changed by procedure: never a refusal.
 */
export function readKyrgyzFields(fields: KyrgyzFields, series: readonly DocumentSeries[]): KyrgyzReading {
  const findings: MrzFinding[] = [...seriesFindings(fields, series)];
  const candidates = fields.optionalData.filter((text) => text !== '');
  const parsed = candidates.map((text) => parsePersonalNumber(text)).find((result) => result.ok);
  if (parsed === undefined || !parsed.ok) {
    findings.push(candidates.length === 0 ? 'personal-number-missing' : 'personal-number-invalid');
    return { personalNumber: null, findings };
  }
  const personalNumber = parsed.value;
  if (personalNumber.sex === 'unknown') findings.push('personal-number-sex-unknown');
  else if (fields.sex !== 'unspecified' && fields.sex !== personalNumber.sex) {
    findings.push('sex-differs-from-personal-number');
  }
  if (!agreesWith(fields.birthDateText, personalNumber.birthDate)) {
    findings.push('birth-date-differs-from-personal-number');
  }
  return { personalNumber, findings };
}

/** True when a YYMMDD (fillers, and zeros for a day or month, match anything) can be the day of an ISO date. */
export function agreesWith(yearMonthDay: string, isoDate: string): boolean {
  const expected = isoDate.slice(2).replaceAll('-', '');
  const known = yearMonthDay.replace(/(00)?00$/, (zeros) => '<'.repeat(zeros.length));
  return [...known].every((character, i) => character === '<' || character === expected.charAt(i));
}

function seriesFindings(fields: KyrgyzFields, table: readonly DocumentSeries[]): readonly MrzFinding[] {
  const series = findDocumentSeries(fields.documentNumber, table);
  if (series === null) return ['unknown-series'];
  const document = fields.format === 'TD3' ? 'passport' : 'id-card';
  return series.document === document ? [] : ['series-of-other-document'];
}
