import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { z } from 'zod';
import { drawnFingers } from '../../fixtures/election/drawn-fingers.ts';
import {
  type ElectionPackage,
  readElection,
  writeElection,
} from '../../fixtures/election/election-package.ts';
import type { FingerSource } from '../../fixtures/election/finger-source.ts';
import type { SyntheticElection } from '../../fixtures/election/generate-election.ts';
import { mockCentreFiles } from '../../fixtures/election/mock-centre.ts';
import { scannedPrints, withScannedFingers } from '../../fixtures/election/scanned-prints.ts';
import {
  type StationsOfOneElection,
  stationsOfOneElection,
} from '../../fixtures/election/stations-of-one-election.ts';
import type { SyntheticPerson, SyntheticVoter } from '../../fixtures/election/synthetic-person.ts';
import { assertDefined } from '../../src/domain/assert.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import {
  type FingerprintWorkers,
  startFingerprintWorkers,
} from '../../src/fingerprint/fingerprint-workers.ts';
import { verifyExport } from '../../src/ledger/verify-export.ts';
import type { CommandIo } from '../command-io.ts';
import { findProgramFiles } from '../hosts/shared/program-files.ts';
import {
  type CentreTotals,
  type DoublesFound,
  doublesLines,
  type MockCentre,
  openMockCentre,
} from '../mock-day/mock-centre.ts';
import { mockNetworks } from '../mock-day/mock-network.ts';
import { type PackagedStation, takePackagePath } from '../mock-day/package-path.ts';
import { type DayOptions, type PlayedLane, type PlayedVisit, playLane } from '../mock-day/play-day.ts';
import { playPrintsTrial } from '../mock-day/play-prints-trial.ts';
import { type DaySummary, summarise, summaryLines } from '../mock-day/summary.ts';
import { progressBar } from '../progress.ts';
import { dataDirectory } from '../start/data-directory.ts';

const USAGE = [
  'usage: tizme mock [options]: a whole election day without a screen, through the same station',
  '  --voters N --seed S   24 to 10000 voters (60), the same seed plays the same day (1)',
  '  --lanes K             1 to 10 laptops, connected; households share a lane, and some come to another (1)',
  '  --stations N          1 to 20 stations, one after the other; one voter comes to two of them (1)',
  '  --collector URL       sends to a mock collector that runs there (tizme collector --mock); look at its page',
  '  --faults              paper, cables, processes, clocks and power fail at moments drawn from the seed',
  '  --prints DIR          real scanned fingers (<finger>_<impression>.png): ten voters, enrolled with 1-3',
  '  --export DIR          writes the logs with their checkpoints, and the reports',
  '  --packages            the whole way: a national register, keys of three members, a package that two sign, laptops',
  '                        that it makes lanes, the day, and the end of the list afterwards',
  '  --receipts 1|2        receipts and ballots for each voter (1)',
  '  --finger-pool N       only so many different people’s fingers are drawn; quick for thousands of voters',
  '  --json                end with one line of JSON',
  'Exit code 1 if any sum disagrees that was not planted, or a planted difference is not named.',
];

