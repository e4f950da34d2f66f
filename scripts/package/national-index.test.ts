import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PRACTICE_PIN_COST } from '../../fixtures/mock-lane/provision-mock-lane.ts';
import { err, unwrap } from '../../src/domain/result.ts';
import { openPackage, sharedFileName } from '../../src/packages/open-package.ts';
import { createPackageBench, type PackageBench } from '../../src/packages/testing/package-bench.ts';
import { createRegister } from '../../src/register/create-register.ts';
import { NATIONAL_INDEX_FILE, openNationalIndex } from '../../src/register/national-index/national-index.ts';
import { openRegister } from '../../src/register/register.ts';
import type { SourceVoter } from '../../src/register/register-source.ts';
import { createLaptopKeys, laneEntryOfLaptop } from '../../src/station/provision/laptop-keys.ts';
import { provisionFromPackage } from '../../src/station/provision/provision-from-package.ts';
import { createAgeKeys } from '../../src/store/age-sealing.ts';
import { randomKey } from '../../src/store/keys.ts';
import { syntheticStations, syntheticVoters } from '../bench/national-register.ts';
import { NATIONAL_STATION } from './build-station.ts';
import { nationalIndexPart } from './national-index-part.ts';

const MIGRATIONS = join(import.meta.dirname, '../../migrations');
const KEYS = { database: new Uint8Array(32).fill(3), templates: new Uint8Array(32).fill(4) };
const INDEX_KEY = new Uint8Array(32).fill(5);

