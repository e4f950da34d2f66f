import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_ELECTION_DATE, mockProcedure } from '../../fixtures/election/mock-procedure.ts';
import { drawPortrait } from '../../fixtures/election/portrait.ts';
import { MOCK_ROSTER } from '../../fixtures/election/roster.ts';
import { err, ok, type Result, unwrap } from '../../src/domain/result.ts';
import { buildPackage, writePackage } from '../../src/packages/build-package.ts';
import { parseCommission } from '../../src/packages/commission.ts';
import { holdCeremony, openMemberKeys } from '../../src/packages/member-keys.ts';
import { openPackage } from '../../src/packages/open-package.ts';
import { createRegister } from '../../src/register/create-register.ts';
import { participationTokens } from '../../src/register/participation-tokens.ts';
import { createLaptopKeys, laneEntryOfLaptop } from '../../src/station/provision/laptop-keys.ts';
import { provisionFromPackage } from '../../src/station/provision/provision-from-package.ts';
import { randomKey } from '../../src/store/keys.ts';
import type { CommandIo } from '../command-io.ts';
import { findProgramFiles } from '../hosts/shared/program-files.ts';
import { type BuildRun, runBuild } from '../package/build-run.ts';
import { type BuildBase, NATIONAL_STATION, packageFileName } from '../package/build-station.ts';
import { progressBar, progressWithEstimate } from '../progress.ts';
import { atMost, type BenchmarkResult, percentile, plain } from './benchmark.ts';
import { FIRST_STATION, syntheticStations, syntheticVoters } from './national-register.ts';

const NATIONAL_STATIONS = 2_620;
const NATIONAL_VOTERS = 4_300_000;
const VOTERS_PER_STATION = Math.ceil(NATIONAL_VOTERS / NATIONAL_STATIONS);
const LARGE_STATION = 2_500;
const PASSPHRASE = 'a passphrase for a benchmark';
const CHEAP = { memoryKib: 1_024, iterations: 1, parallelism: 1 };
const OPENINGS = 5;
const MEBIBYTE = 1024 ** 2;

interface PackageBench {
  readonly stations: number;
  readonly directory: string;
  readonly io: CommandIo;
}

/** A national run from a register on the disk, and one large package opened, verified and provisioned. */
export async function benchPackage(bench: PackageBench): Promise<Result<BenchmarkResult, string>> {
  const { stations, io } = bench;
  const national = await buildNational(bench);
  if (!national.ok) return national;
  const { seconds, peakMib, voters, bytes } = national.value;
  const large = await openLarge(bench);
  if (!large.ok) return large;
  const wholeMinutes = (seconds * NATIONAL_STATIONS) / stations / 60;
  const isWhole = stations === NATIONAL_STATIONS;
  io.progress(
    isWhole ? 'The whole run was measured.' : 'The whole run is computed from the pace of this one.',
  );
  return ok({
    name: 'package',
    figures: [
      plain('stations built', stations, 'packages'),
      plain('voters in them', voters, 'voters'),
      plain('building them', seconds, 's'),
      plain('voters a second', voters / seconds, '1/s'),
      plain('packages, together', bytes / MEBIBYTE, 'MiB'),
      atMost(
        isWhole ? 'the whole run' : `the whole run of ${NATIONAL_STATIONS} at this pace`,
        wholeMinutes,
        'min',
        15,
      ),
      atMost('memory at most, all threads', peakMib, 'MiB', 2048),
      plain(`package of ${LARGE_STATION} voters with photos`, large.value.bytes / MEBIBYTE, 'MiB'),
      atMost(`opening and verifying it, median of ${OPENINGS}`, large.value.openSeconds, 's', 5),
      plain('turning a laptop into its lane, opening included', large.value.laneSeconds, 's'),
    ],
  });
}

