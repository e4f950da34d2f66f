import { err, ok, type Result } from '../../domain/result.ts';
import type { RowReason } from '../register-error.ts';
import type { RegisterStation, SourceRow } from '../register-source.ts';
import { type CsvRecord, readCsv } from './read-csv.ts';
import { type ColumnPlaces, OPTIONAL_COLUMNS, VOTER_COLUMNS, voterFromFields } from './voter-columns.ts';

/** Why a file can't be read at all. */
export type CsvFileError =
  | { readonly code: 'file-unreadable'; readonly problem: string }
  | { readonly code: 'file-empty' }
  /** UTF-16, an archive, a picture. */
  | { readonly code: 'no-text' }
  /** The first line names a column that there is none of, names one twice, or leaves one out that is needed. */
  | {
      readonly code: 'bad-header';
      readonly column: string;
      readonly problem: 'unknown' | 'twice' | 'missing';
    }
  /** A line of a list of stations. */
  | { readonly code: 'bad-station'; readonly line: number };

/**
 * The voters of a CSV file, one at a time. Rows that can't be read come out as such, with their line, and the rest goes on.
 * Reading errors after the first record are thrown into the import, which then leaves nothing behind.
 */
export function readVoters(file: string): Result<Iterable<SourceRow>, CsvFileError> {
  return withFirst(file, (header, records) => {
    const places = placesOf(header, VOTER_COLUMNS, OPTIONAL_COLUMNS);
    if (!places.ok) return places;
    return ok(rowsOf(records, places.value, header.fields.length));
  });
}

function* rowsOf(records: Iterable<CsvRecord>, places: ColumnPlaces, columns: number): Generator<SourceRow> {
  for (const { line, fields, badQuotes, isEndless } of records) {
    if (isEndless) {
      yield unreadRow(line, 'endless');
    } else if (badQuotes) {
      yield unreadRow(line, 'bad-quotes');
    } else if (fields.length !== columns) {
      yield unreadRow(line, 'field-count');
    } else {
      const read = voterFromFields(fields, places);
      const { problems, ...rest } = read;
      yield problems.length === 0 ? { line, ...rest } : { refused: { line, problems, rest } };
    }
  }
}

function unreadRow(line: number, reason: RowReason): SourceRow {
  return { refused: { line, problems: [{ field: 'row', reason }] } };
}

export const STATION_COLUMNS = [
  'number',
  'district_number',
  'name_ky',
  'name_ru',
  'name_en',
  'address',
] as const;

/** The stations of a country: a few thousand lines. */
export function readStationFile(file: string): Result<RegisterStation[], CsvFileError> {
  return withFirst(file, (header, records) => {
    const places = placesOf(header, STATION_COLUMNS, new Set());
    if (!places.ok) return places;
    const at = places.value;
    const stations: RegisterStation[] = [];
    for (const { line, fields, badQuotes, isEndless } of records) {
      const text = (column: (typeof STATION_COLUMNS)[number]): string => fields[at[column]] ?? '';
      const [number, districtNumber] = [text('number'), text('district_number')];
      const name = { ky: text('name_ky'), ru: text('name_ru'), en: text('name_en') };
      const address = text('address');
      const whole = [name.ky, name.ru, name.en, address].every(
        (part) => part.trim() !== '' && part.length <= 300,
      );
      if (badQuotes || isEndless || !/^\d{1,6}$/.test(number) || !/^\d{1,6}$/.test(districtNumber) || !whole)
        return err({ code: 'bad-station', line });
      stations.push({ number: Number(number), districtNumber: Number(districtNumber), name, address });
    }
    return ok(stations);
  });
}

export function fieldsOfStation({ number, districtNumber, name, address }: RegisterStation): string[] {
  return [String(number), String(districtNumber), name.ky, name.ru, name.en, address];
}

/** What a first line has when the file is none of UTF-8 text. */
const NO_TEXT = /[\p{Cc}\ufffd]/u;

function withFirst<T>(
  file: string,
  read: (header: CsvRecord, records: Generator<CsvRecord>) => Result<T, CsvFileError>,
): Result<T, CsvFileError> {
  const records = readCsv(file);
  try {
    const first = records.next();
    if (first.done === true) return err({ code: 'file-empty' });
    if (first.value.isEndless || first.value.fields.some((name) => NO_TEXT.test(name)))
      return err({ code: 'no-text' });
    return read(first.value, records);
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && typeof cause.code === 'string')) throw cause;
    return err({ code: 'file-unreadable', problem: cause.code });
  }
}

function placesOf<Column extends string>(
  header: CsvRecord,
  columns: readonly Column[],
  optional: ReadonlySet<string>,
): Result<Readonly<Record<Column, number>>, CsvFileError> {
  const names = header.fields.map((name) => name.trim());
  for (const [at, name] of names.entries()) {
    const column = name.slice(0, 60);
    if (!columns.some((known) => known === name))
      return err({ code: 'bad-header', column, problem: 'unknown' });
    if (names.indexOf(name) !== at) return err({ code: 'bad-header', column, problem: 'twice' });
  }
  const missing = columns.find((column) => !names.includes(column) && !optional.has(column));
  if (missing !== undefined) return err({ code: 'bad-header', column: missing, problem: 'missing' });
  return ok(
    Object.fromEntries(columns.map((column) => [column, names.indexOf(column)])) as Record<Column, number>,
  );
}
