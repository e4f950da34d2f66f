import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DEFAULT_ELECTION_DATE, mockProcedure } from '../../fixtures/election/mock-procedure.ts';
import { MOCK_ROSTER } from '../../fixtures/election/roster.ts';
import { unwrap } from '../../src/domain/result.ts';
import { openPackage } from '../../src/packages/open-package.ts';
import {
  sampleAbout,
  sampleCommission,
  sampleElectionPart,
} from '../../src/packages/testing/sample-package.ts';
import { createRegister } from '../../src/register/create-register.ts';
import { createLaptopKeys, laneEntryOfLaptop } from '../../src/station/provision/laptop-keys.ts';
import { FIRST_STATION, syntheticStations, syntheticVoters } from '../bench/national-register.ts';
import { type BuildRun, packageVersionFor, runBuild } from './build-run.ts';
import { destroyBuildSecrets, openBuildSecrets } from './build-secrets.ts';
import { type BuildBase, NATIONAL_STATION, packageFileName } from './build-station.ts';

const STATIONS = 6;
const VOTERS = 12;
const MIGRATIONS = join(import.meta.dirname, '../../migrations/register');
const REGISTER_KEY = new Uint8Array(32).fill(3);

let folder: string;
let run: (out: string, changes?: Partial<BuildRun>) => ReturnType<typeof runBuild>;
let open: (out: string, station: number) => ReturnType<typeof openPackage>;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tizme-build-'));
  const procedure = mockProcedure({ electionDate: DEFAULT_ELECTION_DATE, seed: 'build' });
  const file = join(folder, 'national.db');
  const keys = { database: REGISTER_KEY, templates: new Uint8Array(32).fill(4) };
  const name = { ky: 'Өлкө', ru: 'Страна', en: 'The country' };
  unwrap(
    createRegister({
      ...{ file, keys, migrations: MIGRATIONS },
      source: {
        info: {
          ...{ electionId: procedure.electionId, mock: true, stationName: name },
          ...{ stationNumber: NATIONAL_STATION, districtNumber: 0 },
        },
        stations: syntheticStations(STATIONS),
        voters: syntheticVoters({ stations: STATIONS, votersPerStation: VOTERS }),
      },
    }),
  );
  const { commission, members } = await sampleCommission();
  const laptop = await createLaptopKeys();
  const baseFor = (out: string): BuildBase => ({
    out,
    register: {
      ...{ file, migrations: MIGRATIONS, mock: true, electionId: procedure.electionId },
      databaseKey: keys.database,
      templateKey: keys.templates,
      stationNumber: NATIONAL_STATION,
    },
    about: { ...sampleAbout(procedure), version: unwrap(packageVersionFor(out, 'content')) },
    election: sampleElectionPart(procedure),
    ...{ photos: false, elsewhere: [], envelopes: 1 },
    secrets: unwrap(openBuildSecrets(out, REGISTER_KEY)),
    recovery: commission.recovery,
    signers: members.slice(0, 2).map(({ name: signer, seed }) => ({ name: signer, seed })),
  });
  const stations = Array.from({ length: STATIONS }, (_, index) => ({
    ...{ number: FIRST_STATION + index, district: 1, name },
    people: MOCK_ROSTER.map(({ id, name: person, role }) => ({ id, role, name: person })),
  }));
  run = (out, changes) =>
    runBuild({
      base: baseFor(out),
      stations,
      lanesOf: () => [laneEntryOfLaptop(laptop, 1, null)],
      threads: 2,
      onStation: () => {},
      ...changes,
    });
  open = (out, station) =>
    openPackage(
      join(out, packageFileName(station, 1)),
      { commission, day: null, stationNumber: station },
      { kind: 'sealed-to', identity: laptop.identity },
    );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('a run that was killed goes on where it was, and comes to the same packages', async () => {
  const out = join(folder, 'killed');
  const first = await run(out);
  expect(first).toMatchObject({ kept: 0, faults: [] });
  expect(first.built.length).toBe(STATIONS);
  const before = new Map<number, Awaited<ReturnType<typeof open>>>();
  for (const { station } of first.built) before.set(station, await open(out, station));
  // As after a power cut: two are missing, one of them was half written.
  const [one, two] = [FIRST_STATION + 1, FIRST_STATION + 4];
  for (const station of [one, two]) rmSync(join(out, packageFileName(station, 1)));
  writeFileSync(join(out, `.${packageFileName(one, 1)}.unfinished`), 'half');

  const again = await run(out);
  expect(again).toMatchObject({ kept: STATIONS - 2, faults: [] });
  expect(again.built.map(({ station }) => station).sort()).toEqual([one, two]);
  for (const station of before.keys()) {
    const [then, now] = [
      unwrap(before.get(station) ?? (await open(out, station))),
      unwrap(await open(out, station)),
    ];
    expect(now.voters.map(({ voter, participation }) => ({ voter, participation }))).toEqual(
      then.voters.map(({ voter, participation }) => ({ voter, participation })),
    );
    expect(now.people).toEqual(then.people);
    expect(now.manifest.register).toBe(then.manifest.register);
    expect(now.voters.map(({ voter }) => voter.listNumber)).toEqual(
      Array.from({ length: VOTERS }, (_, index) => index + 1),
    );
  }
  expect(readdirSync(out).some((name) => name.endsWith('.unfinished'))).toBe(false);
});

