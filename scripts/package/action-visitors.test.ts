import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mockProcedure } from '../../fixtures/election/mock-procedure.ts';
import { unwrap } from '../../src/domain/result.ts';
import { createRegister } from '../../src/register/create-register.ts';
import { participationTokens } from '../../src/register/participation-tokens.ts';
import { openRegister } from '../../src/register/register.ts';
import type { SourceVoter } from '../../src/register/register-source.ts';
import { readReleaseKeys } from '../../src/register/visitors/release-keys.ts';
import { openVisitorFile } from '../../src/register/visitors/visitor-file.ts';
import {
  recordKeyOf,
  releaseOf,
  visitorKeyOf,
  visitorReference,
} from '../../src/register/visitors/visitor-keys.ts';
import { openVisitorRecord } from '../../src/register/visitors/visitor-record.ts';
import { FIRST_STATION, syntheticStations, syntheticVoters } from '../bench/national-register.ts';
import { runPackage } from '../commands/package.ts';
import { openBuildSecrets } from './build-secrets.ts';
import { NATIONAL_STATION } from './build-station.ts';

const MIGRATIONS = join(import.meta.dirname, '../../migrations/register');
const KEYS = { database: new Uint8Array(32).fill(3), templates: new Uint8Array(32).fill(4) };
const STATIONS = 3;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tizme-visitors-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Only the last station’s voters have fingerprint records. */
function* fingersAtLast(voters: Iterable<SourceVoter>): Generator<SourceVoter> {
  const last = FIRST_STATION + STATIONS - 1;
  for (const entry of voters)
    yield entry.voter.stationNumber === last
      ? entry
      : { ...entry, voter: { ...entry.voter, hasFingerprints: false }, templates: [] };
}

async function runVisitors(anyPrecinct: boolean) {
  const procedure = { ...mockProcedure({ electionDate: '2027-01-24', seed: 1 }), anyPrecinct };
  writeFileSync(join(folder, 'procedure.json'), JSON.stringify(procedure));
  const out: string[] = [];
  const io = { out: (line: string) => out.push(line), progress: (line: string) => out.push(line) };
  const file = (name: string): string => join(folder, name);
  const args = ['visitors', '--out', file('build'), '--register', file('national.db'), '--json'];
  const inputs = [
    '--register-keys',
    file('keys'),
    '--procedure',
    file('procedure.json'),
    '--plan',
    file('plan'),
  ];
  return {
    code: await runPackage([...args, ...inputs], io),
    electionId: procedure.electionId,
    said: out.join('\n'),
  };
}

it('seals everybody’s record for the centre, which opens with a station’s half and the centre’s together', async () => {
  const procedure = mockProcedure({ electionDate: '2027-01-24', seed: 1 });
  const name = { ky: 'Өлкө', ru: 'Страна', en: 'The country' };
  unwrap(
    createRegister({
      ...{ file: join(folder, 'national.db'), keys: KEYS, migrations: MIGRATIONS },
      source: {
        info: {
          ...{ electionId: procedure.electionId, mock: true, stationName: name },
          ...{ stationNumber: NATIONAL_STATION, districtNumber: 0 },
        },
        stations: syntheticStations(STATIONS),
        voters: fingersAtLast(syntheticVoters({ stations: STATIONS, votersPerStation: 10 })),
      },
    }),
  );
  const hex = (key: Uint8Array): string => Buffer.from(key).toString('hex');
  const keys = { database: hex(KEYS.database), templates: hex(KEYS.templates) };
  writeFileSync(join(folder, 'keys'), JSON.stringify(keys));
  const people = ['chair', 'member'].map((id) => ({ id, name: id, role: id }));
  const stations = syntheticStations(STATIONS).map(({ number, districtNumber }) => ({
    ...{ number, district: districtNumber, name, people },
  }));
  writeFileSync(join(folder, 'plan'), JSON.stringify({ version: 1, stations }));

  expect((await runVisitors(false)).said).toContain('anyPrecinct');
  const { code, electionId, said } = await runVisitors(true);
  expect(said).toContain('"voters":30');
  expect(code).toBe(0);

  const secrets = unwrap(openBuildSecrets(join(folder, 'build'), KEYS.database));
  const { release } = unwrap(readReleaseKeys(join(folder, 'build/centre/release.key')));
  const file = unwrap(openVisitorFile(join(folder, 'build/centre/visitors.sealed')));
  const tokenOf = participationTokens(secrets.tokens, electionId);
  const register = unwrap(
    openRegister({
      ...{ file: join(folder, 'national.db'), databaseKey: KEYS.database, migrations: MIGRATIONS },
      expected: null,
    }),
  );
  let documents = 0;
  const voters = [...register.voters()];
  for (const voter of voters) {
    for (const { number } of voter.documents) {
      const { locator, half } = visitorReference(visitorKeyOf(secrets.index), voter.personalNumber, number);
      const served = file.find(locator);
      if (served === null) throw new Error('a record is missing');
      const key = recordKeyOf(half, releaseOf(release, locator));
      const record = unwrap(openVisitorRecord(key, served.sealed, { electionId, locator }));
      expect(record.voter).toEqual(voter);
      // What the home station's package has, the centre compares.
      expect(record.token).toBe(tokenOf(voter.personalNumber));
      expect(file.token(locator, release)).toBe(record.token);
      documents += 1;
    }
  }
  register.close();
  file.close();
  expect(documents).toBeGreaterThanOrEqual(30);

  // A run that is cut leaves the file of the one before, and what is whole of its own: fingerprint records don't open
  // with another key, and only the last station has any.
  const centre = join(folder, 'build/centre');
  const sealed = readFileSync(join(centre, 'visitors.sealed'));
  writeFileSync(join(folder, 'keys'), JSON.stringify({ ...keys, templates: hex(KEYS.database) }));
  const failed = await runVisitors(true);
  expect(failed.code).toBe(1);
  expect(failed.said).toMatch(/the list of station \d+ can not be sealed: .*--register-keys/);
  expect(failed.said).toContain('2 of 3 are kept');
  expect(readFileSync(join(centre, 'visitors.sealed')).equals(sealed)).toBe(true);
  writeFileSync(join(folder, 'keys'), JSON.stringify(keys));

  // The same command goes on, and nothing of the way is left beside the two files.
  const resumed = await runVisitors(true);
  expect(resumed).toMatchObject({
    code: 0,
    said: expect.stringContaining('Goes on where it was cut: 2 station(s)'),
  });
  expect(resumed.said).toContain('"kept":2');
  expect(readdirSync(centre).sort()).toEqual(['release.key', 'visitors.sealed']);
  const again = unwrap(openVisitorFile(join(centre, 'visitors.sealed')));
  for (const { personalNumber, documents: held } of voters)
    for (const { number } of held)
      expect(
        again.find(visitorReference(visitorKeyOf(secrets.index), personalNumber, number).locator),
      ).not.toBe(null);
  again.close();

  // The same folder gives the same keys again: packages that are out stay good.
  const before = readFileSync(join(folder, 'build/centre/release.key'), 'utf8');
  expect((await runVisitors(true)).code).toBe(0);
  expect(readFileSync(join(folder, 'build/centre/release.key'), 'utf8')).toBe(before);
});
