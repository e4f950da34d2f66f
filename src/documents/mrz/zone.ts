import type { PersonalNumber } from '../../domain/personal-number.ts';
import type { MrzField, MrzFormat } from './layout.ts';

export type MrzFieldProblem =
  /** The field does not agree with its check digit. */
  | 'check-digit'
  /** A character that may not stand there. */
  | 'character'
  /** Digits that are no day of the calendar. */
  | 'date'
  | 'missing';

export interface MrzFieldError {
  readonly field: MrzField;
  readonly problem: MrzFieldProblem;
}

/** Why a text is no zone; never carries any of the text. */
export type MrzError =
  | { readonly code: 'empty' }
  /** Neither three lines of 30, nor two of 36 or 44. */
  | { readonly code: 'wrong-length'; readonly lineLengths: readonly number[] }
  /** A zone of a visa or another paper that is no identity document. */
  | { readonly code: 'unsupported-document' }
  | { readonly code: 'unreadable-fields'; readonly fields: readonly MrzFieldError[] };

/** A character that a reader took for its look-alike, put right because the check digits leave one reading only. */
export interface MrzRepair {
  /** From 0. */
  readonly line: number;
  readonly column: number;
  readonly read: string;
  readonly repaired: string;
}

/** Things worth telling the operator; none refuses the document. */
export type MrzFinding =
  | 'repaired'
  /** Of a chip only, which was issued like that; a zone that a reader sent is refused for it. */
  | 'check-digits-wrong'
  | 'names-truncated'
  | 'names-characters'
  | 'unknown-series'
  | 'series-of-other-document'
  | 'personal-number-missing'
  | 'personal-number-invalid'
  | 'personal-number-sex-unknown'
  | 'birth-date-differs-from-personal-number'
  | 'sex-differs-from-personal-number';

export type MrzSex = 'female' | 'male' | 'unspecified';

/** A machine-readable zone whose check digits all hold, unless a finding says otherwise. */
export interface MachineReadableZone {
  readonly format: MrzFormat;
  /** As they stand after repair: what chip access is derived from. */
  readonly lines: readonly string[];
  /** One or two letters, `ID`, `P`, `PE`. */
  readonly documentCode: string;
  /** Three letters (ICAO 9303-3 section 5), `D` for Germany. */
  readonly issuingState: string;
  readonly documentNumber: string;
  readonly nationality: string;
  /** YYMMDD as printed; fillers for parts that are unknown. */
  readonly birthDateText: string;
  /** YYYY-MM-DD; null where the zone leaves the day or month open. */
  readonly birthDate: string | null;
  readonly sex: MrzSex;
  readonly expiryDateText: string;
  /** YYYY-MM-DD; null where the document never expires. */
  readonly expiryDate: string | null;
  /** Latin, truncated where it was too long: never match persons by it. */
  readonly surname: string;
  readonly givenNames: string;
  readonly optionalData1: string;
  readonly optionalData2: string;
  /** The Kyrgyz personal number, where the document carries one that is well formed. */
  readonly personalNumber: PersonalNumber | null;
  readonly repairs: readonly MrzRepair[];
  readonly findings: readonly MrzFinding[];
}
