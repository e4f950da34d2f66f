import { rmSync, statfsSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { DEFAULT_ELECTION_DATE, mockProcedure } from '../../fixtures/election/mock-procedure.ts';
import { drawPortrait } from '../../fixtures/election/portrait.ts';
import { MOCK_ROSTER } from '../../fixtures/election/roster.ts';
import { err, ok, type Result, unwrap } from '../../src/domain/result.ts';
import { buildPackage, writePackage } from '../../src/packages/build-package.ts';
import { openPackage } from '../../src/packages/open-package.ts';
import {
  sampleAbout,
  sampleCommission,
  sampleElectionPart,
  samplePeople,
} from '../../src/packages/testing/sample-package.ts';
import { participationTokens } from '../../src/register/participation-tokens.ts';
import { openRegister } from '../../src/register/register.ts';
import { createLaptopKeys, laneEntryOfLaptop } from '../../src/station/provision/laptop-keys.ts';
import { provisionFromPackage } from '../../src/station/provision/provision-from-package.ts';
import { randomKey } from '../../src/store/keys.ts';
import type { CommandIo } from '../command-io.ts';
import { findProgramFiles } from '../hosts/shared/program-files.ts';
import { type BuildOutcome, runBuild } from '../package/build-run.ts';
import { type BuildBase, NATIONAL_STATION, packageFileName } from '../package/build-station.ts';
import { nationalIndexPart } from '../package/national-index-part.ts';
import { progressBar, progressWithEstimate } from '../progress.ts';
import { atMost, type BenchmarkResult, percentile, plain } from './benchmark.ts';
import { FIRST_STATION, syntheticVoters } from './national-register.ts';
import type { NationalRegisterJob, NationalRegisterMessage } from './national-register-worker.ts';

const NATIONAL_STATIONS = 2_620;
const NATIONAL_VOTERS = 4_300_000;
const VOTERS_PER_STATION = Math.ceil(NATIONAL_VOTERS / NATIONAL_STATIONS);
const LARGE_STATION = 2_500;
const CHEAP = { memoryKib: 1_024, iterations: 1, parallelism: 1 };
const OPENINGS = 5;
const MEBIBYTE = 1024 ** 2;
/** Of the register and of the packages together, with room for the register's indexes while they are made. */
const BYTES_PER_VOTER = 4_000;

interface PackageBench {
  readonly stations: number;
  readonly directory: string;
  readonly io: CommandIo;
}

/** A national run from a register on the disk, and one large package opened, verified and provisioned. */
export async function benchPackage(bench: PackageBench): Promise<Result<BenchmarkResult, string>> {
  const { stations, directory, io } = bench;
  const room = statfsSync(directory);
  const needed = stations * VOTERS_PER_STATION * BYTES_PER_VOTER;
  if (room.bavail * room.bsize < needed)
    return err(`${Math.ceil(needed / 1e9)} GB are needed in ${directory}; TMPDIR names another place`);
  const national = await buildNational(bench);
  if (!national.ok) return national;
  const { openSeconds, indexSeconds, packageSeconds, peakMib, voters, bytes } = national.value;
  const large = await openLarge(bench);
  if (!large.ok) return large;
  const seconds = openSeconds + indexSeconds + packageSeconds;
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
      plain('opening and checking the register', openSeconds, 's'),
      plain('making the national index', indexSeconds, 's'),
      plain('building the packages', packageSeconds, 's'),
      plain('voters a second, in all', voters / seconds, '1/s'),
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

/** What `package build` does, from the register to the last package. */
async function buildNational({ stations, directory, io }: PackageBench) {
  const migrations = join(findProgramFiles().migrationsDirectory, 'register');
  const procedure = mockProcedure({ electionDate: DEFAULT_ELECTION_DATE, seed: 'bench' });
  const { electionId } = procedure;
  const keys = { database: randomKey(), templates: randomKey() };
  const file = join(directory, 'national.db');
  const name = { ky: 'Өлкө', ru: 'Страна', en: 'The country' };
  const voters = stations * VOTERS_PER_STATION;
  io.progress(`Making a register of ${voters} voters (not measured here).`);
  const identity = { electionId, mock: true, stationName: name };
  const fault = await makeRegister(
    {
      ...{ file, keys, migrations, stations },
      info: { ...identity, stationNumber: NATIONAL_STATION, districtNumber: 0 },
      votersPerStation: VOTERS_PER_STATION,
    },
    (done) => io.progress(progressBar('register', done, voters)),
  );
  if (fault !== null) return err(`the register could not be made (${fault})`);
  const { commission, members } = await sampleCommission(CHEAP);
  const secrets = { tokens: randomKey(), people: randomKey(), index: randomKey(), visitors: randomKey() };
  const planned = Array.from({ length: stations }, (_, index) => ({
    ...{ number: FIRST_STATION + index, district: 1 + (index % 30), name },
    people: MOCK_ROSTER.map(({ id, name: person, role }) => ({ id, role, name: person })),
  }));
  const laptops = [await createLaptopKeys(), await createLaptopKeys()];
  const lanes = laptops.map((laptop, index) => laneEntryOfLaptop(laptop, index + 1, null));
  const measured = await measure(async (lap) => {
    const register = openRegister({
      ...{ file, migrations, databaseKey: keys.database },
      expected: { electionId, mock: true, stationNumber: NATIONAL_STATION },
    });
    if (!register.ok) return err(register.error.code);
    const openSeconds = lap();
    try {
      const index = nationalIndexPart({
        ...{ out: directory, register: register.value, key: secrets.index },
        onVoter: (done) => {
          if (done % 10_000 === 0) io.progress(progressBar('national index', done, voters));
        },
      });
      if (!index.ok) return index;
      const indexSeconds = lap();
      const base: BuildBase = {
        out: directory,
        register: {
          ...{ file, migrations, mock: true, electionId, stationNumber: NATIONAL_STATION },
          databaseKey: keys.database,
          templateKey: keys.templates,
        },
        about: { ...sampleAbout(procedure), shared: [index.value] },
        election: {
          ...sampleElectionPart(procedure),
          nationalIndex: { key: Buffer.from(secrets.index).toString('base64') },
        },
        ...{ photos: false, elsewhere: [], envelopes: 1, secrets },
        recovery: commission.recovery,
        signers: members.slice(0, 2).map(({ name: signer, seed }) => ({ name: signer, seed })),
      };
      const estimate = progressWithEstimate('packages', () => performance.now());
      const outcome = await runBuild({
        ...{ base, stations: planned, registerIsOpen: true },
        lanesOf: () => lanes,
        threads: Math.min(2, availableParallelism()),
        onStation: (done, of) => io.progress(estimate(done, of)),
      });
      return ok({ outcome, openSeconds, indexSeconds, packageSeconds: lap() });
    } finally {
      register.value.close();
    }
  });
  if (!measured.value.ok) return measured.value;
  const { outcome, ...seconds } = measured.value.value;
  const [first] = outcome.faults;
  if (first !== undefined) return err(`station ${first.station}: ${first.code} ${first.detail}`);
  // What was measured opens: the last one is looked into.
  const last = join(directory, packageFileName(FIRST_STATION + stations - 1, 1));
  const opened = await openPackage(
    last,
    { commission, day: null, sharedDirectory: join(directory, 'shared') },
    { kind: 'sealed-to', identity: laptops[0]?.identity ?? '' },
  );
  if (!opened.ok) return err(opened.error.code);
  // Gigabytes, which nothing after this needs.
  rmSync(file);
  return ok({ ...seconds, peakMib: measured.peakMib, ...totals(outcome) });
}

function totals({ built }: BuildOutcome) {
  return {
    voters: built.reduce((sum, one) => sum + one.voters, 0),
    bytes: built.reduce((sum, one) => sum + one.bytes, 0),
  };
}

/** `national-register-worker.ts` from sources, `.js` beside the bundle. */
const REGISTER_ENTRY = new URL(
  import.meta.url.endsWith('.ts') ? './national-register-worker.ts' : './national-register-worker.js',
  import.meta.url,
);

/** In a thread of its own, whose memory goes with it. @returns what went wrong, or null */
function makeRegister(job: NationalRegisterJob, onVoter: (done: number) => void): Promise<string | null> {
  const worker = new Worker(REGISTER_ENTRY, { workerData: job });
  return new Promise((resolve) => {
    let fault: string | null = 'thread-ended';
    worker.on('message', (message: NationalRegisterMessage) => {
      if ('done' in message) onVoter(message.done);
      else fault = message.fault;
    });
    worker.on('error', (cause) => {
      fault = cause instanceof Error ? cause.message : 'thread-ended';
    });
    worker.on('exit', () => resolve(fault));
  });
}

async function openLarge({ directory, io }: PackageBench) {
  io.progress(`Making a package of ${LARGE_STATION} voters with photos.`);
  const procedure = mockProcedure({ electionDate: DEFAULT_ELECTION_DATE, seed: 'bench' });
  const { commission, members } = await sampleCommission(CHEAP);
  const laptop = await createLaptopKeys();
  const tokens = participationTokens(randomKey(), procedure.electionId);
  const built = await buildPackage({
    about: {
      ...sampleAbout(procedure),
      station: { number: 1, district: 1, name: { ky: 'Б', ru: 'Б', en: 'B' } },
      lanes: [laneEntryOfLaptop(laptop, 1, null)],
    },
    election: sampleElectionPart(procedure),
    people: samplePeople(MOCK_ROSTER),
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
  writePackage(file, built.value, members.slice(0, 2));
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

/** The most memory that the process held while it worked: its threads are in it. `lap` gives the seconds since the last one. */
async function measure<T>(work: (lap: () => number) => Promise<T>) {
  let peak = process.memoryUsage.rss();
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 100);
  let lapMs = performance.now();
  try {
    const value = await work(() => {
      peak = Math.max(peak, process.memoryUsage.rss());
      const sinceMs = performance.now() - lapMs;
      lapMs += sinceMs;
      return sinceMs / 1000;
    });
    return { value, peakMib: peak / MEBIBYTE };
  } finally {
    clearInterval(watch);
  }
}
