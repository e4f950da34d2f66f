import type { StoreError } from '../store/store-error.ts';

/** Why a register can't be made, opened or trusted. No variant carries personal data. */
export type RegisterError =
  /** The file, its key or its disk; a damaged page is `corrupt` here. */
  | { readonly code: 'register-store'; readonly store: StoreError }
  | { readonly code: 'other-election'; readonly expected: string; readonly found: string }
  | { readonly code: 'other-station'; readonly expected: number; readonly found: number }
  /** A mock register where a real one is expected, or the reverse. */
  | { readonly code: 'mock-mismatch'; readonly expected: boolean; readonly found: boolean }
  /** The database is whole but was never finished: an import broke off before its last step. */
  | { readonly code: 'register-unfinished' }
  /** The rows are not those that the content hash was made of. */
  | { readonly code: 'content-changed'; readonly expected: string; readonly found: string }
  /** Rows that can't be taken over; the whole import is refused. */
  | {
      readonly code: 'rows-refused';
      /** All of them. */
      readonly refused: number;
      /** Everything that is wrong with each, by line: a row with three faults is there three times. At most `MOST_ROWS_LISTED`. */
      readonly rows: readonly RefusedRow[];
    }
  | { readonly code: 'already-exists' };

/** What is wrong with a row, without what it says. */
export interface RowProblem {
  /** As in `Voter`, the parts of the name by themselves; `row` where the row as a whole can't be read. */
  readonly field: string;
  readonly reason: RowReason;
}

export interface RefusedRow extends RowProblem {
  /** The line of the file where the row begins, or the number of the row, from 1. */
  readonly line: number;
}

export const MOST_ROWS_LISTED = 100_000;

export type RowReason =
  | 'empty'
  /** The same as in an earlier row. */
  | 'duplicate'
  /** List numbers have to rise. */
  | 'not-in-order'
  /** Not in Unicode's composed form (NFC), or with blanks around it, or with another blank than the ordinary one. */
  | 'not-normalised'
  /** A control character or one that nobody sees, or bytes that are no UTF-8. */
  | 'unreadable-character'
  | 'too-long'
  | 'bad-number'
  /** None of the words that this field knows. */
  | 'unknown-word'
  | 'unknown-station'
  /** No receipt of the procedure. */
  | 'unknown-ballot'
  /** More or fewer fields than the header has. */
  | 'field-count'
  /** No whole JPEG. */
  | 'bad-photo'
  /** A quotation mark that isn't closed, or stands in the middle of a field. */
  | 'bad-quotes'
  /** Not as NIST SP 1500-102 has it. */
  | 'bad-record'
  /** Longer than any record is, most likely since a quotation mark is never closed; what follows it was not read. */
  | 'endless'
  | 'bad-personal-number'
  | 'sex-differs-from-personal-number'
  | 'birth-date-differs-from-personal-number'
  | 'bad-date'
  | 'born-in-the-future'
  /** The same word twice in one field. */
  | 'repeated'
  | 'bad-document-number'
  | 'bad-template';

/** One enrolled finger could not be opened with this key, or was moved from another voter. */
export interface TemplateError {
  readonly code: 'template-seal-broken';
  readonly position: number;
}
