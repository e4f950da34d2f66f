import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { registerMigrations } from '../../../fixtures/election/election-package.ts';
import { nationalRegister } from '../../../fixtures/election/national/national-register.ts';
import { createRandom } from '../../../fixtures/random.ts';
import { assertDefined } from '../../../src/domain/assert.ts';
import { unwrap } from '../../../src/domain/result.ts';
import type { Voter } from '../../../src/domain/voter.ts';
import { createRegister } from '../../../src/register/create-register.ts';
import { readStationFile, readVoters } from '../../../src/register/csv/read-voters.ts';
import { openNationalIndex } from '../../../src/register/national-index/national-index.ts';
import { writeNationalIndex } from '../../../src/register/national-index/write-national-index.ts';
import { openRegister, type Register } from '../../../src/register/register.ts';
import type { RegisterKeys } from '../../../src/register/register-source.ts';
import { randomKey } from '../../../src/store/keys.ts';
import type { CommandIo } from '../../command-io.ts';
import { STATIONS_CSV, VOTERS_CSV, writeNationalCsv } from '../../register/national-csv.ts';
import { atMost, type BenchmarkResult, type Figure, percentile, plain } from '../benchmark.ts';
import { misspell } from './misspellings.ts';
import { rawInsertMs } from './raw-insert.ts';
import { measureSearchQuality } from './search-quality.ts';

export interface RegisterBenchOptions {
  readonly sizes: readonly number[];
  /** Look-ups and searches of each size; misspellings of the search's quality. */
  readonly queries: number;
  readonly directory: string;
  /** A list that `election generate --csv` wrote with the seed `bench register`; null: it is written first. */
  readonly list: string | null;
  /** Whether the national index is measured, too. */
  readonly index: boolean;
  readonly io: CommandIo;
}

export const USUAL_SIZES = [2500, 10_000, 100_000];
const NATIONAL_SIZE = 4_300_000;
/** Quality is asked for at this size. */
const QUALITY_SIZE = 10_000;
const SEED = 'bench register';

/** Registers on disk, encrypted, of several sizes: import, look-ups, search, national index. */
export function benchRegister(options: RegisterBenchOptions): BenchmarkResult {
  const figures = options.sizes.flatMap((voters) => measureSize(voters, options));
  if (options.sizes.includes(QUALITY_SIZE)) figures.push(...measureSearchQuality(options));
  return { name: 'register', figures };
}

function measureSize(
  voters: number,
  { queries, directory, list, index, io }: RegisterBenchOptions,
): Figure[] {
  const folder = join(directory, String(voters));
  mkdirSync(folder);
  const label = `${voters.toLocaleString('en')} voters:`;
  if (list === null) {
    io.progress(`${label} list`);
    writeNationalCsv(join(folder, 'list'), { voters, seed: SEED });
  }
  const csv = list ?? join(folder, 'list');
  const keys: RegisterKeys = { database: randomKey(), templates: randomKey() };
  const file = join(folder, 'register.db');
  const generated = nationalRegister({ voters, seed: SEED });

  io.progress(`${label} import`);
  const startedMs = performance.now();
  unwrap(
    createRegister({
      file,
      keys,
      migrations: registerMigrations(),
      source: {
        info: generated.info,
        stations: unwrap(readStationFile(join(csv, STATIONS_CSV))),
        voters: unwrap(readVoters(join(csv, VOTERS_CSV))),
      },
    }),
  );
  const importMs = performance.now() - startedMs;
  io.progress(`${label} the same rows by SQLite alone`);
  const rawMs = rawInsertMs({
    imported: file,
    file: join(folder, 'raw.db'),
    key: keys.database,
  });
  const ratio = importMs / rawMs;
  const register = unwrap(
    openRegister({ file, databaseKey: keys.database, migrations: registerMigrations(), expected: null }),
  );
  const figures = [
    plain(`${label} import`, importMs / 1000, 's'),
    plain(`${label} the same rows by SQLite alone`, rawMs / 1000, 's'),
    // Smaller lists are over before it matters.
    voters >= NATIONAL_SIZE
      ? atMost(`${label} import to SQLite alone`, ratio, 'x', 2)
      : plain(`${label} import to SQLite alone`, ratio, 'x'),
    plain(`${label} file`, statSync(file).size / 1e6, 'MB'),
    ...measureLookups(register, voters, queries, label),
    ...measureSearches(register, voters, queries, label),
    ...(index ? measureIndex(register, folder, label, queries) : []),
  ];
  register.close();
  figures.push(plain(`${label} memory at most, so far`, process.resourceUsage().maxRSS / 1024, 'MB'));
  return figures;
}

