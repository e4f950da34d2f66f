import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { nationalRegister } from '../../../fixtures/election/national/national-register.ts';
import { createRandom, type Random } from '../../../fixtures/random.ts';
import { unwrap } from '../../domain/result.ts';
import { randomKey } from '../../store/keys.ts';
import { SourceVoterCheck } from '../check-source-voter.ts';
import { createRegister } from '../create-register.ts';
import { NATIONAL, type SourceRow } from '../register-source.ts';
import { csvLine } from './read-csv.ts';
import { readVoters } from './read-voters.ts';
import { fieldsOfVoter, VOTER_COLUMNS } from './voter-columns.ts';

/** All are read and checked row by row; so many of them are also imported. With TIZME_CSV_IMPORTS=10000 every one. */
const MUTATIONS = 10_000;
const IMPORTS = Number(process.env.TIZME_CSV_IMPORTS ?? 1_000);

const directory = mkdtempSync(join(tmpdir(), 'tizme-fuzz-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const whole = Buffer.from(
  [
    VOTER_COLUMNS.join(','),
    ...[...nationalRegister({ voters: 12, seed: 'fuzz' }).voters()].map((voter) =>
      csvLine(fieldsOfVoter({ voter, photo: null, templates: [] })),
    ),
    '',
  ].join('\n'),
);

const PIECES = ['"', ',', '\n', '\r\n', ';', '|', '\u0000', '\ufeff', '\u0301', '"",""', ' ', '9', 'Ө'];

/** Bytes changed, taken out, put in, doubled, swapped or cut off: once to four times. */
function mutated(random: Random): Buffer {
  let bytes = Buffer.from(whole);
  for (let rounds = 1 + random.integer(4); rounds > 0; rounds -= 1) {
    const at = random.integer(bytes.length);
    const end = Math.min(bytes.length, at + 1 + random.integer(random.next() < 0.8 ? 4 : 400));
    const draw = random.next();
    const [before, part, after] = [bytes.subarray(0, at), bytes.subarray(at, end), bytes.subarray(end)];
    if (draw < 0.25) bytes.writeUInt8(random.integer(256), at);
    else if (draw < 0.45) bytes = Buffer.concat([before, after]);
    else if (draw < 0.65) bytes = Buffer.concat([before, Buffer.from(random.pick(PIECES)), part, after]);
    else if (draw < 0.8) bytes = Buffer.concat([before, part, part, after]);
    else if (draw < 0.95) bytes = Buffer.concat([before, Buffer.from(part).reverse(), after]);
    else bytes = Buffer.from(before);
    if (bytes.length === 0) return bytes;
  }
  return bytes;
}

const IDENTITY = {
  electionId: 'e',
  stationNumber: NATIONAL,
  districtNumber: 0,
  stationName: { ky: 'a', ru: 'a', en: 'a' },
  mock: true,
};

/** The rows that are refused by themselves; equals only show in an import. */
function refusedRows(rows: Iterable<SourceRow>): number {
  const check = new SourceVoterCheck({
    national: true,
    stations: null,
    findsEquals: true,
    latestBirth: null,
  });
  let refused = 0;
  for (const row of rows) {
    if ('refused' in row || check.problemOf(row) !== null) refused += 1;
    if ('refused' in row) expect(row.refused.line).toBeGreaterThan(1);
  }
  return refused;
}

/** How many rows the import refused; 0 where it is there as a whole. Nothing else is ever left behind. */
function imported(list: string): number {
  const file = join(directory, 'register.db');
  const made = createRegister({
    file,
    keys: { database: randomKey(), templates: randomKey() },
    migrations: join(import.meta.dirname, '../../../migrations/register'),
    source: { info: IDENTITY, voters: unwrap(readVoters(list)) },
  });
  if (made.ok) rmSync(file);
  expect(readdirSync(directory)).toEqual(['voters.csv']);
  if (made.ok) return 0;
  expect(made.error.code).toBe('rows-refused');
  return made.error.code === 'rows-refused' ? made.error.refused : 0;
}

it('takes 10,000 mutated lists whole or not at all, and crashes on none', () => {
  const random = createRandom('mutated lists');
  const list = join(directory, 'voters.csv');
  const counts = { whole: 0, refused: 0, unreadable: 0 };
  for (let round = 0; round < MUTATIONS; round += 1) {
    writeFileSync(list, mutated(random));
    const voters = readVoters(list);
    if (!voters.ok) {
      counts.unreadable += 1;
      continue;
    }
    const refused = refusedRows(voters.value);
    counts[refused === 0 ? 'whole' : 'refused'] += 1;
    if (round % (MUTATIONS / IMPORTS) === 0) expect(imported(list) === 0).toBe(refused === 0);
  }
  expect(counts.whole).toBeGreaterThan(0);
  expect(counts.refused).toBeGreaterThan(MUTATIONS / 3);
  expect(counts.unreadable).toBeGreaterThan(0);
}, 3_600_000);
