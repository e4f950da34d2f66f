import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import {
  type ElectionPackage,
  readElection,
  regenerateElection,
} from '../../fixtures/election/election-package.ts';
import { provisionMockLane } from '../../fixtures/mock-lane/provision-mock-lane.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { newDeviceId } from '../../src/station/compose-station.ts';
import { LANE_FILE } from '../../src/station/lane/lane-file.ts';
import { createLaneKeys, type LaneKeys, makeRoster } from '../../src/station/lanes/lane-keys.ts';
import type { HostOptions } from '../hosts/shared/host-options.ts';
import { prepareTrainingStick } from './training-stick.ts';

/** More than are ever looked at on one machine's screens. */
export const MOST_MOCK_LANES = 4;

export interface MockLanesRequest {
  readonly lanes: number;
  /** Throw away the day that was played before, on every lane. */
  readonly fresh: boolean;
}

/**
 * A mock station of several lanes on this machine, each with a folder, a ledger, keys and a stick of its own, as
 * on as many laptops. They are made together, for each is told of all the others.
 * @param single The mock election with one lane, as `prepareElection` gives it.
 * @returns one laptop's options for each lane, in their order
 */
export async function prepareLanes(
  single: HostOptions,
  migrationsDirectory: string,
  { lanes, fresh }: MockLanesRequest,
): Promise<Result<readonly HostOptions[], { readonly code: string }>> {
  const folder = join(single.packageDirectory, '..', `station-of-${lanes}`);
  const laneFolder = (lane: number): string => join(folder, `lane-${lane}`);
  const numbers = Array.from({ length: lanes }, (_, index) => index + 1);
  if (fresh) rmSync(folder, { recursive: true, force: true });
  if (!numbers.every((lane) => existsSync(join(laneFolder(lane), 'station', LANE_FILE)))) {
    const electionPackage = readElection(single.packageDirectory);
    if (!electionPackage.ok) return err({ code: electionPackage.error.code });
    const made = await makeStation(electionPackage.value, folder, numbers, migrationsDirectory);
    if (!made.ok) return made;
  }
  return ok(
    numbers.map((lane) => ({
      ...single,
      // These have their tables already.
      blank: null,
      dataDirectory: join(laneFolder(lane), 'station'),
      // The observers look at one display a station; every table has its own desk and issuing table.
      windows: lane === 1 ? single.windows : single.windows.filter((kind) => kind !== 'observer'),
    })),
  );
}

/** Made beside its place and moved there at the end: all lanes of one roster, or none. */
async function makeStation(
  electionPackage: ElectionPackage,
  folder: string,
  numbers: readonly number[],
  migrationsDirectory: string,
): Promise<Result<void, { readonly code: string }>> {
  rmSync(folder, { recursive: true, force: true });
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  const keys: (LaneKeys & { readonly address: string })[] = [];
  for (const lane of numbers)
    keys.push({
      ...(await createLaneKeys(lane, newDeviceId(lane))),
      address: `127.0.0.1:${await freePort()}`,
    });
  const { voters } = regenerateElection(electionPackage);
  const roster = makeRoster(
    keys,
    voters.map(({ voter }) => ({ listNumber: voter.listNumber, address: voter.address })),
  );
  for (const one of keys) {
    const directory = join(unfinished, `lane-${one.lane}`, 'station');
    mkdirSync(directory, { recursive: true });
    const provisioned = await provisionMockLane({
      electionPackage,
      directory,
      lane: one.lane,
      migrations: join(migrationsDirectory, 'station'),
      network: { keys: one, roster },
    });
    if (!provisioned.ok) return err({ code: provisioned.error });
  }
  renameSync(unfinished, folder);
  // The settings name the place where the stick is, so they are written where everything stays.
  for (const lane of numbers) {
    const laneFolder = join(folder, `lane-${lane}`);
    await prepareTrainingStick(laneFolder, join(laneFolder, 'station'));
  }
  return ok();
}

/** Free now; should somebody take it before the lane does, the lane listens elsewhere and is found by mDNS. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
