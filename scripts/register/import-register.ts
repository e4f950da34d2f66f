import { existsSync, rmSync } from 'node:fs';
import { z } from 'zod';
import { registerMigrations } from '../../fixtures/election/election-package.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { createRegister } from '../../src/register/create-register.ts';
import { readStationFile, readVoters } from '../../src/register/csv/read-voters.ts';
import { NATIONAL, type RegisterSource, type SourceRow } from '../../src/register/register-source.ts';
import { wholeNumber } from '../checked-options.ts';
import type { CommandIo } from '../command-io.ts';
import { wrongUsage } from '../usage.ts';
import { describeCsvError, describeRegisterError, describeRow } from './describe.ts';
import { readOrDrawKeys } from './keys-file.ts';
import { type ActionError, readOptions } from './options.ts';
import { type NotImported, readVriSource } from './vri-source.ts';

export const IMPORT_USAGE = [
  'usage: tizme register import FILE --register FILE --keys FILE --election ID [options]',
  '  FILE                voters: CSV, or NIST SP 1500-102 JSON where the name ends in .json',
  '  --register FILE     the encrypted register to be made',
  '  --keys FILE         its keys; drawn and written there if there is no such file',
  '  --election ID       the election that it is for',
  '  --station N         the register of this one station; without, of the whole country',
  '  --stations FILE     CSV of all stations: voters of others are refused',
  '  --mock              for training: every screen and paper says so',
  '  --refused N         how many refused rows are printed (100); with --json all are in it',
];

const TABLE = {
  texts: ['register', 'keys', 'election', 'station', 'stations', 'refused'],
  switches: ['mock'],
};

const schema = z.object({
  register: z.string().min(1),
  keys: z.string().min(1),
  election: z.string().min(1).max(100),
  station: wholeNumber(1, 999_999).optional(),
  stations: z.string().min(1).optional(),
  refused: wholeNumber(0, 999_999_999).default(100),
  mock: z.boolean(),
  json: z.boolean(),
});
type Options = z.infer<typeof schema>;

/** A line of progress is worth so many voters. */
const EVERY_VOTERS = 10_000;

/** `tizme register import`: all rows or none. */
export function runImport(args: readonly string[], io: CommandIo): Result<number, ActionError> {
  const read = readOptions(args, TABLE, schema);
  if (!read.ok) return read;
  const { options, words } = read.value;
  const [file, ...more] = words;
  if (file === undefined || more.length > 0) return wrongUsage('one file of voters is needed');
  const source = readSource(file, options);
  if (!source.ok) return source;
  const rows = unlessEmpty(source.value.voters);
  if (rows === null) return err(`${file}: there is no voter in it`);
  const areKeysNew = !existsSync(options.keys);
  const keys = readOrDrawKeys(options.keys);
  if (!keys.ok) return keys;
  const { notImported } = source.value;
  for (const { what, records } of notImported)
    io.progress(
      `  ${what}, in ${records} record(s): the register has no place for it, and it is not imported`,
    );
  const startedMs = performance.now();
  const made = createRegister({
    file: options.register,
    keys: keys.value,
    migrations: registerMigrations(),
    source: { ...source.value, voters: rows },
    latestBirth: new Date().toISOString().slice(0, 10),
    onVoter: (done) => {
      if (done % EVERY_VOTERS === 0) io.progress(`\r  ${done} voters read`);
    },
    onIndexing: () => io.progress('  indexes are being made'),
  });
  if (!made.ok) {
    const { error } = made;
    // Keys of nothing would be taken for those of a register.
    if (areKeysNew) rmSync(options.keys, { force: true });
    if (error.code === 'rows-refused') {
      for (const row of error.rows.slice(0, options.refused)) io.progress(`  ${describeRow(row)}`);
      if (error.refused > options.refused) io.progress(`  ... and ${error.refused - options.refused} more`);
      if (options.json) io.out(JSON.stringify({ imported: 0, refused: error.refused, rows: error.rows }));
    }
    return err(`${options.register}: ${describeRegisterError(error)}`);
  }
  const seconds = Number(((performance.now() - startedMs) / 1000).toFixed(3));
  const { voters, women, men, contentHash } = made.value;
  io.out(`${voters} voters (${women} women, ${men} men) in ${seconds.toFixed(1)} s`);
  io.out(`SHA-256 of the rows ${contentHash}`);
  if (options.json)
    io.out(
      JSON.stringify({
        imported: voters,
        women,
        men,
        refused: 0,
        contentHash,
        seconds,
        notImported,
        register: options.register,
      }),
    );
  return ok(0);
}

/** The same rows; null where there are none: a list that lost its rows on the way makes no register. */
function unlessEmpty(rows: Iterable<SourceRow>): Iterable<SourceRow> | null {
  const iterator = rows[Symbol.iterator]();
  const first = iterator.next();
  if (first.done === true) return null;
  return (function* () {
    yield first.value;
    yield* { [Symbol.iterator]: () => iterator };
  })();
}

type ReadSource = RegisterSource & { readonly notImported: readonly NotImported[] };

function readSource(file: string, options: Options): Result<ReadSource, string> {
  const { election, station, mock } = options;
  const stations = options.stations === undefined ? ok([]) : readStationFile(options.stations);
  if (!stations.ok) return err(`${options.stations}: ${describeCsvError(stations.error)}`);
  const own = stations.value.find(({ number }) => number === station);
  if (station !== undefined && stations.value.length > 0 && own === undefined)
    return err(`station ${station} is not among the stations`);
  const name = (text: string): { ky: string; ru: string; en: string } => ({ ky: text, ru: text, en: text });
  const info: RegisterSource['info'] = {
    electionId: election,
    stationNumber: station ?? NATIONAL,
    districtNumber: own?.districtNumber ?? 0,
    stationName: own?.name ?? name(station === undefined ? 'Кыргызстан' : `№ ${station}`),
    mock,
  };
  if (file.endsWith('.json')) {
    const voters = readVriSource(file);
    if (!voters.ok) return voters;
    return ok({
      info,
      stations: stations.value.length > 0 ? stations.value : voters.value.stations,
      voters: voters.value.voters,
      notImported: voters.value.notImported,
    });
  }
  const voters = readVoters(file);
  if (!voters.ok) return err(`${file}: ${describeCsvError(voters.error)}`);
  return ok({ info, stations: stations.value, voters: voters.value, notImported: [] });
}