async function buildNational({ stations, directory, io }: PackageBench) {
  const migrations = join(findProgramFiles().migrationsDirectory, 'register');
  const procedure = mockProcedure({ electionDate: DEFAULT_ELECTION_DATE, seed: 'bench' });
  const keys = { database: randomKey(), templates: randomKey() };
  const file = join(directory, 'national.db');
  const voters = stations * VOTERS_PER_STATION;
  io.progress(`Making a register of ${voters} voters (not measured here).`);
  const name = { ky: 'Өлкө', ru: 'Страна', en: 'The country' };
  const register = createRegister({
    ...{ file, keys, migrations },
    source: {
      info: {
        ...{ electionId: procedure.electionId, mock: true, stationName: name },
        ...{ stationNumber: NATIONAL_STATION, districtNumber: 0 },
      },
      stations: syntheticStations(stations),
      voters: syntheticVoters({ stations, votersPerStation: VOTERS_PER_STATION }),
    },
    onVoter: (done) => {
      if (done % 1000 === 0) io.progress(progressBar('register', done, voters));
    },
  });
  if (!register.ok) return err(`the register could not be made (${register.error.code})`);
  const { commission, members } = await ceremony();
  const out = directory;
  const base: BuildBase = {
    out,
    register: {
      ...{ file, migrations, mock: true, electionId: procedure.electionId },
      databaseKey: keys.database,
      templateKey: keys.templates,
      stationNumber: NATIONAL_STATION,
    },
    about: {
      electionId: procedure.electionId,
      mock: true,
      title: procedure.title,
      electionDate: procedure.electionDate,
      version: 1,
      build: '0'.repeat(64),
      expires: procedure.electionDate,
      shared: [],
    },
    election: {
      version: 1,
      procedure,
      trustedCertificates: [],
      collector: null,
      nationalIndex: null,
      journalRecipients: [],
    },
    photos: false,
    elsewhere: [],
    envelopes: 1,
    secrets: { tokens: randomKey(), people: randomKey(), index: randomKey() },
    recovery: commission.recovery,
    signers: members.map(({ name: signer, seed }) => ({ name: signer, seed })),
  };
  const planned = Array.from({ length: stations }, (_, index) => ({
    ...{ number: FIRST_STATION + index, district: 1 + (index % 30), name },
    people: MOCK_ROSTER.map(({ id, name: person, role }) => ({ id, role, name: person })),
  }));
  const laptops = [await createLaptopKeys(), await createLaptopKeys()];
  const lanes = laptops.map((laptop, index) => laneEntryOfLaptop(laptop, index + 1, null));
  const estimate = progressWithEstimate('packages', () => performance.now());
  const run: BuildRun = {
    base,
    stations: planned,
    lanesOf: () => lanes,
    threads: Math.min(2, availableParallelism()),
    onStation: (done, of) => io.progress(estimate(done, of)),
  };
  const { value, seconds, peakMib } = await measured(() => runBuild(run));
  const [fault] = value.faults;
  if (fault !== undefined) return err(`station ${fault.station}: ${fault.code} ${fault.detail}`);
  const bytes = value.built.reduce((sum, one) => sum + one.bytes, 0);
  const built = value.built.reduce((sum, one) => sum + one.voters, 0);
  // What was measured opens: the last one is looked into.
  const last = join(out, packageFileName(FIRST_STATION + stations - 1, 1));
  const [laptop] = laptops;
  const opened = await openPackage(
    last,
    { commission, day: null },
    { kind: 'sealed-to', identity: laptop?.identity ?? '' },
  );
  return opened.ok ? ok({ seconds, peakMib, voters: built, bytes }) : err(opened.error.code);
}

async function openLarge({ directory, io }: PackageBench) {
  io.progress(`Making a package of ${LARGE_STATION} voters with photos.`);
  const procedure = mockProcedure({ electionDate: DEFAULT_ELECTION_DATE, seed: 'bench' });
  const { commission, members } = await ceremony();
  const laptop = await createLaptopKeys();
  const tokens = participationTokens(randomKey(), procedure.electionId);
  const built = await buildPackage({
    about: {
      electionId: procedure.electionId,
      mock: true,
      title: procedure.title,
      electionDate: procedure.electionDate,
      station: { number: 1, district: 1, name: { ky: 'Б', ru: 'Б', en: 'B' } },
      version: 1,
      build: '0'.repeat(64),
      expires: procedure.electionDate,
      lanes: [laneEntryOfLaptop(laptop, 1, null)],
      shared: [],
    },
    election: {
      version: 1,
      procedure,
      trustedCertificates: [],
      collector: null,
      nationalIndex: null,
      journalRecipients: [],
    },
    people: {
      version: 1,
      people: MOCK_ROSTER.map(({ id, name, role, pin }) => ({ id, name, role, pin })),
      envelopes: [],
    },
    voters: syntheticVoters({
      stations: 1,
      votersPerStation: LARGE_STATION,
      photo: (index) => drawPortrait({ seed: String(index), sex: 'female', age: 40, clothes: 0 }),
    }),
    elsewhere: [],
    participation: ({ personalNumber }) => tokens(personalNumber),
    recovery: commission.recovery,
  });
  if (!built.ok) return err(built.error.code);
  const file = join(directory, 'large.tizme');
  writePackage(file, built.value, members);
  const expected = { commission, day: procedure.electionDate };
  const times: number[] = [];
  for (let round = 0; round < OPENINGS; round += 1) {
    const begunMs = performance.now();
    const opened = await openPackage(file, expected, { kind: 'sealed-to', identity: laptop.identity });
    times.push((performance.now() - begunMs) / 1000);
    if (!opened.ok) return err(opened.error.code);
  }
  const begunMs = performance.now();
  const opened = unwrap(await openPackage(file, expected, { kind: 'sealed-to', identity: laptop.identity }));
  const lane = await provisionFromPackage({
    ...{ opened, laptop, share: randomKey() },
    directory: join(directory, 'lane', 'station'),
    packageDirectory: join(directory, 'lane', 'package'),
    migrations: findProgramFiles().migrationsDirectory,
  });
  if (!lane.ok) return err(lane.error.code);
  const laneSeconds = (performance.now() - begunMs) / 1000;
  return ok({ bytes: statSync(file).size, openSeconds: percentile(times, 0.5), laneSeconds });
}

async function ceremony() {
  const made = await holdCeremony({
    origin: 'tizme.example/bench',
    members: ['first', 'second', 'third'].map((id) => ({ id, passphrase: PASSPHRASE })),
    cost: CHEAP,
  });
  const members = [];
  for (const file of made.members.slice(0, 2))
    members.push(unwrap(await openMemberKeys(JSON.stringify(file), PASSPHRASE)));
  return { commission: unwrap(parseCommission(JSON.stringify(made.commission))), members };
}

/** Wall time, and the most memory that the process held meanwhile: its threads are in it. */
async function measured<T>(work: () => Promise<T>) {
  let peak = process.memoryUsage.rss();
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 100);
  const begunMs = performance.now();
  try {
    const value = await work();
    return { value, seconds: (performance.now() - begunMs) / 1000, peakMib: peak / MEBIBYTE };
  } finally {
    clearInterval(watch);
  }
}
