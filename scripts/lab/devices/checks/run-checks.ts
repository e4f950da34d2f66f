import { readdirSync, readlinkSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { CheckedDevice } from './checked-device.ts';
import {
  expectThat,
  GONE_MILLISECONDS,
  type LabDesk,
  LabFailure,
  plugAndWait,
  statusOf,
  unplugAndWait,
  within,
} from './lab-desk.ts';

/** One cell of the table: a device, a check, and what went wrong, if anything did. */
export interface CheckResult {
  readonly device: string;
  readonly check: string;
  /** Null where it holds. */
  readonly problem: string | null;
  readonly milliseconds: number;
}

/** What the unplug and replug rounds of one device counted. */
export interface RoundsResult {
  readonly device: string;
  readonly rounds: number;
  readonly missedUnplugs: number;
  readonly staleFrames: number;
  readonly otherFailures: number;
  readonly firstFailure: string | null;
  /** Open files of the process after the rounds, beyond those after the first. */
  readonly filesLeaked: number;
  /** Resident memory in megabytes, likewise. */
  readonly memoryGrown: number;
  readonly slowestReady: number;
  readonly slowestGone: number;
}

/** A leak of a few hundred kilobytes a round would show above this; the collector's own ups and downs stay below. */
const MEMORY_MEGABYTES = 40;

/** All checks of one device but the rounds; each begins with a fresh plug. */
export async function checkDevice(
  desk: LabDesk,
  device: CheckedDevice,
  onResult: (result: CheckResult) => void,
): Promise<void> {
  const check = async (name: string, run: () => Promise<void>) => {
    const started = performance.now();
    const problem = await attempt(run);
    const milliseconds = Math.round(performance.now() - started);
    onResult({ device: device.name, check: name, problem, milliseconds });
    await clearAway(desk, device);
  };
  await check('found', async () => {
    await plugAndWait(desk, device.name, device.kind);
    const { info } = statusOf(desk, device.kind);
    expectThat(info.model === device.model, `it is called ${info.model}`);
    expectThat(info.serialNumber === device.serialNumber, `its serial number is ${info.serialNumber}`);
  });
  await check('works', async () => {
    await plugAndWait(desk, device.name, device.kind);
    await device.use(desk, 1);
    await device.use(desk, 2);
  });
  await check('stale bytes', async () => {
    await plugAndWait(desk, device.name, device.kind, 3);
    await device.use(desk, 4);
  });
  await check('pulled in use', async () => {
    await plugAndWait(desk, device.name, device.kind);
    await pullInUse(desk, device, 5);
  });
  for (const fault of device.faults) {
    await check(fault.name, async () => {
      await plugAndWait(desk, device.name, device.kind);
      await fault.run(desk, 6);
    });
  }
}

/** Plugs, uses and pulls a device in the middle of a use, again and again. */
export async function playRounds(
  desk: LabDesk,
  device: CheckedDevice,
  rounds: number,
): Promise<RoundsResult> {
  const counted = { missedUnplugs: 0, staleFrames: 0, otherFailures: 0 };
  let firstFailure: string | null = null;
  let slowestReady = 0;
  let slowestGone = 0;
  let before = await resources();
  for (let round = 1; round <= rounds; round += 1) {
    const failure = await attempt(async () => {
      const ready = await plugAndWait(desk, device.name, device.kind, round - 1);
      slowestReady = Math.max(slowestReady, ready);
      await device.use(desk, round);
      slowestGone = Math.max(slowestGone, await pullInUse(desk, device, round));
    });
    if (failure !== null) {
      console.error(`  ${device.name}: round ${round}: ${failure}`);
      firstFailure ??= failure;
      if (failure.includes('stale frame')) counted.staleFrames += 1;
      else if (failure.includes('pulled')) counted.missedUnplugs += 1;
      else counted.otherFailures += 1;
      await clearAway(desk, device);
    }
    if (round === 1) before = await resources();
  }
  const after = await resourcesAtRest(before.files);
  if (after.files > before.files) console.error(`  ${device.name}: left open: ${openFiles().join(' ')}`);
  return {
    device: device.name,
    rounds,
    ...counted,
    firstFailure,
    filesLeaked: Math.max(0, after.files - before.files),
    memoryGrown: Math.max(0, Math.round(after.megabytes - before.megabytes)),
    slowestReady: Math.round(slowestReady),
    slowestGone: Math.round(slowestGone),
  };
}

export function roundsHold(result: RoundsResult): boolean {
  const { missedUnplugs, staleFrames, otherFailures, filesLeaked, memoryGrown } = result;
  return missedUnplugs + staleFrames + otherFailures + filesLeaked === 0 && memoryGrown <= MEMORY_MEGABYTES;
}

/** @returns milliseconds from the pull until the driver said so */
async function pullInUse(desk: LabDesk, device: CheckedDevice, round: number): Promise<number> {
  const { outcome } = await device.beginUse(desk, round);
  const gone = await unplugAndWait(desk, device.name, device.kind);
  const ended = outcome === null ? null : await within(outcome, GONE_MILLISECONDS, 'the pulled use ends');
  const right = ended === null || (!ended.ok && ended.error.code === 'absent');
  expectThat(right, `the use in whose middle the plug was pulled ended: ${JSON.stringify(ended)}`);
  return gone;
}

/** Null where it holds. */
export async function attempt(run: () => Promise<void>): Promise<string | null> {
  try {
    await run();
    return null;
  } catch (problem) {
    if (problem instanceof LabFailure) return problem.message;
    return problem instanceof Error ? (problem.stack ?? problem.message) : String(problem);
  }
}

async function clearAway(desk: LabDesk, device: CheckedDevice): Promise<void> {
  await attempt(async () => {
    await unplugAndWait(desk, device.name, device.kind);
  });
}

interface Resources {
  readonly files: number;
  readonly megabytes: number;
}

/** A look at a busy machine's devices takes ten seconds at most; what is open for longer is left open. */
const LOOKS_AT_REST = 60;
const LOOK_MILLISECONDS = 170;

/** What the process holds once it holds no more files than `expected`, or has had the time to let go of them. */
async function resourcesAtRest(expected: number): Promise<Resources> {
  const files = await countAtRest(
    () => openFiles().length,
    expected,
    async () => {
      await pause(LOOK_MILLISECONDS);
      globalThis.gc?.();
    },
  );
  return { files, megabytes: process.memoryUsage.rss() / 1024 ** 2 };
}

/**
 * The first count that is no more than `expected`, else the last: what a look holds open for a moment is no leak, and
 * a leak never goes.
 */
export async function countAtRest(
  count: () => number,
  expected: number,
  rest: () => Promise<void>,
): Promise<number> {
  let counted = Number.POSITIVE_INFINITY;
  for (let look = 0; look < LOOKS_AT_REST && counted > expected; look += 1) {
    await rest();
    counted = count();
  }
  return counted;
}

function openFiles(): readonly string[] {
  return readdirSync('/proc/self/fd').map((file) => {
    try {
      return readlinkSync(`/proc/self/fd/${file}`);
    } catch {
      return 'closed meanwhile';
    }
  });
}

/** What the process holds, once it has come to rest. */
export async function resources(): Promise<Resources> {
  await pause(500);
  globalThis.gc?.();
  // A look for new devices holds a folder of /sys open for a moment: the least of several counts is what stays.
  let files = Number.POSITIVE_INFINITY;
  for (let count = 0; count < 5; count += 1) {
    await pause(170);
    files = Math.min(files, openFiles().length);
  }
  return { files, megabytes: process.memoryUsage.rss() / 1024 ** 2 };
}
