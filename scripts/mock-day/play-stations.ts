import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import {
  type ElectionPackage,
  readElection,
  writeElection,
} from '../../fixtures/election/election-package.ts';
import type { FingerSource } from '../../fixtures/election/finger-source.ts';
import type { SyntheticElection } from '../../fixtures/election/generate-election.ts';
import { mockCentreFiles } from '../../fixtures/election/mock-centre.ts';
import type { VisitorFiles } from '../../src/collector/visitors/open-visitors.ts';
import { assertDefined } from '../../src/domain/assert.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import {
  type FingerprintWorkers,
  startFingerprintWorkers,
} from '../../src/fingerprint/fingerprint-workers.ts';
import { verifyExport } from '../../src/ledger/verify-export.ts';
import type { CommandIo } from '../command-io.ts';
import { findProgramFiles } from '../hosts/shared/program-files.ts';
import { progressBar } from '../progress.ts';
import type { WrongUsage } from '../usage.ts';
import { type Cast, castElection, isSamePerson } from './cast-election.ts';
import { type CentreTotals, type DoublesFound, type MockCentre, openMockCentre } from './mock-centre.ts';
import type { MockDayRequest } from './mock-day-request.ts';
import { mockNetworks } from './mock-network.ts';
import {
  type PackagedCountry,
  type PackagedStation,
  prepareCountry,
  sealVisitors,
  takePackagePath,
} from './package-path.ts';
import { type DayOptions, type PlayedLane, type PlayedVisit, playLane } from './play-day.ts';
import { playPrintsTrial } from './play-prints-trial.ts';
import { type DaySummary, summarise } from './summary.ts';

/** Each station's day, and who was found to have come to two of them. */
export interface PlayedStations {
  readonly summaries: readonly DaySummary[];
  readonly doubles: DoublesFound;
}

/** Every station of the day, one after the other, with the centre that they send to. */
export async function playStations(
  request: MockDayRequest,
  directory: string,
  io: CommandIo,
): Promise<Result<PlayedStations, string | WrongUsage>> {
  const exports =
    request.export === undefined ? undefined : statSync(request.export, { throwIfNoEntry: false });
  if (exports?.isDirectory() === false)
    return err(
      `${request.export} is a file, and --export wants a folder: name another one; nothing was done`,
    );
  const cast = castElection(request);
  if (!cast.ok) return cast;
  const program = findProgramFiles();
  const packages = await writePackages(cast.value, directory, io);
  if (!packages.ok) return packages;
  const country = request.packages
    ? await prepareRealCountry(cast.value, packages.value, directory, io)
    : null;
  if (country?.ok === false) return country;
  const visitors = country?.value.visitors ?? mockCentreFiles(packages.value[0]?.directory ?? directory);
  const collector = await openMockCentre(request.collector ?? null, visitors);
  const workers = startFingerprintWorkers({ size: 1, entry: program.fingerprintWorkerEntry });
  try {
    if (!collector.ok) return collector;
    const summaries: DaySummary[] = [];
    let cameTwice = 0;
    for (const [index, election] of cast.value.stations.entries()) {
      const electionPackage = assertDefined(packages.value[index], 'the package of a station');
      const played = await playStation(request, {
        ...{ election, electionPackage, fingers: cast.value.fingers, workers, centre: collector.value, io },
        directory: folderOf(directory, election),
        country: country?.value ?? null,
      });
      if (!played.ok) return played;
      summaries.push(played.value.summary);
      cameTwice += played.value.visits.filter(
        ({ person, visit }) => isSamePerson(person, cast.value.twice) && visit.outcome === 'identified',
      ).length;
    }
    const isDouble = cameTwice > 1;
    return ok({ summaries, doubles: await collector.value.findDoubles(isDouble ? 1 : 0) });
  } finally {
    if (collector.ok) await collector.value.close();
    await workers.close();
  }
}

function folderOf(directory: string, { station }: SyntheticElection): string {
  return join(directory, String(station.number));
}

interface RealCountry extends PackagedCountry {
  readonly visitors: VisitorFiles;
}

/** Before the centre is there: the national register of the packages, and what the centre gets of it. */
async function prepareRealCountry(
  { stations }: Cast,
  packages: readonly ElectionPackage[],
  folder: string,
  io: CommandIo,
): Promise<Result<RealCountry, string>> {
  const election = assertDefined(stations[0], 'the station');
  const electionPackage = assertDefined(packages[0], 'its package');
  const directory = folderOf(folder, election);
  const { voters } = prepareCountry({ election, electionPackage, directory });
  const visitors = await sealVisitors({ election, electionPackage, directory }, io);
  return visitors.ok ? ok({ voters, visitors: visitors.value }) : visitors;
}

/** Each station's register, photos and people, as it is provisioned from. */
async function writePackages(
  { stations, fingers }: Cast,
  directory: string,
  io: CommandIo,
): Promise<Result<ElectionPackage[], string>> {
  const packages: ElectionPackage[] = [];
  for (const election of stations) {
    const folder = join(directory, String(election.station.number), 'package');
    const written = await writeElection(folder, election, {
      fingers,
      onProgress: (step, done, of) => io.progress(progressBar(step, done, of)),
    });
    if (!written.ok) return err(written.error.code);
    const electionPackage = readElection(folder);
    if (!electionPackage.ok) return err(electionPackage.error.code);
    packages.push(electionPackage.value);
  }
  return ok(packages);
}

