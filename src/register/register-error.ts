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
  /** A row that can't be taken over; the whole import is refused. `line` counts voters from 1. */
  | {
      readonly code: 'row-refused';
      readonly line: number;
      readonly field: string;
      readonly reason: RowReason;
    }
  | { readonly code: 'already-exists' };

export type RowReason =
  | 'empty'
  | 'duplicate'
  /** List numbers have to rise. */
  | 'not-in-order'
  | 'not-normalised'
  | 'bad-personal-number'
  | 'sex-differs-from-personal-number'
  | 'birth-date-differs-from-personal-number'
  | 'bad-date'
  | 'bad-document-number'
  | 'bad-template';

/** One enrolled finger could not be opened with this key, or was moved from another voter. */
export interface TemplateError {
  readonly code: 'template-seal-broken';
  readonly position: number;
}