/** Voters all over the list. */
function drawVoters(register: Register, voters: number, count: number): Voter[] {
  const random = createRandom(`${SEED} queries`);
  const stations = register.stations();
  const drawn: Voter[] = [];
  while (drawn.length < Math.min(count, voters)) {
    const station = random.pick(stations);
    const voter = register.byListNumber(1 + random.integer(3000), station.number);
    if (voter !== null) drawn.push(voter);
  }
  return drawn;
}

function milliseconds(work: () => unknown): number {
  const startedMs = performance.now();
  work();
  return performance.now() - startedMs;
}

function measureLookups(register: Register, voters: number, queries: number, label: string): Figure[] {
  const aim = voters <= 10_000 ? 1000 : 5000;
  const asked = drawVoters(register, voters, queries);
  const byPersonalNumber = asked.map(({ personalNumber }) =>
    milliseconds(() => register.byPersonalNumber(personalNumber)),
  );
  const byDocument = asked.map(({ documents }) =>
    milliseconds(() => register.byDocumentNumber(assertDefined(documents.at(-1), 'a document').number)),
  );
  return [
    atMost(`${label} look-up by personal number, p99`, percentile(byPersonalNumber, 0.99) * 1000, 'us', aim),
    atMost(`${label} look-up by document number, p99`, percentile(byDocument, 0.99) * 1000, 'us', aim),
  ];
}

function measureSearches(register: Register, voters: number, queries: number, label: string): Figure[] {
  const aim = voters <= 10_000 ? 10 : 50;
  const random = createRandom(`${SEED} misspellings`);
  const first = milliseconds(() => register.search('Айбек', 50));
  const times = drawVoters(register, voters, queries).map(({ name }) => {
    const { typed } = misspell(name, random);
    return milliseconds(() => register.search(typed, 50));
  });
  return [
    plain(`${label} first search after opening`, first, 'ms'),
    plain(`${label} name search with an error or another alphabet, p50`, percentile(times, 0.5), 'ms'),
    atMost(`${label} the same, p99`, percentile(times, 0.99), 'ms', aim),
    plain(`${label} the same, longest`, percentile(times, 1), 'ms'),
  ];
}

function measureIndex(register: Register, folder: string, label: string, queries: number): Figure[] {
  const { electionId, mock, voters } = register.info();
  const file = join(folder, 'national.index');
  const startedMs = performance.now();
  const index = unwrap(
    writeNationalIndex({
      file,
      key: randomKey(),
      source: { electionId, mock, stations: register.stations(), voters: register.voters() },
    }),
  );
  const writeMs = performance.now() - startedMs;
  const opened = unwrap(openNationalIndex({ file, reference: index, expected: { electionId, mock } }));
  const times = drawVoters(register, voters, queries).map(({ personalNumber, documents }) => {
    const [document] = documents;
    return milliseconds(() =>
      assertDefined(unwrap(opened.lookUp(personalNumber, document?.number ?? '')), 'a voter in the index'),
    );
  });
  opened.close();
  const tableBytes = Buffer.byteLength(JSON.stringify(register.stations())) + 65_537 * 4;
  return [
    plain(`${label} national index made`, writeMs / 1000, 's'),
    // Below a hundred thousand voters the table of buckets is most of the file.
    voters >= 100_000
      ? atMost(`${label} national index`, index.bytes / voters, 'bytes a voter', 32)
      : plain(
          `${label} national index without its tables`,
          (index.bytes - tableBytes) / voters,
          'bytes a voter',
        ),
    plain(`${label} look-up in the national index, p99`, percentile(times, 0.99) * 1000, 'us'),
  ];
}
