import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readElection, writeElection } from '../../fixtures/election/election-package.ts';
import { generateElection } from '../../fixtures/election/generate-election.ts';
import { generatedFingers } from '../../fixtures/election/generated-fingers.ts';
import { unwrap } from '../../src/domain/result.ts';
import { devicesOptionsOf } from '../hosts/shared/host-options.ts';
import { findProgramFiles } from '../hosts/shared/program-files.ts';
import { prepareElection } from './prepare-election.ts';

const REQUEST = { voters: 24, seed: 3, fresh: false, electionDate: '2027-01-24' };
const SETTINGS = '{ "cardReaders": "pcsc" }';
const io = { out: () => undefined, progress: () => undefined };

let data: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'tizme-data-'));
  const { voters, seed, electionDate } = REQUEST;
  // Nobody looks at fingers here, and drawing them takes long.
  const election = generateElection({ voters, seed, electionDate });
  const folder = join(data, `training-${electionDate}-${voters}-${seed}`, 'package');
  unwrap(await writeElection(folder, election, { fingers: generatedFingers() }));
});
afterEach(() => rm(data, { recursive: true, force: true }));

const prepare = async (fresh: boolean) =>
  unwrap(await prepareElection(data, findProgramFiles().migrationsDirectory, { ...REQUEST, fresh }, io));

describe('a mock election that was made by other rules', () => {
  it('is made again, and its day with it; one by the same rules stays', async () => {
    const migrations = findProgramFiles().migrationsDirectory;
    // Shared with the tests of the station, which draw the same people.
    const fingersCache = join(tmpdir(), 'tizme-test-fingers');
    const request = { ...REQUEST, anyPrecinct: true, fingersCache };
    const first = await prepare(false);
    const ofTheDay = join(first.dataDirectory, 'of-the-day');
    await writeFile(ofTheDay, '');
    await prepare(false);
    expect(existsSync(ofTheDay)).toBe(true);
    const other = unwrap(await prepareElection(data, migrations, request, io));
    expect(existsSync(ofTheDay)).toBe(false);
    expect(unwrap(readElection(other.packageDirectory)).content.procedure.anyPrecinct).toBe(true);
    await writeFile(ofTheDay, '');
    unwrap(await prepareElection(data, migrations, request, io));
    expect(existsSync(ofTheDay)).toBe(true);
  });
});

describe('the device settings of a laptop', () => {
  it('survive that the mock day is begun again', async () => {
    const first = await prepare(false);
    const { settingsFile = '' } = devicesOptionsOf(first);
    await writeFile(settingsFile, SETTINGS);
    await writeFile(join(first.dataDirectory, 'of-the-day'), '');
    const again = await prepare(true);
    expect(existsSync(join(again.dataDirectory, 'of-the-day'))).toBe(false);
    expect(devicesOptionsOf(again).settingsFile).toBe(settingsFile);
    expect(await readFile(settingsFile, 'utf8')).toBe(SETTINGS);
  });

  it('are taken along from where an earlier version kept them', async () => {
    const station = join(
      data,
      `training-${REQUEST.electionDate}-${REQUEST.voters}-${REQUEST.seed}`,
      'station',
    );
    await mkdir(station);
    await writeFile(join(station, 'devices.json'), SETTINGS);
    const { settingsFile = '' } = devicesOptionsOf(await prepare(true));
    expect(await readFile(settingsFile, 'utf8')).toBe(SETTINGS);
  });
});
