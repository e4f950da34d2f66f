import { existsSync } from 'node:fs';
import { z } from 'zod';
import { err, ok, type Result } from '../../src/domain/result.ts';
import type { Voter } from '../../src/domain/voter.ts';
import { fieldsOfStation, STATION_COLUMNS } from '../../src/register/csv/read-voters.ts';
import { fieldsOfVoter, VOTER_COLUMNS } from '../../src/register/csv/voter-columns.ts';
import type { Register } from '../../src/register/register.ts';
import type { CommandIo } from '../command-io.ts';
import { wrongUsage } from '../usage.ts';
import { writeCsv } from './csv-file.ts';
import { describeRegisterError } from './describe.ts';
import { openWithKeys } from './open-register.ts';
import { type ActionError, openingSchema, readOptions } from './options.ts';
import { writeVri } from './vri-file.ts';

export const EXPORT_USAGE = [
  'usage: tizme register export FILE --register FILE --keys FILE [options]',
  '  FILE                CSV, or NIST SP 1500-102 JSON where the name ends in .json; never overwritten',
  '  --stations FILE     CSV of the stations that the register knows',
  '  --photos            photos go along (CSV)',
  'Templates are biometric data and stay in the register.',
];

const schema = openingSchema.extend({ stations: z.string().min(1).optional(), photos: z.boolean() });

const EVERY_VOTERS = 10_000;

/** `tizme register export`: the whole list, in the clear: whoever has the file has everybody's data. */
export function runExport(args: readonly string[], io: CommandIo): Result<number, ActionError> {
  const table = { texts: ['register', 'keys', 'stations'], switches: ['photos'] };
  const read = readOptions(args, table, schema);
  if (!read.ok) return read;
  const { options, words } = read.value;
  const [file, ...more] = words;
  if (file === undefined || more.length > 0) return wrongUsage('one file to write is needed');
  for (const path of [file, options.stations]) {
    if (path !== undefined && existsSync(path)) return err(`${path} is there already; nothing was changed`);
  }
  const opened = openWithKeys(options);
  if (!opened.ok) return opened;
  const { register } = opened.value;
  const written = writeFiles(register, file, options, io);
  register.close();
  if (!written.ok) return written;
  const { voters } = written.value;
  io.out(`${voters} voters, in the clear, in ${file}`);
  if (options.json) io.out(JSON.stringify({ voters, file }));
  return ok(0);
}

function writeFiles(
  register: Register,
  file: string,
  options: z.infer<typeof schema>,
  io: CommandIo,
): Result<{ readonly voters: number }, string> {
  const { voters } = register.info();
  let done = 0;
  const counted = function* <T>(items: Iterable<T>): Generator<T> {
    for (const item of items) {
      done += 1;
      if (done % EVERY_VOTERS === 0) io.progress(`\r  ${done}/${voters} voters`);
      yield item;
    }
  };
  try {
    const exported = register.read((open) => {
      if (file.endsWith('.json')) writeVri(file, open, counted(open.voters()));
      else writeCsv(file, VOTER_COLUMNS, records(open, counted(open.voters()), options.photos));
      if (options.stations !== undefined)
        writeCsv(options.stations, STATION_COLUMNS, open.stations().map(fieldsOfStation));
    });
    return exported.ok ? ok({ voters: done }) : err(describeRegisterError(exported.error));
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause)) throw cause;
    return err(`${file} can't be written (${String(cause.code)})`);
  }
}

function* records(register: Register, voters: Iterable<Voter>, photos: boolean): Generator<string[]> {
  for (const voter of voters) {
    yield fieldsOfVoter({ voter, photo: photos ? register.photo(voter.id) : null, templates: [] });
  }
}
