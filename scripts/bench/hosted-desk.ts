import { join } from 'node:path';
import type { ElectionPackage } from '../../fixtures/election/election-package.ts';
import { everybody, type SyntheticElection } from '../../fixtures/election/generate-election.ts';
import { provisionMockLane } from '../../fixtures/mock-lane/provision-mock-lane.ts';
import type { DockCommand } from '../../src/domain/dock.ts';
import type { MessagePortLike } from '../../src/domain/message-port.ts';
import { unwrap } from '../../src/domain/result.ts';
import { systemTimer } from '../../src/domain/timer.ts';
import type { WindowKind } from '../../src/domain/window-kind.ts';
import { forkProcess } from '../hosts/shared/fork-process.ts';
import { type HostOptions, stationOptionsOf } from '../hosts/shared/host-options.ts';
import type { ProgramFiles } from '../hosts/shared/program-files.ts';
import { StationHost } from '../hosts/shared/station-host.ts';
import { MockOperator } from '../mock-day/operator.ts';
import { prepare } from '../mock-day/play-day.ts';
import { ScreenDouble } from '../mock-day/screen-double.ts';
import { measurePaintedDesk } from './painted-desk.ts';
import { residentMegabytes } from './process-memory.ts';

export interface HostedDeskOptions {
  readonly election: SyntheticElection;
  readonly electionPackage: ElectionPackage;
  readonly directory: string;
  readonly program: ProgramFiles;
  /** How many times faster than real ones the simulated devices are. */
  readonly speed: number;
  readonly progress: (done: number, of: number) => void;
}

export interface HostedDeskFigures {
  /** From the start of the host to a desk that takes PINs: processes up, devices open, first snapshot. */
  readonly coldStartSeconds: number;
  /** The same to a desk that is painted in a browser; null where there is none. */
  readonly paintedSeconds: number | null;
  readonly stationMegabytes: number;
  readonly devicesMegabytes: number;
  readonly voters: number;
}

/** The processes as a host runs them: starts them cold, then serves the whole list through them. */
export async function measureHostedDesk(options: HostedDeskOptions): Promise<HostedDeskFigures> {
  const { election, electionPackage, program } = options;
  const directory = join(options.directory, 'hosted');
  unwrap(
    await provisionMockLane({
      electionPackage,
      directory,
      lane: 1,
      migrations: join(program.migrationsDirectory, 'station'),
    }),
  );
  const paintedSeconds = await measurePaintedDesk(hostOptions(electionPackage, directory), program);
  const begun = performance.now();
  const host = createHost(options, directory);
  unwrap(await host.start());
  const desk = new ScreenDouble('desk');
  desk.open({ connect: (kind, port) => connectWindow(host, kind, port) });
  await desk.until('every device', ({ devices }) =>
    Object.values(devices).every(({ status }) => status.state === 'ready'),
  );
  const coldStartSeconds = (performance.now() - begun) / 1000;
  const hands = {
    desk,
    async hand(command: DockCommand): Promise<void> {
      await desk.call('dock', { command });
    },
  };
  const operator = new MockOperator(hands, election.roster, (person) => person.awkward !== 'impostor');
  try {
    await prepare(hands, operator);
    unwrap(await desk.call('openStation', { approvals: operator.approvals('chair', 'secretary') }));
    const people = everybody(election);
    for (const [index, person] of people.entries()) {
      await operator.serve(person, 0);
      options.progress(index + 1, people.length);
    }
    const { station, devices } = host.processIds();
    return {
      coldStartSeconds,
      paintedSeconds,
      stationMegabytes: residentMegabytes(station) ?? 0,
      devicesMegabytes: residentMegabytes(devices) ?? 0,
      voters: people.length,
    };
  } finally {
    await host.stop();
  }
}

function createHost(
  { electionPackage, program, speed }: HostedDeskOptions,
  dataDirectory: string,
): StationHost {
  const options = hostOptions(electionPackage, dataDirectory);
  return new StationHost({
    spawnStation: () => forkProcess(program.stationEntry),
    spawnDevices: () => forkProcess(program.simulatedDevicesEntry),
    stationOptions: stationOptionsOf(options, program),
    devicesOptions: { packageDirectory: electionPackage.directory, seed: 1, speed },
    timer: systemTimer(),
    log: () => {},
    onFatal: (code) => {
      throw new Error(`the station can't run: ${code}`);
    },
  });
}

function hostOptions(electionPackage: ElectionPackage, dataDirectory: string): HostOptions {
  return {
    dataDirectory,
    packageDirectory: electionPackage.directory,
    collectorUrl: null,
    language: 'ky',
    seed: 1,
    devices: 'simulated',
    windows: ['desk'],
    kiosk: false,
    contentProtection: false,
  };
}

/** A window that is no browser: its messages go the host's way, envelope and all. */
function connectWindow(host: StationHost, kind: WindowKind, port: MessagePortLike): void {
  const window = host.openWindow(kind, (message) => port.post(message));
  port.onMessage((message) => window.receive(message));
}
