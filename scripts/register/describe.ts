import { throwIllegalValue } from '../../src/domain/assert.ts';
import type { CsvFileError } from '../../src/register/csv/read-voters.ts';
import { columnOfField } from '../../src/register/csv/voter-columns.ts';
import type { RefusedRow, RegisterError, RowReason } from '../../src/register/register-error.ts';
import type { StoreError } from '../../src/store/store-error.ts';

/** What went wrong with a register, and what to do about it, in one sentence. */
export function describeRegisterError(error: RegisterError): string {
  switch (error.code) {
    case 'register-store':
      return describeStoreError(error.store);
    case 'already-exists':
      return 'there is a register already; nothing was changed. Name another file, or move that one away';
    case 'register-unfinished':
      return 'the register was never finished: import it again';
    case 'content-changed':
      return 'the rows are not those that the register was made of: take it from its package again';
    case 'rows-refused':
      return `${error.refused} row${error.refused === 1 ? '' : 's'} refused; nothing was imported. Mend the list and import it again`;
    case 'other-election':
      return `it belongs to election ${error.found}, not ${error.expected}`;
    case 'other-station':
      return `it belongs to station ${error.found}, not ${error.expected}`;
    case 'mock-mismatch':
      return error.found ? 'it is for training' : 'it is not for training';
    default:
      return throwIllegalValue(error);
  }
}

function describeStoreError(error: StoreError): string {
  switch (error.code) {
    case 'wrong-key':
      return "these keys don't open the register";
    case 'no-database':
      return 'there is no register there';
    case 'not-encrypted':
      return 'the file is a plain database: it is not opened';
    case 'corrupt':
      return 'the file is damaged: take it from its package again';
    case 'database-from-future':
      return `a newer program made it (schema ${error.found}; this one knows ${error.known}): update this program`;
    case 'database-from-past':
      return `an older program made it (schema ${error.found}; this one has ${error.known}): import it again`;
    case 'disk-full':
      return 'the disk is full: make room, and do it again';
    case 'already-open':
    case 'busy':
      return 'another program has it open: close that first';
    default:
      return `the register can't be opened (${error.code})`;
  }
}

export function describeCsvError(error: CsvFileError): string {
  switch (error.code) {
    case 'file-unreadable':
      return `the file can't be read (${error.problem})`;
    case 'file-empty':
      return 'the file is empty: its first line has to name the columns';
    case 'no-text':
      return 'it is no text in UTF-8: save the list as "CSV UTF-8", and import that file';
    case 'bad-header':
      return {
        unknown: `its first line names a column "${error.column}", and there is none of that name`,
        twice: `its first line names the column "${error.column}" twice`,
        missing: `its first line leaves out the column "${error.column}"`,
      }[error.problem];
    case 'bad-station':
      return `line ${error.line} is no station`;
    default:
      return throwIllegalValue(error);
  }
}

const REASONS: Readonly<Record<RowReason, string>> = {
  empty: 'empty',
  duplicate: 'the same as in an earlier row',
  'not-in-order': 'lower than before: the lists follow each other, and their numbers rise',
  'not-normalised':
    'not in composed Unicode (NFC), blanks around it, or another blank than the ordinary one in it',
  'unreadable-character': 'a control or invisible character, or bytes that are no UTF-8',
  'too-long': 'longer than 300 characters',
  'bad-number': 'no whole number that can stand here',
  'unknown-word': 'none of the words that can stand here',
  'unknown-ballot': 'names a ballot that the procedure does not know',
  'unknown-station': 'not among the stations',
  'field-count': 'more or fewer fields than the first line names',
  'bad-quotes': 'a quotation mark that is not closed, or stands inside a field',
  'bad-record': 'not as NIST SP 1500-102 has it: missing, of another type, or too long',
  endless: 'over 4 MB long, or a quotation mark that is never closed: what follows was not read',
  'bad-photo': 'no whole JPEG in base64',
  'bad-personal-number': 'no 14 digits with a birth date in them',
  'sex-differs-from-personal-number': 'not the sex that the personal number says',
  'birth-date-differs-from-personal-number': 'not the birth date that the personal number says',
  'bad-date': 'no day of the calendar as YYYY-MM-DD',
  'born-in-the-future': 'later than today',
  repeated: 'has the same twice',
  'bad-document-number': 'no two capital letters and seven digits',
  'bad-template': "a template that can't be read",
};

/** `line 7  birth_date  no day of the calendar`: what is wrong with a row, without what it says. */
export function describeRow({ line, field, reason }: RefusedRow): string {
  return `line ${String(line).padStart(7)}  ${columnOfField(field).padEnd(16)}  ${REASONS[reason]}`;
}