let folder: string;
let bench: PackageBench;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tizme-index-'));
  bench = await createPackageBench();
});
afterAll(() => {
  bench.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** Other ballots in each district, and none for one voter. */
function* withOwnBallots(voters: Iterable<SourceVoter>): Generator<SourceVoter> {
  for (const entry of voters) {
    const { districtNumber } = entry.voter;
    const styles = [['president', 'referendum'], ['president'], []][districtNumber - 1] ?? [];
    yield { ...entry, voter: { ...entry.voter, ballotStyles: styles } };
  }
}

it('the index is made once for all stations, found again, and opens on the lane that its package made', async () => {
  const { electionId, mock } = bench.content().about;
  const name = { ky: 'Өлкө', ru: 'Страна', en: 'The country' };
  const file = join(folder, 'national.db');
  unwrap(
    createRegister({
      ...{ file, keys: KEYS, migrations: join(MIGRATIONS, 'register') },
      source: {
        info: { electionId, mock, stationNumber: NATIONAL_STATION, districtNumber: 0, stationName: name },
        stations: syntheticStations(3),
        voters: withOwnBallots(syntheticVoters({ stations: 3, votersPerStation: 10 })),
      },
    }),
  );
  const register = unwrap(
    openRegister({
      ...{ file, databaseKey: KEYS.database, migrations: join(MIGRATIONS, 'register'), expected: null },
    }),
  );
  // Imported without the list of stations: said in words, with what to do next.
  const bare = join(folder, 'bare.db');
  unwrap(
    createRegister({
      ...{ file: bare, keys: KEYS, migrations: join(MIGRATIONS, 'register') },
      source: {
        info: { electionId, mock, stationNumber: NATIONAL_STATION, districtNumber: 0, stationName: name },
        stations: [],
        voters: withOwnBallots(syntheticVoters({ stations: 1, votersPerStation: 2 })),
      },
    }),
  );
  const unlisted = unwrap(
    openRegister({
      ...{ file: bare, databaseKey: KEYS.database, migrations: join(MIGRATIONS, 'register'), expected: null },
    }),
  );
  const refusedPart = nationalIndexPart({ out: join(folder, 'bare'), register: unlisted, key: INDEX_KEY });
  unlisted.close();
  expect(refusedPart.ok ? '' : refusedPart.error).toMatch(
    /knows no station.*--stations FILE.*run this again/,
  );
  // Whom claims about visitors go to is part of it: another recipient is another index.
  const { recipient: claims } = await createAgeKeys();
  const without = unwrap(nationalIndexPart({ out: join(folder, 'without'), register, key: INDEX_KEY }));
  const make = () => nationalIndexPart({ out: folder, register, key: INDEX_KEY, claims });
  const part = unwrap(make());
  const shared = join(folder, 'shared');
  expect(unwrap(make())).toEqual(part);
  expect(part.sha256).not.toBe(without.sha256);
  expect(readdirSync(shared).filter((one) => one.endsWith('.part')).length).toBe(1);
  // By station: a voter of each district.
  const people = [...register.voters()].filter(({ listNumber }) => listNumber === 1);
  register.close();

  const laptop = await createLaptopKeys();
  const packaged = await bench.write({
    name: 'with-index',
    about: { shared: [part], lanes: [laneEntryOfLaptop(laptop, 1, null)] },
    content: {
      election: {
        ...bench.content().election,
        nationalIndex: { key: Buffer.from(INDEX_KEY).toString('base64') },
      },
    },
  });
  const open = () =>
    openPackage(
      packaged,
      { commission: bench.commission, day: null, sharedDirectory: shared },
      { kind: 'sealed-to', identity: laptop.identity },
    );
  const opened = unwrap(await open());
  const become = (base: string, sharedDirectory: string) =>
    provisionFromPackage({
      ...{ opened, laptop, share: randomKey(), sharedDirectory },
      directory: join(folder, base, 'station'),
      packageDirectory: join(folder, base, 'package'),
      migrations: MIGRATIONS,
      pinCost: PRACTICE_PIN_COST,
    });
  expect(await become('elsewhere', folder)).toEqual(
    err({ code: 'shared-part-missing', name: 'national-index' }),
  );
  unwrap(await become('lane', shared));
  const index = unwrap(
    openNationalIndex({
      file: join(folder, 'lane', 'package', NATIONAL_INDEX_FILE),
      reference: { key: INDEX_KEY, sha256: new Uint8Array(Buffer.from(part.sha256, 'hex')) },
      expected: { electionId, mock },
    }),
  );
  const found = people.map(({ personalNumber, documents }) =>
    unwrap(index.lookUp(personalNumber, documents[0]?.number ?? '')),
  );
  expect(found.map((one) => [one?.station.number, one?.ballotStyles])).toEqual(
    people.map(({ stationNumber, ballotStyles }) => [stationNumber, ballotStyles]),
  );
  expect(new Set(people.map(({ ballotStyles }) => ballotStyles.join())).size).toBe(3);
  expect(index.claims).toBe(claims);
  index.close();

  const [partFile = ''] = readdirSync(shared).filter((one) => one.endsWith('.part'));
  mkdirSync(join(folder, 'other'));
  writeFileSync(join(folder, 'other', partFile), 'another index');
  expect(await become('changed', join(folder, 'other'))).toEqual(
    err({ code: 'shared-part-changed', name: 'national-index' }),
  );
  // An index that an older program made, signed as it was: whose entries say nothing of ballots.
  const old = join(folder, 'old-shared');
  mkdirSync(old);
  const indexBytes = Buffer.from(readFileSync(join(shared, partFile)));
  indexBytes.write('TIZMEIX1');
  const oldHash = createHash('sha256').update(indexBytes).digest('hex');
  writeFileSync(join(old, sharedFileName('national-index', oldHash)), indexBytes);
  const signedOld = await bench.write({
    name: 'with-old-index',
    about: {
      shared: [{ ...part, sha256: oldHash }],
      lanes: [laneEntryOfLaptop(laptop, 1, null)],
    },
    content: {
      election: {
        ...bench.content().election,
        nationalIndex: { key: Buffer.from(INDEX_KEY).toString('base64') },
      },
    },
  });
  const openOld = (sharedDirectory?: string) =>
    openPackage(
      signedOld,
      {
        commission: bench.commission,
        day: null,
        ...(sharedDirectory === undefined ? {} : { sharedDirectory }),
      },
      { kind: 'sealed-to', identity: laptop.identity },
    );
  const refused = err({ code: 'index-version', found: 'older' });
  expect(await openOld(old)).toEqual(refused);
  expect(
    await provisionFromPackage({
      ...{ opened: unwrap(await openOld()), laptop, share: randomKey(), sharedDirectory: old },
      directory: join(folder, 'old', 'station'),
      packageDirectory: join(folder, 'old', 'package'),
      migrations: MIGRATIONS,
      pinCost: PRACTICE_PIN_COST,
    }),
  ).toEqual(refused);

  rmSync(join(shared, partFile));
  expect(await open()).toEqual(err({ code: 'shared-part-missing', name: 'national-index' }));
});
