import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { csvLine } from '../../src/register/csv/read-csv.ts';

const PIECE = 1 << 20;

/**
 * Writes a CSV file, a megabyte at a time, beside its place and then there. Lets through what the file system throws,
 * and leaves nothing behind then.
 */
export function writeCsv(
  file: string,
  header: readonly string[],
  records: Iterable<readonly string[]>,
): void {
  const unfinished = `${file}.unfinished`;
  const descriptor = openSync(unfinished, 'w', 0o600);
  try {
    let piece = `${csvLine(header)}\n`;
    for (const record of records) {
      piece += `${csvLine(record)}\n`;
      if (piece.length < PIECE) continue;
      writeSync(descriptor, piece);
      piece = '';
    }
    writeSync(descriptor, piece);
    fsyncSync(descriptor);
    closeSync(descriptor);
    renameSync(unfinished, file);
  } catch (cause) {
    rmSync(unfinished, { force: true });
    throw cause;
  }
}