const OPTIONS = {
  voters: { type: 'string', default: '60' },
  seed: { type: 'string', default: '1' },
  lanes: { type: 'string', default: '1' },
  stations: { type: 'string', default: '1' },
  collector: { type: 'string' },
  faults: { type: 'boolean', default: false },
  packages: { type: 'boolean', default: false },
  prints: { type: 'string' },
  export: { type: 'string' },
  receipts: { type: 'string', default: '1' },
  'finger-pool': { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

const requestSchema = z.object({
  voters: z.coerce.number().int().min(24).max(10_000),
  seed: z.coerce.number().int().min(0),
  lanes: z.coerce.number().int().min(1).max(10),
  stations: z.coerce.number().int().min(1).max(20),
  collector: z.url().optional(),
  faults: z.boolean(),
  packages: z.boolean(),
  prints: z.string().min(1).optional(),
  export: z.string().min(1).optional(),
  receipts: z.enum(['1', '2']),
  'finger-pool': z.coerce.number().int().min(2).optional(),
  json: z.boolean(),
});
type Request = z.infer<typeof requestSchema>;

interface PlayedStations {
  readonly summaries: readonly DaySummary[];
  readonly doubles: DoublesFound;
}

/** `tizme mock`: opening, voters of all kinds, closing, upload and the verification of the log. */
export async function runMock(args: readonly string[], io: CommandIo): Promise<number> {
  if (args.includes('--help')) {
    for (const line of USAGE) io.out(line);
    return 0;
  }
  const request = parseRequest(args);
  if (!request.ok) {
    io.progress(`tizme mock: ${request.error}`);
    return 2;
  }
  const directory = mkdtempSync(join(tmpdir(), 'tizme-mock-'));
  try {
    const played = await playDay(request.value, directory, io);
    if (!played.ok) {
      io.progress(`tizme mock: ${played.error}`);
      return 1;
    }
    const say = (line: string): void => (request.value.json ? io.progress(line) : io.out(line));
    const { summaries, doubles } = played.value;
    for (const line of [...summaries.flatMap(summaryLines), ...doublesLines(doubles)]) say(line);
    const isOk = summaries.every(({ problems }) => problems.length === 0) && doubles.isAsPlanted;
    const [first, ...others] = summaries;
    const figures = others.length === 0 ? first : { stations: summaries, doubles };
    if (request.value.json) io.out(JSON.stringify({ ok: isOk, ...figures }));
    return isOk ? 0 : 1;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function playDay(
  request: Request,
  directory: string,
  io: CommandIo,
): Promise<Result<PlayedStations, string>> {
  const cast = castElection(request);
  if (!cast.ok) return cast;
  const program = findProgramFiles();
  const packages = await writePackages(cast.value, directory, io);
  if (!packages.ok) return packages;
  const visitors = mockCentreFiles(packages.value[0]?.directory ?? directory);
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
        directory: join(directory, String(election.station.number)),
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
  readonly io: CommandIo;
}

async function playStation(
  request: Request,
  { election, electionPackage, fingers, workers, centre, directory, io }: StationOfDay,
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
    if (request.packages) {
      const taken = await takePackagePath(
        {
          ...{ election, electionPackage, directory, lanes: request.lanes },
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
function exportDirectoryOf({ export: folder, stations }: Request, station: number): string | null {
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

/** At the second station the same person has another key. */
function isSamePerson(person: SyntheticPerson, twice: SyntheticVoter | null): boolean {
  return twice !== null && person.face.seed === twice.face.seed && person.name === twice.name;
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
  let through = 0;
  let tellAll: () => void = () => {};
  const all = new Promise<void>((resolve) => {
    tellAll = resolve;
  });
  const lastIsThrough = (): Promise<void> => {
    through += 1;
    if (through === options.lanes) tellAll();
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

/** The people of the day and where their fingers come from. */
interface Cast extends StationsOfOneElection {
  readonly fingers: FingerSource;
}

function castElection(request: Request): Result<Cast, string> {
  const { voters, seed, receipts, stations: count } = request;
  if (request.packages && (count > 1 || request.collector !== undefined))
    return err('--packages: one station, with the collector of its own day');
  const { stations, twice } = stationsOfOneElection(
    {
      voters,
      seed,
      lanes: request.lanes,
      // The rules of 2025: voters of other districts are identified here, by the records that the day's own centre has.
      anyPrecinct: count === 1 && request.collector === undefined,
      twoReceipts: receipts === '2',
      ...(request['finger-pool'] === undefined ? {} : { fingerPool: request['finger-pool'] }),
    },
    count,
  );
  if (request.prints === undefined) {
    const cacheDirectory = join(dataDirectory(), 'cache', 'fingers');
    return ok({ stations, twice, fingers: drawnFingers({ cacheDirectory }) });
  }
  if (count > 1) return err('--prints: scanned fingers are those of one station');
  const prints = scannedPrints(request.prints);
  if (!prints.ok) return err(`--prints: ${prints.error.code}`);
  const { value: fingers } = prints;
  return ok({ stations: stations.map((one) => withScannedFingers(one, fingers)), twice, fingers });
}

/** Reads an export as an observer does: nothing but the files, and the photographs of the reports' checkpoints. */
function verifyOne(directory: string, checkpoints: readonly string[]): string[] {
  const verified = verifyExport(directory, { checkpoints });
  return verified.ok ? [] : verified.error.map((fault) => `export: ${fault.code}`);
}

function parseRequest(args: readonly string[]): Result<Request, string> {
  let values: unknown;
  try {
    values = parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    return err(error instanceof Error ? error.message : 'the arguments can not be read');
  }
  const parsed = requestSchema.safeParse(values);
  if (parsed.success) return ok(parsed.data);
  const [issue] = parsed.error.issues;
  return err(`--${String(issue?.path[0] ?? '')}: ${issue?.message ?? 'not understood'}`);
}