it('PINs and envelopes differ from station to station, and are six and twelve digits', async () => {
  const out = join(folder, 'killed');
  const [here, there] = [unwrap(await open(out, FIRST_STATION)), unwrap(await open(out, FIRST_STATION + 1))];
  const pins = ({ people }: typeof here): string[] => people.people.map(({ pin }) => pin);
  expect(pins(here).every((pin) => /^\d{6}$/.test(pin))).toBe(true);
  expect(new Set([...pins(here), ...pins(there)]).size).toBeGreaterThan(pins(here).length);
  expect(here.people.envelopes).toMatchObject([
    { id: 'envelope-1', code: expect.stringMatching(/^\d{12}$/) },
  ]);
  expect(here.people.envelopes[0]?.code).not.toBe(there.people.envelopes[0]?.code);
});

it('a thread that dies takes one station with it: that one is named, the others are built', async () => {
  const entry = join(folder, 'dying-worker.mjs');
  const worker = pathToFileURL(join(import.meta.dirname, 'build-worker.ts')).href;
  const doomed = FIRST_STATION + 2;
  writeFileSync(
    entry,
    `import { parentPort } from 'node:worker_threads';
     parentPort.on('message', ({ station }) => { if (station.number === ${doomed}) process.exit(7); });
     await import(${JSON.stringify(worker)});`,
  );
  const out = join(folder, 'dying');
  const outcome = await run(out, { entry: pathToFileURL(entry) });
  expect(outcome.faults.map(({ station, code }) => ({ station, code }))).toEqual([
    { station: doomed, code: 'thread-ended' },
  ]);
  expect(outcome.built.length).toBe(STATIONS - 1);
  const mended = await run(out);
  expect(mended).toMatchObject({ kept: STATIONS - 1, faults: [] });
});

it('what changed makes the next version; the same again goes on with the same; forgetting is final', () => {
  const out = join(folder, 'versions');
  expect(unwrap(packageVersionFor(out, 'one'))).toBe(1);
  expect(unwrap(packageVersionFor(out, 'one'))).toBe(1);
  expect(unwrap(packageVersionFor(out, 'two'))).toBe(2);
  const secrets = unwrap(openBuildSecrets(out, REGISTER_KEY));
  expect(unwrap(openBuildSecrets(out, REGISTER_KEY))).toEqual(secrets);
  expect(openBuildSecrets(out, new Uint8Array(32))).toMatchObject({ error: 'secret-of-other-register' });
  expect(destroyBuildSecrets(out)).toBe(true);
  expect(destroyBuildSecrets(out)).toBe(false);
  expect(unwrap(openBuildSecrets(out, REGISTER_KEY))).not.toEqual(secrets);
});
