import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mockProcedure } from '../../fixtures/election/mock-procedure.ts';
import { unwrap } from '../../src/domain/result.ts';
import { createRegister } from '../../src/register/create-register.ts';
import { participationTokens } from '../../src/register/participation-tokens.ts';
import { openRegister } from '../../src/register/register.ts';
import { readReleaseKeys } from '../../src/register/visitors/release-keys.ts';
import { openVisitorFile } from '../../src/register/visitors/visitor-file.ts';
import {
  recordKeyOf,
  releaseOf,
  visitorKeyOf,
  visitorReference,
} from '../../src/register/visitors/visitor-keys.ts';
import { openVisitorRecord } from '../../src/register/visitors/visitor-record.ts';
import { syntheticStations, syntheticVoters } from '../bench/national-register.ts';
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
        voters: syntheticVoters({ stations: STATIONS, votersPerStation: 10 }),
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
  for (const voter of register.voters()) {
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

  // A run that comes to nothing leaves the one before; what a killed one left half is in nobody's way.
  const sealed = readFileSync(join(folder, 'build/centre/visitors.sealed'));
  writeFileSync(join(folder, 'build/centre/visitors.sealed.next'), 'half');
  // Fingerprint records don't open with another key.
  writeFileSync(join(folder, 'keys'), JSON.stringify({ ...keys, templates: hex(KEYS.database) }));
  const failed = await runVisitors(true);
  expect(failed).toMatchObject({ code: 1, said: expect.stringContaining('can not be read') });
  writeFileSync(join(folder, 'keys'), JSON.stringify(keys));
  expect(readFileSync(join(folder, 'build/centre/visitors.sealed')).equals(sealed)).toBe(true);
  expect(readdirSync(join(folder, 'build/centre')).sort()).toEqual(['release.key', 'visitors.sealed']);

  // The same folder gives the same keys again: packages that are out stay good.
  const before = readFileSync(join(folder, 'build/centre/release.key'), 'utf8');
  expect((await runVisitors(true)).code).toBe(0);
  expect(readFileSync(join(folder, 'build/centre/release.key'), 'utf8')).toBe(before);
});
