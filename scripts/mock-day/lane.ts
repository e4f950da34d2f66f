import { mkdirSync } from 'node:fs';
import type { ElectionPackage } from '../../fixtures/election/election-package.ts';
import { PRACTICE_PIN_COST, provisionMockLane } from '../../fixtures/mock-lane/provision-mock-lane.ts';
import { createRandom } from '../../fixtures/random.ts';
import { serveDevices } from '../../native-bridges/devices-process.ts';
import { createSimulatedDevices } from '../../native-bridges/simulated/simulated-devices.ts';
import type { DeviceSet } from '../../src/domain/devices.ts';
import type { DockCommand, SimulatedPeople } from '../../src/domain/dock.ts';
import { createPortPair, type PortPair } from '../../src/domain/message-port.ts';
import { unwrap } from '../../src/domain/result.ts';
import { systemTimer } from '../../src/domain/timer.ts';
import type { FingerprintWorkers } from '../../src/fingerprint/fingerprint-workers.ts';
import { composeStation } from '../../src/station/compose-station.ts';
import {
  connectDevices,
  type DevicesClient,
  limitsInRealTime,
} from '../../src/station/devices-client/connect-devices.ts';
import type { Station } from '../../src/station/station.ts';
import {
  type JournalSettings,
  markStick,
  writeJournalSettings,
} from '../../src/station/stick/journal-settings.ts';
import { type SettableClock, settableClock } from '../../src/store/clock.ts';
import type { MockNetwork } from './mock-network.ts';
import { ScreenDouble } from './screen-double.ts';

export interface MockLaneSetup {
  readonly electionPackage: ElectionPackage;
  /** A folder of this lane's own. */
  readonly directory: string;
  readonly lane: number;
  readonly people: SimulatedPeople;
  readonly workers: FingerprintWorkers;
  readonly migrationsDirectory: string;
  /** Receipts of a collector whose key isn't known are kept as they come. */
  readonly collector: { readonly url: string; readonly publicKey: Uint8Array | null } | null;
  /** Null: beside the lane's own files. */
  readonly exportDirectory: string | null;
  /** Null from sources: the npm package has them. */
  readonly fontsDirectory: string | null;
  readonly seed: number;
  /** How many times faster than real devices the simulated ones are. */
  readonly speed: number;
  readonly startMs: number;
  /** Null where the day has one lane. */
  readonly network: MockNetwork | null;
  /** Where a lane listens that was made from a package; its roster is in its own database. */
  readonly port?: number;
  /** A lane that a package made: it lies in `directory` already, and its list here. */
  readonly fromPackage?: { readonly registerFile: string; readonly port: number };
  /** Folders that stand for sticks that somebody plugs in. */
  readonly sticks?: readonly string[];
  /** A folder that stands for the stick in the laptop, and who can read it; left out, there is none. */
  readonly stick?: JournalSettings;
  /** So many times as long as a real table waits for another one's answer; left out, just as long. */
  readonly lanePatience?: number;
  /** Stands between station and devices, for measuring. */
  readonly wrapDevices?: (devices: DeviceSet) => DeviceSet;
}

/**
 * One lane of a mock day without a screen: the very station, behind its windows' own messages, with simulated
 * devices at the other end of the devices' wire. It can be killed and started again at any moment.
 */
export class MockLane {
  readonly clock: SettableClock;
  readonly desk = new ScreenDouble('desk');
  readonly observer = new ScreenDouble('observer');
  readonly issuing = new ScreenDouble('issuing');
  readonly setup: MockLaneSetup;
  #station: Station | null = null;
  #client: DevicesClient | null = null;
  #wire: PortPair | null = null;
  #closeDevices: () => void = () => {};
  #boots = 0;

  private constructor(setup: MockLaneSetup) {
    this.setup = setup;
    this.clock = settableClock({ wallMs: setup.startMs });
  }

