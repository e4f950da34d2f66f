import { randomBytes } from 'node:crypto';
import type { Voter, VoterDocument } from '../../domain/voter.ts';
import type { RowProblem } from '../register-error.ts';
import type { SourceTemplate, SourceVoter, TemplateSource } from '../register-source.ts';

/**
 * The columns of a list of voters. Several values in one field stand apart by `|`:
 *
 * - `documents`: kind, number, last day and state, `id-card ID1234567 2031-05-06 current|passport AC7654321 2026-02-03
 *   replaced`
 * - `ballot_styles`: the ids of the procedure's receipts; `changes`: `new-name`, `new-document`
 * - `templates`: finger position, source and the ISO/IEC 19794-2:2005 record in base64, `2 enrolled Rk1SACAyMAAA...`
 * - `photo`: a JPEG in base64
 */
export const VOTER_COLUMNS = [
  'id',
  'station_number',
  'district_number',
  'list_number',
  'personal_number',
  'surname',
  'given',
  'patronymic',
  'birth_date',
  'sex',
  'address',
  'standing',
  'ballot_styles',
  'documents',
  'has_fingerprints',
  'changes',
  'templates',
  'photo',
] as const;
export type VoterColumn = (typeof VOTER_COLUMNS)[number];

/** A file may leave these out: ids are then drawn, voters are active, have fingers, and nothing has changed. */
export const OPTIONAL_COLUMNS: ReadonlySet<VoterColumn> = new Set([
  'id',
  'patronymic',
  'standing',
  'has_fingerprints',
  'changes',
  'templates',
  'photo',
]);

/** How a field of `Voter` is called in a file's first line; names that are the same in both are left out. */
const COLUMN_OF_FIELD: Readonly<Record<string, VoterColumn>> = {
  stationNumber: 'station_number',
  districtNumber: 'district_number',
  listNumber: 'list_number',
  personalNumber: 'personal_number',
  birthDate: 'birth_date',
  ballotStyles: 'ballot_styles',
  hasFingerprints: 'has_fingerprints',
};

export function columnOfField(field: string): string {
  return COLUMN_OF_FIELD[field] ?? field;
}

/** Where each column stands in a record; -1 for one that the file leaves out. */
export type ColumnPlaces = Readonly<Record<VoterColumn, number>>;

/** Thrown for one field, and caught in `FieldReader`. */
class Refused extends Error {
  readonly problem: RowProblem;
  constructor(field: string, reason: RowProblem['reason']) {
    super('a field was refused');
    this.problem = { field, reason };
  }
}

/** Reads one field after another; what can't be read is put down, and something stands in its place. */
class FieldReader {
  problems: readonly RowProblem[] = NONE;

  read<T>(parse: () => T, inItsPlace: T): T {
    try {
      return parse();
    } catch (cause) {
      if (!(cause instanceof Refused)) throw cause;
      this.problems = [...this.problems, cause.problem];
      return inItsPlace;
    }
  }
}

/** A voter from one record, and what could not be read of it. What only a comparison can tell is left to the import. */
export function voterFromFields(
  fields: readonly string[],
  places: ColumnPlaces,
): Omit<SourceVoter, 'line'> & { readonly problems: readonly RowProblem[] } {
  const text = (column: VoterColumn): string => fields[places[column]] ?? '';
  const reader = new FieldReader();
  const number = (field: string, column: VoterColumn): number =>
    reader.read(() => wholeNumber(field, text(column)), 1);
  const id = text('id');
  const voter: Voter = {
    id: id === '' ? randomBytes(16).toString('hex') : id,
    listNumber: number('listNumber', 'list_number'),
    personalNumber: text('personal_number'),
    name: {
      surname: textOrNull(text('surname')),
      given: text('given'),
      patronymic: textOrNull(text('patronymic')),
    },
    birthDate: text('birth_date'),
    sex: reader.read(() => oneOf('sex', text('sex'), SEXES), 'female'),
    address: text('address'),
    stationNumber: number('stationNumber', 'station_number'),
    districtNumber: number('districtNumber', 'district_number'),
    standing:
      text('standing') === ''
        ? 'active'
        : reader.read(() => oneOf('standing', text('standing'), STANDINGS), 'active'),
    ballotStyles: ballotStyles(text('ballot_styles')),
    documents: reader.read(() => documentsFromText(text('documents')), NONE),
    hasFingerprints:
      text('has_fingerprints') === '' ||
      reader.read(() => oneOf('hasFingerprints', text('has_fingerprints'), YES_OR_NO), 'no') === 'yes',
    changes:
      text('changes') === ''
        ? NONE
        : reader.read<Voter['changes']>(
            () => several(text('changes')).map((change) => oneOf('changes', change, CHANGES)),
            NONE,
          ),
  };
  const photo = text('photo');
  return {
    voter,
    photo: photo === '' ? null : reader.read(() => bytesOf('photo', photo, isJpeg), null),
    templates:
      text('templates') === ''
        ? NONE
        : reader.read<readonly SourceTemplate[]>(
            () => several(text('templates')).map(templateFromText),
            NONE,
          ),
    problems: reader.problems,
  };
}

