import { closeSync, openSync, readSync } from 'node:fs';
import Papa from 'papaparse';

/** One record of a CSV file (RFC 4180). */
export interface CsvRecord {
  /** The line where it begins, from 1. */
  readonly line: number;
  readonly fields: readonly string[];
  /** A quotation mark isn't closed, or stands in the middle of a field. */
  readonly badQuotes: boolean;
  /** It is longer than any record is; what follows it is not read. */
  readonly isEndless: boolean;
}

const PIECE_BYTES = 1 << 20;
/** A record is shorter, photo and all; what goes on for longer is a quotation mark that was never closed. */
const LONGEST_RECORD = 4 << 20;

/**
 * The records of a file, read a piece at a time: memory stays at a few pieces, however long the file is. UTF-8, with or
 * without a byte order mark; bytes that are none come out as U+FFFD. Comma, semicolon or tab, as the first line has them.
 * Empty lines are left out. Lets through what the file system throws.
 */
export function* readCsv(file: string): Generator<CsvRecord> {
  const descriptor = openSync(file, 'r');
  try {
    yield* recordsOf(piecesOf(descriptor));
  } finally {
    closeSync(descriptor);
  }
}

function* piecesOf(descriptor: number): Generator<string> {
  const decoder = new TextDecoder('utf-8');
  const bytes = new Uint8Array(PIECE_BYTES);
  for (;;) {
    const count = readSync(descriptor, bytes, 0, PIECE_BYTES, null);
    if (count === 0) break;
    yield decoder.decode(bytes.subarray(0, count), { stream: true });
  }
  yield decoder.decode();
}

interface Parsed {
  readonly data: string[][];
  readonly errors: readonly { readonly row?: number }[];
  readonly meta: { readonly cursor: number };
}

function* recordsOf(pieces: Iterable<string>): Generator<CsvRecord> {
  let parser: Papa.Parser | null = null;
  let rest = '';
  let line = 1;
  const take = function* (text: string, isLast: boolean): Generator<CsvRecord, number> {
    parser ??= parserFor(text);
    const { data, errors, meta } = parser.parse(text, 0, !isLast) as Parsed;
    const bad = new Set(errors.map((error) => error.row));
    const isOneLineEach = lineBreaksIn(text.slice(0, meta.cursor)) <= data.length;
    for (const [at, fields] of data.entries()) {
      const isEmpty = fields.length === 1 && fields[0] === '';
      if (!isEmpty) yield { line, fields, badQuotes: bad.has(at), isEndless: false };
      line += 1;
      if (!isOneLineEach) for (const field of fields) line += lineBreaksIn(field);
    }
    return meta.cursor;
  };
  for (const piece of pieces) {
    rest += piece;
    // The first line says how the file is written.
    if (parser === null && !/[\r\n]./su.test(rest) && rest.length < LONGEST_RECORD) continue;
    rest = rest.slice(yield* take(rest, false));
    if (rest.length <= LONGEST_RECORD) continue;
    yield { line, fields: [], badQuotes: false, isEndless: true };
    return;
  }
  if (rest !== '') yield* take(rest, true);
}

function parserFor(text: string): Papa.Parser {
  const [first = ''] = text.split(/\r\n|\r|\n/u, 1);
  const counts = [',', ';', '\t'].map((delimiter) => ({ delimiter, count: first.split(delimiter).length }));
  const { delimiter } = counts.reduce((most, one) => (one.count > most.count ? one : most));
  const newline = /\r\n|\r|\n/u.exec(text)?.[0];
  return new Papa.Parser({
    delimiter,
    newline: newline === '\r\n' || newline === '\r' ? newline : '\n',
    quoteChar: '"',
    escapeChar: '"',
  });
}

function lineBreaksIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

/** One line of CSV without its end; fields are quoted where they have to be. */
export function csvLine(fields: readonly string[]): string {
  return fields
    .map((field) => (/[",;\t\r\n]/u.test(field) ? `"${field.replaceAll('"', '""')}"` : field))
    .join(',');
}
