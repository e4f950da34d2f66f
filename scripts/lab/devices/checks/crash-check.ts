import { kill } from 'node:process';
import type { DeviceKind } from '../../../../src/domain/devices.ts';
import { wipeImage } from '../../../../src/domain/grey-image.ts';
import { devicesToHostSchema, type HostToDevices } from '../../../../src/domain/host-wire.ts';
import { RelayedPort } from '../../../../src/domain/relayed-port.ts';
import { systemTimer } from '../../../../src/domain/timer.ts';
import {
  connectDevices,
  type DevicesClient,
} from '../../../../src/station/devices-client/connect-devices.ts';
import { forkProcess } from '../../../hosts/shared/fork-process.ts';
import type { RunningProcess } from '../../../hosts/shared/running-process.ts';
import { Supervisor } from '../../../hosts/shared/supervisor.ts';
import type { Player } from '../played/player.ts';
import { expectThat, READY_MILLISECONDS, waitUntil, within } from './lab-desk.ts';

/** A host and a station's end of the wire around a devices process of the real kind. */
class WatchedDevices {
  /** Null until the first devices process is there. */
  client: DevicesClient | null = null;
  /** Devices processes that have introduced themselves. */
  greeted = 0;
  readonly ends: (number | null)[] = [];
  private readonly supervisor: Supervisor;
  private port: RelayedPort | null = null;
  private connection = 0;

  constructor(entry: URL) {
    this.supervisor = new Supervisor(() => forkProcess(entry), systemTimer(), {
      up: (process) => this.up(process),
      down: (code) => {
        this.ends.push(code);
        this.port?.close();
      },
    });
    this.supervisor.start();
  }

  get processId(): number {
    return this.supervisor.process?.processId ?? 0;
  }

  async stop(): Promise<void> {
    this.client?.close();
    await this.supervisor.stop((process) => process.port.post({ type: 'stop' } satisfies HostToDevices));
  }

  private up(process: RunningProcess): void {
    const post = (message: HostToDevices) => process.port.post(message);
    process.port.onMessage((message) => {
      const parsed = devicesToHostSchema.parse(message);
      if (parsed.type === 'ready') {
        this.connection += 1;
        post({ type: 'connect', connection: this.connection });
      } else if (parsed.type === 'message') {
        this.port?.receive(parsed.message);
      } else {
        this.greeted += 1;
        const port = new RelayedPort((each) => post({ type: 'message', message: each }));
        this.port = port;
        if (this.client === null) this.client = connectDevices(port);
        else this.client.reconnect(port);
      }
    });
    post({ type: 'start', options: { packageDirectory: '/', seed: null } });
  }
}

export interface CrashTimes {
  /** From the crash until the station's running call was answered "restarting": the desk goes on. */
  readonly told: number;
  /** Until a new devices process was there and answered. */
  readonly back: number;
  /** Until frames of the scanner came again; null where no device is played. */
  readonly frames: number | null;
}

export function describeCrash({ told, back, frames }: CrashTimes): string {
  const again = frames === null ? '' : `, frames after ${Math.round(frames)} ms`;
  return `told after ${Math.round(told)} ms, back after ${Math.round(back)} ms${again}`;
}

/**
 * SIGSEGV in a devices process in the middle of a capture. With a `player` a real capture through the native
 * package runs; without, there is no USB on this machine and the process has nothing to open.
 */
export async function crashDevicesProcess(entry: URL, player: Player | null): Promise<CrashTimes> {
  const watched = new WatchedDevices(entry);
  try {
    await waitUntil(() => watched.greeted === 1, READY_MILLISECONDS, 'the devices process is there');
    const client = watched.client;
    expectThat(client !== null, 'there is no client');
    await client.whenReady();
    const frames = () => countFrames(client);
    if (player !== null) {
      await player.plug('futronic');
      await waitUntil(
        () => isThere(client, 'fingerprint-scanner'),
        READY_MILLISECONDS,
        'the scanner is found',
      );
    }
    const capture = player === null ? null : frames();
    if (capture !== null) await waitUntil(() => capture.count() > 2, READY_MILLISECONDS, 'frames come');
    // A call that runs when it happens; without a scanner the printer's paper is asked for right before.
    const asked = capture?.ended ?? client.devices.printer.paper();
    const crashed = performance.now();
    kill(watched.processId, 'SIGSEGV');
    const ended = await within(asked, READY_MILLISECONDS, 'the running call ends');
    const told = performance.now() - crashed;
    const right = !ended.ok && (ended.error.code === 'restarting' || capture === null);
    expectThat(right, `the call ended: ${JSON.stringify(ended)}`);
    await waitUntil(() => watched.greeted === 2, READY_MILLISECONDS, 'a new devices process is there');
    await within(client.devices.printer.paper(), READY_MILLISECONDS, 'the new process answers');
    const back = performance.now() - crashed;
    expectThat(watched.ends.length === 1 && watched.ends[0] === null, `it ended: ${watched.ends.join()}`);
    if (capture === null) return { told, back, frames: null };
    await waitUntil(
      () => isThere(client, 'fingerprint-scanner'),
      READY_MILLISECONDS,
      'the scanner is found again',
    );
    const again = frames();
    await waitUntil(() => again.count() > 0, READY_MILLISECONDS, 'frames come again');
    return { told, back, frames: performance.now() - crashed };
  } finally {
    await watched.stop();
    await player?.unplug('futronic');
  }
}

function countFrames({ devices }: DevicesClient) {
  let count = 0;
  const ended = devices.scanner.capture(({ image }) => {
    count += 1;
    wipeImage(image);
  }, new AbortController().signal);
  return { count: () => count, ended };
}

function isThere({ devices }: DevicesClient, kind: DeviceKind): boolean {
  const { info, status } = devices.scanner.status();
  return info.kind === kind && info.model !== '' && status.state === 'ready';
}
