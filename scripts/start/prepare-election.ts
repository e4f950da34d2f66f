import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { drawnFingers } from '../../fixtures/election/drawn-fingers.ts';
import { readElection, writeElection } from '../../fixtures/election/election-package.ts';
import { generateElection } from '../../fixtures/election/generate-election.ts';
import { provisionMockLane } from '../../fixtures/mock-lane/provision-mock-lane.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import type { IsoDate } from '../../src/domain/voter.ts';
import { LANE_FILE } from '../../src/station/lane/lane-file.ts';
import type { CommandIo } from '../command-io.ts';
import { type HostOptions, readHostOptions } from '../hosts/shared/host-options.ts';
import { progressBar } from '../progress.ts';
import { deviceSettingsFileOf } from './data-directory.ts';
import { prepareTrainingStick, trainingCentreRecipient } from './training-stick.ts';

/** Written by provisioning: this laptop belongs to a station, and `start` opens that one. */
export const PROVISIONED_FILE = 'host-options.json';

/** The only time zone of the country. */
const STATION_TIME_ZONE = 'Asia/Bishkek';

export interface MockElectionRequest {
  readonly voters: number;
  readonly seed: number;
  /** Throw away the day that was played before. */
  readonly fresh: boolean;
  /** The election is held on this day: a rehearsal takes place as if it were the day itself. */
  readonly electionDate: IsoDate;
  /** Voters of other districts are identified here, by the rules of 2025. */
  readonly anyPrecinct?: boolean;
  /** Of another mock election, of which this laptop may become a table: the folder with its people. */
  readonly people?: string | null;
  /** Where enrolled fingers are kept, since drawing them is slow; in the data directory unless given. */
  readonly fingersCache?: string;
}

/**
 * The election of this laptop: the one that it was provisioned with, else a mock election, generated the first
 * time. Everything of a mock election lies in a folder of its own, named `training-...`.
 */
export async function prepareElection(
  data: string,
  migrationsDirectory: string,
  request: MockElectionRequest,
  io: CommandIo,
): Promise<Result<HostOptions, { readonly code: string }>> {
  const deviceSettingsFile = deviceSettingsFileOf(data);
  const provisioned = readHostOptions(join(data, PROVISIONED_FILE));
  if (provisioned.ok) return ok({ deviceSettingsFile, ...provisioned.value });
  if (provisioned.error.code === 'options-damaged') return provisioned;
  const { voters, seed, fresh, electionDate, anyPrecinct = false } = request;
  const folder = join(data, `training-${electionDate}-${voters}-${seed}`);
  const packageDirectory = join(folder, 'package');
  const dataDirectory = join(folder, 'station');
  keepDeviceSettings(join(dataDirectory, 'devices.json'), deviceSettingsFile);
  // One that another version made, by other rules, or that was left half done, is made again: it is only training.
  const made = readElection(packageDirectory);
  if (!made.ok || made.value.content.generated.anyPrecinct !== anyPrecinct) {
    rmSync(dataDirectory, { recursive: true, force: true });
    const written = await writePackage(packageDirectory, data, request, io);
    if (!written.ok) return written;
  }
  if (fresh) rmSync(dataDirectory, { recursive: true, force: true });
  if (!existsSync(join(dataDirectory, LANE_FILE))) {
    const provisioned = await provision(packageDirectory, dataDirectory, migrationsDirectory);
    if (!provisioned.ok) return provisioned;
    await prepareTrainingStick(folder, dataDirectory);
  }
  return ok({
    dataDirectory,
    packageDirectory,
    deviceSettingsFile,
    collectorUrl: null,
    collectorRecipient: await trainingCentreRecipient(folder),
    language: 'ky',
    seed,
    devices: 'simulated',
    windows: ['desk', 'observer', 'issuing'],
    kiosk: false,
    contentProtection: false,
    blank: { data, people: request.people ?? null },
  });
}

/** Today where the mock election is held. */
export function todayAtStation(nowMs: number = Date.now()): IsoDate {
  return new Intl.DateTimeFormat('en-CA', { timeZone: STATION_TIME_ZONE, dateStyle: 'short' }).format(nowMs);
}

/** Earlier versions kept them with the election, where beginning the day again threw them away. */
function keepDeviceSettings(earlier: string, settingsFile: string): void {
  if (existsSync(earlier) && !existsSync(settingsFile)) renameSync(earlier, settingsFile);
}

/** Generates beside the place and moves there at the end, so that a package is whole or not there. */
async function writePackage(
  directory: string,
  data: string,
  request: MockElectionRequest,
  io: CommandIo,
): Promise<Result<void, { readonly code: string }>> {
  const { voters, seed, electionDate, anyPrecinct = false } = request;
  const { fingersCache = join(data, 'cache', 'fingers') } = request;
  const unfinished = `${directory}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  rmSync(directory, { recursive: true, force: true });
  io.progress(
    `Generating a mock election with ${voters} voters (seed ${seed}); the next start finds it ready.`,
  );
  const written = await writeElection(
    unfinished,
    generateElection({ voters, seed, electionDate, anyPrecinct }),
    {
      fingers: drawnFingers({ cacheDirectory: fingersCache }),
      onProgress: (step, done, of) => io.progress(progressBar(step, done, of)),
    },
  );
  if (!written.ok) return err({ code: written.error.code });
  renameSync(unfinished, directory);
  return ok();
}

/** Turns the folder into lane 1; one without its lane file was left half done, and is made again. */
async function provision(
  packageDirectory: string,
  directory: string,
  migrationsDirectory: string,
): Promise<Result<void, { readonly code: string }>> {
  const electionPackage = readElection(packageDirectory);
  if (!electionPackage.ok) return err({ code: electionPackage.error.code });
  rmSync(directory, { recursive: true, force: true });
  const provisioned = await provisionMockLane({
    electionPackage: electionPackage.value,
    directory,
    lane: 1,
    migrations: join(migrationsDirectory, 'station'),
  });
  return provisioned.ok ? ok() : err({ code: provisioned.error });
}