interface StationOfDay {
  readonly election: SyntheticElection;
  readonly electionPackage: ElectionPackage;
  readonly fingers: FingerSource;
  readonly workers: FingerprintWorkers;
  readonly centre: MockCentre;
  /** A folder of this station's own. */
  readonly directory: string;
  /** Where packages are built from it. */
  readonly country: RealCountry | null;
  readonly io: CommandIo;
}

async function playStation(
  request: MockDayRequest,
  { election, electionPackage, fingers, workers, centre, directory, country, io }: StationOfDay,
): Promise<Result<{ readonly summary: DaySummary; readonly visits: readonly PlayedVisit[] }, string>> {
  const begun = performance.now();
  const program = findProgramFiles();
  const station = election.station.number;
  io.progress(
    `МАШЫГУУ / ТРЕНИРОВКА / TRAINING: a mock day at station ${station} with ${election.voters.length} voters`,
  );
  const exportDirectory = exportDirectoryOf(request, station);
  if (exportDirectory !== null) mkdirSync(exportDirectory, { recursive: true });
  const stickRecipient = exportDirectory === null ? null : await memberKey(exportDirectory);
  const before = await centre.totals();
  let packaged: PackagedStation | null = null;
  try {
    if (country !== null) {
      const taken = await takePackagePath(
        {
          ...{ election, electionPackage, directory, lanes: request.lanes, country },
          collector: centre.publicKey === null ? null : { url: centre.url, publicKey: centre.publicKey },
          journalRecipient: stickRecipient,
        },
        io,
      );
      if (!taken.ok) return taken;
      packaged = taken.value;
    }
    const options: DayOptions = {
      ...(packaged === null ? {} : { packaged: packaged.lanes }),
      election,
      electionPackage,
      fingers,
      workers,
      directory,
      migrationsDirectory: program.migrationsDirectory,
      fontsDirectory: program.fontsDirectory,
      exportDirectory: exportDirectory ?? join(directory, 'export'),
      stickRecipient,
      collector: centre,
      lanes: request.lanes,
      seed: request.seed,
      faults: request.faults,
      progress: (done, of) => io.progress(progressBar('voters', done, of)),
    };
    const prints = request.prints === undefined ? null : await playPrintsTrial(options);
    const lanes = await playLanes(options);
    const exportProblems = lanes.flatMap(({ exports, checkpoints }) =>
      exports.flatMap((one) => verifyOne(one, checkpoints)),
    );
    const summary = summarise({
      lanes,
      voters: election.voters.length,
      seed: request.seed,
      collector: growth(before, await centre.totals()),
      exportsVerified: lanes.flatMap(({ exports }) => exports).length - exportProblems.length,
      exportProblems,
      prints,
      packaged: packaged === null ? null : { country: packaged.country, version: packaged.version },
      seconds: Math.round((performance.now() - begun) / 100) / 10,
    });
    if (exportDirectory !== null)
      writeFileSync(join(exportDirectory, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
    return ok({ summary, visits: lanes.flatMap(({ visits }) => visits) });
  } finally {
    for (const { cable } of packaged?.lanes.values() ?? []) await cable?.close();
  }
}

/** Each station of several has a folder of its own. */
function exportDirectoryOf({ export: folder, stations }: MockDayRequest, station: number): string | null {
  if (folder === undefined) return null;
  return stations === 1 ? join(folder) : join(folder, `station-${station}`);
}

/** What one station's day added at the centre. */
function growth(before: CentreTotals | null, after: CentreTotals | null): CentreTotals | null {
  if (before === null || after === null) return null;
  return {
    identified: after.identified - before.identified,
    undone: after.undone - before.undone,
    events: after.events - before.events,
  };
}

/** A member's key for the sticks that are left with an export, so that they can be opened. */
async function memberKey(directory: string): Promise<string> {
  const identity = await generateIdentity();
  writeFileSync(join(directory, 'training-member.key'), `${identity}\n`, { mode: 0o600 });
  return identityToRecipient(identity);
}

/** Lanes of one station play at the same time, over the network of this machine. */
async function playLanes(options: DayOptions): Promise<PlayedLane[]> {
  if (options.lanes === 1) return [await playLane(options, 1)];
  const networks =
    options.packaged === undefined ? await mockNetworks(options.election, options.lanes) : null;
  const lanes = [...(networks ?? options.packaged ?? new Map<number, never>()).keys()];
  const through = new Set<number>();
  let tellAll: () => void = () => {};
  const all = new Promise<void>((resolve) => {
    tellAll = resolve;
  });
  const lastIsThrough = (lane: number): Promise<void> => {
    through.add(lane);
    if (through.size === options.lanes) tellAll();
    return all;
  };
  const playing = lanes.map((lane) =>
    playLane({ ...options, ...(networks === null ? {} : { networks }), lastIsThrough }, lane),
  );
  try {
    return await Promise.all(playing);
  } finally {
    await Promise.allSettled(playing);
    for (const { cable } of networks?.values() ?? []) await cable.close();
  }
}

/** Reads an export as an observer does: nothing but the files, and the photographs of the reports' checkpoints. */
function verifyOne(directory: string, checkpoints: readonly string[]): string[] {
  const verified = verifyExport(directory, { checkpoints });
  return verified.ok ? [] : verified.error.faults.map((fault) => `export: ${fault.code}`);
}