/** The fields of one record, in the order of `VOTER_COLUMNS`. Templates are only written where they are given. */
export function fieldsOfVoter({ voter, photo, templates }: Omit<SourceVoter, 'line'>): string[] {
  return [
    voter.id,
    String(voter.stationNumber),
    String(voter.districtNumber),
    String(voter.listNumber),
    voter.personalNumber,
    voter.name.surname ?? '',
    voter.name.given,
    voter.name.patronymic ?? '',
    voter.birthDate,
    voter.sex,
    voter.address,
    voter.standing,
    voter.ballotStyles.join('|'),
    voter.documents
      .map(
        ({ kind, number, expires, current }) =>
          `${kind} ${number} ${expires} ${current ? 'current' : 'replaced'}`,
      )
      .join('|'),
    voter.hasFingerprints ? 'yes' : 'no',
    voter.changes.join('|'),
    templates
      .map(
        ({ position, source, record }) => `${position} ${source} ${Buffer.from(record).toString('base64')}`,
      )
      .join('|'),
    photo === null ? '' : Buffer.from(photo).toString('base64'),
  ];
}

const SEXES = ['female', 'male'] as const;
const STANDINGS = ['active', 'struck-off', 'moved', 'voted-at-home'] as const;
const YES_OR_NO = ['yes', 'no'] as const;
const CHANGES = ['new-name', 'new-document'] as const;
const KINDS = ['id-card', 'passport'] as const;
const STATES = ['current', 'replaced'] as const;
const SOURCES: readonly TemplateSource[] = ['enrolled', 'drawn', 'generated', 'scanned'];
const NONE: readonly never[] = [];

function oneOf<T extends string>(field: string, text: string, words: readonly T[]): T {
  const word = words.find((one) => one === text);
  if (word === undefined) throw new Refused(field, text === '' ? 'empty' : 'unknown-word');
  return word;
}

function wholeNumber(field: string, text: string): number {
  if (!/^[0-9]{1,9}$/.test(text)) throw new Refused(field, text === '' ? 'empty' : 'bad-number');
  return Number(text);
}

function textOrNull(text: string): string | null {
  return text === '' ? null : text;
}

function several(text: string): readonly string[] {
  return text === '' ? NONE : text.split('|');
}

/** Few lists among millions of voters: one array for each. */
const knownStyles = new Map<string, readonly string[]>();
const MOST_KNOWN_STYLES = 1000;

function ballotStyles(text: string): readonly string[] {
  const known = knownStyles.get(text);
  if (known !== undefined) return known;
  const styles = several(text);
  if (knownStyles.size < MOST_KNOWN_STYLES) knownStyles.set(text, styles);
  return styles;
}

function documentsFromText(text: string): readonly VoterDocument[] {
  if (text === '') return NONE;
  return text.includes('|') ? several(text).map(documentFromText) : [documentFromText(text)];
}

function documentFromText(text: string): VoterDocument {
  const afterKind = text.indexOf(' ');
  const afterNumber = text.indexOf(' ', afterKind + 1);
  const afterDay = text.indexOf(' ', afterNumber + 1);
  if (afterKind < 0 || afterNumber < 0 || afterDay < 0) throw new Refused('documents', 'unknown-word');
  return {
    kind: oneOf('documents', text.slice(0, afterKind), KINDS),
    number: text.slice(afterKind + 1, afterNumber),
    expires: text.slice(afterNumber + 1, afterDay),
    current: oneOf('documents', text.slice(afterDay + 1), STATES) === 'current',
  };
}

function templateFromText(text: string): SourceTemplate {
  const [position = '', source = '', record = '', ...more] = text.split(' ');
  if (more.length > 0) throw new Refused('templates', 'bad-template');
  return {
    position: wholeNumber('templates', position),
    source: oneOf('templates', source, SOURCES),
    record: bytesOf('templates', record, () => true),
  };
}

function bytesOf(
  field: 'photo' | 'templates',
  base64: string,
  isSound: (bytes: Uint8Array) => boolean,
): Uint8Array {
  const bytes = new Uint8Array(Buffer.from(base64, 'base64'));
  if (Buffer.from(bytes).toString('base64') !== base64 || !isSound(bytes))
    throw new Refused(field, field === 'photo' ? 'bad-photo' : 'bad-template');
  return bytes;
}

/** Begins and ends as a JPEG does (ITU-T T.81, B.1.1.3). */
function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes.at(-2) === 0xff && bytes.at(-1) === 0xd9;
}
