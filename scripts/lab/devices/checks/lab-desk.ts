import { setTimeout as pause } from 'node:timers/promises';
import type { DeviceManager } from '../../../../native-bridges/device-manager.ts';
import type { DeviceKind, DeviceProblemCode, DeviceStatus } from '../../../../src/domain/devices.ts';
import type { PlayedName } from '../played/played-devices.ts';
import type { Player } from '../played/player.ts';

/** The drivers under test and the hands that play their devices. */
export interface LabDesk {
  readonly manager: DeviceManager;
  readonly player: Player;
}

/**
 * These limits only tell slow from never, on an emulated processor that others may keep busy. They are counted in looks,
 * not by the clock: a machine that stands still meanwhile uses up none of them.
 */
export const READY_MILLISECONDS = 60_000;
export const GONE_MILLISECONDS = 20_000;
const LOOK_MILLISECONDS = 10;

/** Something in the lab was not as it has to be; the message is what the table shows. */
export class LabFailure extends Error {}

export function expectThat(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new LabFailure(otherwise);
}

/** Waits until something holds, and says how long that took, in milliseconds. */
export async function waitUntil(holds: () => boolean, limit: number, what: string): Promise<number> {
  const started = performance.now();
  for (let waited = 0; !holds(); waited += LOOK_MILLISECONDS) {
    if (waited > limit) throw new LabFailure(`not within ${limit / 1_000} s: ${what}`);
    await pause(LOOK_MILLISECONDS);
  }
  return performance.now() - started;
}

/** The outcome of a call that has to end; a failure when it does not. */
export async function within<T>(promise: Promise<T>, limit: number, what: string): Promise<T> {
  let ended = false;
  const end = () => {
    ended = true;
  };
  promise.then(end, end);
  await waitUntil(() => ended, limit, what);
  return promise;
}

export function statusOf({ manager }: LabDesk, kind: DeviceKind): DeviceStatus {
  const { scanner, cardReader, mrzReader, printer } = manager.devices;
  const devices = {
    'fingerprint-scanner': scanner,
    'card-reader': cardReader,
    'mrz-reader': mrzReader,
    printer,
  };
  return devices[kind].status();
}

export function problemOf(desk: LabDesk, kind: DeviceKind): DeviceProblemCode | null {
  const { status } = statusOf(desk, kind);
  return status.state === 'failed' ? status.problem.code : null;
}

/** Plugs a device in and waits for its driver, in milliseconds. A printer without paper is there too. */
export async function plugAndWait(
  desk: LabDesk,
  name: PlayedName,
  kind: DeviceKind,
  stale: number | null = null,
): Promise<number> {
  const started = performance.now();
  await desk.player.plug(name, stale);
  const there = () => statusOf(desk, kind).info.model !== '';
  await waitUntil(there, READY_MILLISECONDS, `${name} is found and opened (${problemOf(desk, kind)})`);
  return performance.now() - started;
}

/** Pulls a device and waits until its driver says so, in milliseconds. */
export async function unplugAndWait(desk: LabDesk, name: PlayedName, kind: DeviceKind): Promise<number> {
  const started = performance.now();
  await desk.player.unplug(name);
  const gone = () => statusOf(desk, kind).info.model === '';
  await waitUntil(gone, GONE_MILLISECONDS, `${name} is seen to be pulled out`);
  return performance.now() - started;
}
