import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { throwIllegalValue } from '../../../src/domain/assert.ts';
import {
  type DevicesOptions,
  type DevicesToHost,
  devicesToHostSchema,
  type HostToDevices,
  type HostToStation,
  type StationOptions,
  type StationToHost,
  stationToHostSchema,
} from '../../../src/domain/host-wire.ts';
import { err, ok, type Result } from '../../../src/domain/result.ts';
import { type CancelTimer, giveUpAfter, type Timer } from '../../../src/domain/timer.ts';
import type { WindowKind } from '../../../src/domain/window-kind.ts';
import type { FromStation } from '../../../src/station/api/api.ts';
import { MessageRate } from './message-rate.ts';
import type { RunningProcess, SpawnProcess } from './running-process.ts';
import { Supervisor } from './supervisor.ts';

const PING_EVERY_MS = 5_000;
/** Pings without an answer after which the station is stuck (a long import or a slow disk is not). */
const PINGS_UNANSWERED = 6;
/** Ends before the first `ready` after which starting again is pointless. */
const FAILED_STARTS = 3;
const MESSAGE_BURST = 200;
const MESSAGES_PER_SECOND = 100;

export interface StationHostOptions {
  readonly spawnStation: SpawnProcess;
  readonly spawnDevices: SpawnProcess;
  readonly stationOptions: StationOptions;
  readonly devicesOptions: DevicesOptions;
  readonly timer: Timer;
  /** One plain line about a process, never personal data. */
  readonly log: (line: string) => void;
  /** The station said that it can't run here, after it had been ready. */
  readonly onFatal: (code: string) => void;
}

/** The host's end of one open window. */
export interface HostWindow {
  /** A message from the screen; false where the screen sends too many and should be cut off. */
  receive(message: unknown): boolean;
  close(): void;
}

interface OpenWindow {
  readonly kind: WindowKind;
  readonly send: (message: unknown) => void;
}

const callOfScreen = z.object({ type: z.literal('call'), id: z.number() });

/**
 * Keeps the station and the devices process running, and carries messages between them and the windows. Both
 * hosts use it; they differ only in how they start a process and how they show a window.
 */
export class StationHost {
  private readonly options: StationHostOptions;
  private readonly station: Supervisor;
  private readonly devices: Supervisor;
  private readonly windows = new Map<string, OpenWindow>();
  private settleStart: ((result: Result<void, { readonly code: string }>) => void) | null = null;
  private wasReady = false;
  private failedStarts = 0;
  private devicesReady = false;
  /** Counts the stations that were connected to the devices; only the newest one is spoken to. */
  private connection = 0;
  private devicesConnected = false;
  private pingSequence = 0;
  private lastPong = 0;
  private cancelPing: CancelTimer | null = null;

  constructor(options: StationHostOptions) {
    this.options = options;
    this.station = new Supervisor(options.spawnStation, options.timer, {
      up: (process) => this.stationUp(process),
      down: (code) => this.stationDown(code),
    });
    this.devices = new Supervisor(options.spawnDevices, options.timer, {
      up: (process) => this.devicesUp(process),
      down: (code) => this.devicesDown(code),
    });
  }

  /** Starts both processes; settles when the station is ready, or with the reason why it never will be. */
  start(): Promise<Result<void, { readonly code: string }>> {
    return new Promise((resolve) => {
      this.settleStart = resolve;
      this.station.start();
      this.devices.start();
    });
  }

  /** Lets both processes finish and end. */
  async stop(): Promise<void> {
    this.cancelPing?.();
    await Promise.all([
      this.station.stop((process) => postToStation(process, { type: 'stop' })),
      this.devices.stop((process) => postToDevices(process, { type: 'stop' })),
    ]);
  }

  /** The memory figures and the tests ask for these. */
  processIds(): { readonly station: number | null; readonly devices: number | null } {
    return {
      station: this.station.process?.processId ?? null,
      devices: this.devices.process?.processId ?? null,
    };
  }

  openWindow(kind: WindowKind, send: (message: unknown) => void): HostWindow {
    const windowId = randomUUID();
    const rate = new MessageRate(MESSAGE_BURST, MESSAGES_PER_SECOND, () => performance.now());
    this.windows.set(windowId, { kind, send });
    this.toStation({ type: 'window-opened', windowId, kind });
    return {
      receive: (message) => {
        if (!this.windows.has(windowId) || !rate.take()) return false;
        if (this.station.process === null) this.refuse(send, message);
        else this.toStation({ type: 'window-message', windowId, message });
        return true;
      },
      close: () => {
        if (this.windows.delete(windowId)) this.toStation({ type: 'window-closed', windowId });
      },
    };
  }

  private toStation(message: HostToStation): void {
    if (this.station.process !== null) postToStation(this.station.process, message);
  }

