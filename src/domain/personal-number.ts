import { err, ok, type Result } from './result.ts';

/**
 * The Kyrgyz personal number (персоналдык идентификациялык номер, ИНН): 14 digits, one for the sex, eight for the
 * birth date (DDMMYYYY) and five that are opaque. No check digit is published, so none is tested. A number
 * can be changed by procedure: it identifies, it proves nothing.
 */
export interface PersonalNumber {
  /** Exactly 14 digits. */
  readonly digits: string;
  /** 1 = female, 2 = male; any other first digit is kept and flagged as `unknown`. */
  readonly sex: 'female' | 'male' | 'unknown';
  /** YYYY-MM-DD, a day that exists. Whether it lies in the future is for the rules of eligibility. */
  readonly birthDate: string;
}

export type PersonalNumberErrorCode =
  | 'empty'
  /** Something other than a digit, spaces and hyphens aside. */
  | 'not-digits'
  /** Digits only, but not 14 of them. */
  | 'wrong-length'
  /** Digits 2 to 9 are no day of the calendar, or a year before 1880. */
  | 'impossible-date';

export interface PersonalNumberError {
  readonly code: PersonalNumberErrorCode;
}

const LENGTH = 14;
const EARLIEST_YEAR = 1880;

/** Reads a personal number as a person types it or a document carries it; spaces and hyphens do not count. */
export function parsePersonalNumber(text: string): Result<PersonalNumber, PersonalNumberError> {
  const digits = text.replace(/[\s\u00a0-]/g, '');
  if (digits === '') return err({ code: 'empty' });
  if (!/^[0-9]+$/.test(digits)) return err({ code: 'not-digits' });
  if (digits.length !== LENGTH) return err({ code: 'wrong-length' });
  const birthDate = readBirthDate(digits.slice(1, 9));
  if (birthDate === null) return err({ code: 'impossible-date' });
  return ok({ digits, sex: readSex(digits.charAt(0)), birthDate });
}

/**
 * The number as a screen or a receipt may show it: the last four digits stay, so that a person recognises it;
 * sex, birth date and one opaque digit are starred out.
 */
export function maskPersonalNumber(digits: string): string {
  const kept = digits.length === LENGTH ? 4 : 0;
  return '*'.repeat(digits.length - kept) + digits.slice(digits.length - kept);
}

function readSex(digit: string): PersonalNumber['sex'] {
  if (digit === '1') return 'female';
  if (digit === '2') return 'male';
  return 'unknown';
}

function readBirthDate(dayMonthYear: string): string | null {
  const day = Number(dayMonthYear.slice(0, 2));
  const month = Number(dayMonthYear.slice(2, 4));
  const year = Number(dayMonthYear.slice(4, 8));
  if (year < EARLIEST_YEAR || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month))
    return null;
  return `${dayMonthYear.slice(4, 8)}-${dayMonthYear.slice(2, 4)}-${dayMonthYear.slice(0, 2)}`;
}

function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}