  static async open(setup: MockLaneSetup): Promise<MockLane> {
    const { electionPackage, directory, lane, migrationsDirectory } = setup;
    if (setup.fromPackage === undefined)
      unwrap(
        await provisionMockLane({
          electionPackage,
          directory,
          lane,
          migrations: `${migrationsDirectory}/station`,
          ...(setup.network === null ? {} : { network: setup.network }),
        }),
      );
    if (setup.stick !== undefined) {
      mkdirSync(setup.stick.stick, { recursive: true });
      markStick(setup.stick.stick, 'TRAINING\n');
      writeJournalSettings(directory, setup.stick);
    }
    return MockLane.provisioned(setup);
  }

  /** A lane whose folder is there already, as `tizme provision` leaves it. */
  static async provisioned(setup: MockLaneSetup): Promise<MockLane> {
    const mock = new MockLane(setup);
    await mock.start();
    return mock;
  }

  /** Starts the devices and the station, as the host does at power-on. */
  async start(): Promise<void> {
    const { setup, clock } = this;
    const timer = systemTimer(setup.speed);
    this.#wire = this.#startDevices();
    const client = connectDevices(this.#wire.near, {
      timer,
      // Limits and heartbeats are real time: a busy machine must not look like a dead one in a day twenty times as fast.
      limits: limitsInRealTime(setup.speed),
      timing: { heartbeatMilliseconds: 1_000 * setup.speed, heartbeatsMissed: 20 },
    });
    this.#client = client;
    client.onLost(() => {
      this.#wire = this.#startDevices();
      client.reconnect(this.#wire.near);
    });
    const station = unwrap(
      composeStation({
        dataDirectory: setup.directory,
        registerFile: setup.fromPackage?.registerFile ?? setup.electionPackage.registerFile,
        ...(setup.sticks === undefined ? {} : { sticks: setup.sticks }),
        migrationsDirectory: setup.migrationsDirectory,
        collectorUrl: setup.collector?.url ?? null,
        ...(setup.collector?.publicKey == null ? {} : { collectorKey: setup.collector.publicKey }),
        ...(setup.exportDirectory === null ? {} : { exportDirectory: setup.exportDirectory }),
        ...(setup.fontsDirectory === null ? {} : { fontsDirectory: setup.fontsDirectory }),
        devices: setup.wrapDevices?.(client.devices) ?? client.devices,
        bench: client.bench,
        dock: () => client.dock,
        devicesReady: client.whenReady(),
        workers: setup.workers,
        clock,
        timer,
        pinCost: PRACTICE_PIN_COST,
        // Lanes talk in real time: a busy machine must not look like a cut network.
        lanes: {
          host: '127.0.0.1',
          port: setup.fromPackage?.port ?? setup.network?.port ?? setup.port ?? 0,
          multicast: false,
          timer: systemTimer(1, setup.lanePatience),
        },
      }),
    );
    this.#station = station;
    for (const screen of [this.desk, this.observer, this.issuing]) screen.open(station);
    await client.whenReady();
  }

  /** The laptop is switched off and on again: whatever was only in memory is gone. */
  async restart(): Promise<void> {
    this.#closeDevices();
    this.#client?.close();
    await this.#station?.stop();
    for (const screen of [this.desk, this.observer, this.issuing]) screen.close();
    this.#boots += 1;
    this.clock.reboot(`boot-${this.#boots}`);
    await this.start();
  }

  async stop(): Promise<void> {
    this.#closeDevices();
    this.#client?.close();
    await this.#station?.stop();
  }

  /** What a hand does at this desk. */
  async hand(command: DockCommand): Promise<void> {
    await this.desk.call('dock', { command });
  }

  #startDevices(): PortPair {
    this.#closeDevices();
    const { people, seed, speed, lane } = this.setup;
    const pair = createPortPair();
    const random = createRandom(seed).fork(`devices-${lane}`);
    const simulated = createSimulatedDevices({
      people,
      random: () => random.next(),
      timer: systemTimer(speed),
      crash: () => pair.close(),
    });
    const stopServing = serveDevices(simulated, pair.far);
    this.#closeDevices = () => {
      stopServing();
      simulated.close();
    };
    return pair;
  }
}