  private stationUp(process: RunningProcess): void {
    process.port.onMessage((message) => {
      const parsed = stationToHostSchema.safeParse(message);
      if (parsed.success) this.fromStation(parsed.data);
      else this.restartBroken(process, 'station');
    });
    postToStation(process, { type: 'start', options: this.options.stationOptions });
    for (const [windowId, { kind }] of this.windows) {
      postToStation(process, { type: 'window-opened', windowId, kind });
    }
    this.connectDevices();
  }

  private stationDown(code: number | null): void {
    this.cancelPing?.();
    this.devicesConnected = false;
    this.options.log(`the station process ended (${describeEnd(code)}) and is being started again`);
    for (const window of this.windows.values()) window.send({ type: 'station-lost' } satisfies FromStation);
    if (this.wasReady) return;
    this.failedStarts += 1;
    if (this.failedStarts >= FAILED_STARTS) this.giveUp('station-does-not-start');
  }

  private fromStation(message: StationToHost): void {
    switch (message.type) {
      case 'ready':
        this.wasReady = true;
        this.settle(ok());
        this.watch();
        break;
      case 'window-message':
        this.windows.get(message.windowId)?.send(message.message);
        break;
      case 'devices-message':
        if (this.devicesConnected) this.toDevices({ type: 'message', message: message.message });
        break;
      case 'restart-devices':
        this.devices.restart();
        break;
      case 'fatal':
        this.giveUp(message.code);
        break;
      case 'pong':
        this.lastPong = message.sequence;
        break;
      default:
        throwIllegalValue(message);
    }
  }

  private watch(): void {
    this.cancelPing?.();
    this.lastPong = this.pingSequence;
    this.ping();
  }

  private ping(): void {
    if (this.pingSequence - this.lastPong >= PINGS_UNANSWERED) {
      this.options.log('the station process no longer answers');
      this.station.restart();
      return;
    }
    this.pingSequence += 1;
    this.toStation({ type: 'ping', sequence: this.pingSequence });
    this.cancelPing = giveUpAfter(this.options.timer, PING_EVERY_MS, () => this.ping());
  }

  private devicesUp(process: RunningProcess): void {
    process.port.onMessage((message) => {
      const parsed = devicesToHostSchema.safeParse(message);
      if (parsed.success) this.fromDevices(parsed.data);
      else this.restartBroken(process, 'devices');
    });
    this.toDevices({ type: 'start', options: this.options.devicesOptions });
  }

  private fromDevices(message: DevicesToHost): void {
    switch (message.type) {
      case 'ready':
        this.devicesReady = true;
        this.connectDevices();
        break;
      case 'connected':
        if (message.connection !== this.connection || this.station.process === null) break;
        this.devicesConnected = true;
        this.toStation({ type: 'devices-up' });
        break;
      case 'message':
        if (this.devicesConnected) this.toStation({ type: 'devices-message', message: message.message });
        break;
      default:
        throwIllegalValue(message);
    }
  }

  /** A new station or new devices: the devices are told, and what they say counts from their answer on. */
  private connectDevices(): void {
    this.devicesConnected = false;
    if (!this.devicesReady || this.station.process === null) return;
    this.connection += 1;
    this.toDevices({ type: 'connect', connection: this.connection });
  }

  private toDevices(message: HostToDevices): void {
    if (this.devices.process !== null) postToDevices(this.devices.process, message);
  }

  private devicesDown(code: number | null): void {
    this.options.log(`the devices process ended (${describeEnd(code)}) and is being started again`);
    if (this.devicesConnected) this.toStation({ type: 'devices-down' });
    this.devicesReady = false;
    this.devicesConnected = false;
  }

  private restartBroken(process: RunningProcess, name: string): void {
    this.options.log(`the ${name} process sent a message that breaks the host protocol`);
    process.kill();
  }

  /** A call that nobody can take now is answered at once, so that no screen waits for ever. */
  private refuse(send: (message: unknown) => void, message: unknown): void {
    const call = callOfScreen.safeParse(message);
    if (!call.success) return;
    const result = err({ code: 'station-restarting' as const });
    send({ type: 'answer', id: call.data.id, result } satisfies FromStation);
  }

  private giveUp(code: string): void {
    if (this.settleStart === null) this.options.onFatal(code);
    else this.settle(err({ code }));
  }

  private settle(result: Result<void, { readonly code: string }>): void {
    this.settleStart?.(result);
    this.settleStart = null;
  }
}

function postToStation(process: RunningProcess, message: HostToStation): void {
  process.port.post(message);
}

function postToDevices(process: RunningProcess, message: HostToDevices): void {
  process.port.post(message);
}

function describeEnd(code: number | null): string {
  return code === null ? 'by a signal' : `exit code ${code}`;
}
