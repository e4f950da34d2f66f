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
  /** A figure that belongs into the table. */
  readonly note?: string;
}

/** What the unplug and replug rounds of one device counted. */
export interface RoundsResult {
  readonly device: string;
  readonly rounds: number;
  readonly missedUnplugs: number;
  readonly staleFrames: number;
  readonly otherFailures: number;
  readonly firstFailure: string | null;
  readonly slowestReady: number;
  readonly slowestGone: number;
}

/** All checks of one device but the rounds; each begins with a fresh plug. */
export async function checkDevice(
  desk: LabDesk,
  device: CheckedDevice,
  onResult: (result: CheckResult) => void,
): Promise<void> {
  const check = async (name: string, run: () => Promise<void>) => {
    onResult(await runCheck(device.name, name, run));
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
export class PlayedRounds {
  private readonly desk: LabDesk;
  private readonly device: CheckedDevice;
  private played = 0;
  private readonly counted = { missedUnplugs: 0, staleFrames: 0, otherFailures: 0 };
  private firstFailure: string | null = null;
  private slowestReady = 0;
  private slowestGone = 0;

  constructor(desk: LabDesk, device: CheckedDevice) {
    this.desk = desk;
    this.device = device;
  }

  async play(rounds: number, onPlayed: () => void): Promise<void> {
    for (let each = 0; each < rounds; each += 1) {
      await this.playOne();
      onPlayed();
    }
  }

  result(): RoundsResult {
    return {
      device: this.device.name,
      rounds: this.played,
      ...this.counted,
      firstFailure: this.firstFailure,
      slowestReady: Math.round(this.slowestReady),
      slowestGone: Math.round(this.slowestGone),
    };
  }

  private async playOne(): Promise<void> {
    const { desk, device } = this;
    this.played += 1;
    const round = this.played;
    const failure = await attempt(async () => {
      const ready = await plugAndWait(desk, device.name, device.kind, round - 1);
      this.slowestReady = Math.max(this.slowestReady, ready);
      await device.use(desk, round);
      this.slowestGone = Math.max(this.slowestGone, await pullInUse(desk, device, round));
    });
    if (failure === null) return;
    console.error(`  ${device.name}: round ${round}: ${failure}`);
    this.firstFailure ??= failure;
    this.counted[failureOf(failure)] += 1;
    await clearAway(desk, device);
  }
}

/** By what its message says. */
export function failureOf(failure: string): 'missedUnplugs' | 'staleFrames' | 'otherFailures' {
  if (failure.includes('stale frame')) return 'staleFrames';
  return failure.includes('pulled') ? 'missedUnplugs' : 'otherFailures';
}

export function roundsHold({ missedUnplugs, staleFrames, otherFailures }: RoundsResult): boolean {
  return missedUnplugs + staleFrames + otherFailures === 0;
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

/** Runs one check; a text that it returns goes into the table. */
export async function runCheck(
  device: string,
  check: string,
  run: () => Promise<unknown>,
): Promise<CheckResult> {
  const started = performance.now();
  let note: unknown;
  const problem = await attempt(async () => {
    note = await run();
  });
  const milliseconds = Math.round(performance.now() - started);
  return { device, check, problem, milliseconds, ...(typeof note === 'string' && { note }) };
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
