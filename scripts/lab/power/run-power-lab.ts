import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { createRandom } from '../../../fixtures/random.ts';
import { deviceKeyFromSeed } from '../../../src/ledger/device-key.ts';
import { fileHeadMark } from '../../../src/ledger/head-mark.ts';
import { Ledger } from '../../../src/ledger/ledger.ts';
import { systemClock } from '../../../src/store/clock.ts';
import { openStore } from '../../../src/store/open-store.ts';
import type { CommandIo } from '../../command-io.ts';
import { parseOnce, refuseUsage } from '../../usage.ts';
import { type BlockWrite, CutDisk, readBlockLog } from './block-log.ts';
import { type Arm, LAB_IDENTITY, LAB_SEED, LAB_STORE_KEY } from './lab-ledger.ts';
import { DISK_BYTES, LoggedDisk, Mounted, missingParts } from './logged-disk.ts';

const USAGE = [
  'usage: tizme lab power [--cuts N] [--commits N] [--seed S] [--json]',
  '  the power is cut at a random write of a ledger that commits, behind a drive cache that loses what was not',
  '  flushed; then the file system and the ledger are opened again. Takes root, qemu-utils, /dev/fuse, loop devices.',
  '  --cuts N      cuts for each arm (100)',
  '  --commits N   commits that are confirmed before (300)',
  '  --seed S      (1)',
  'A control arm without synchronous=FULL has to lose something, or the lab is not believed: exit code 1.',
];
const OPTIONS = {
  cuts: { type: 'string', default: '100' },
  commits: { type: 'string', default: '300' },
  seed: { type: 'string', default: '1' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

const WORKLOAD = fileURLToPath(new URL('./power-workload.ts', import.meta.url));
const MIGRATIONS = fileURLToPath(new URL('../../../migrations/station', import.meta.url));

/** Set in the process that has mounts of its own. */
const INSIDE = 'TIZME_POWER_LAB_INSIDE';

/**
 * Once more, with mounts that nobody else sees. Whatever enters a network namespace (`ip netns exec`, the lab of the
 * lanes) takes a copy of all mounts along: a file system that was unmounted here would stay mounted there, and go
 * on writing to its image.
 */
function runInside(args: readonly string[]): Promise<number> {
  const [, program = ''] = process.argv;
  const child = spawn(
    'unshare',
    ['--mount', '--propagation', 'private', process.execPath, program, 'lab', 'power', ...args],
    { stdio: 'inherit', env: { ...process.env, [INSIDE]: '1' } },
  );
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

interface ArmOutcome {
  readonly arm: Arm;
  readonly cuts: number;
  readonly confirmed: number;
  /** Cuts after which a confirmed commit was gone. */
  readonly lost: number;
  readonly worstLoss: number;
  readonly unreadable: number;
  /** Cuts after which the kept head claimed more than the disk had: a false alarm. */
  readonly falseAlarms: number;
}

/** `tizme lab power`: what a power cut leaves of what was confirmed. */
export async function runPowerLab(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseOnce({ args: [...args], options: OPTIONS });
  if (values.help) {
    for (const line of USAGE) io.out(line);
    return 0;
  }
  const [cuts, commits, seed] = [Number(values.cuts), Number(values.commits), Number(values.seed)];
  if (![cuts, commits, seed].every((number) => Number.isInteger(number) && number > 0)) {
    return refuseUsage('lab power', '--cuts, --commits and --seed take a whole number from 1', io);
  }
  const missing = missingParts();
  if (missing.length > 0) {
    io.progress(`tizme lab power: this machine has no ${missing.join(', ')}`);
    return 1;
  }
  if (process.env[INSIDE] === undefined) return runInside(args);
  const outcomes: ArmOutcome[] = [];
  for (const arm of ['ledger', 'control'] as const) {
    const outcome = await cutPower(arm, { cuts, commits, seed, io });
    outcomes.push(outcome);
    const line = `${arm.padEnd(8)} ${outcome.cuts} cuts over ${outcome.confirmed} confirmed commits: ${outcome.lost} lost something (worst ${outcome.worstLoss}), ${outcome.unreadable} unreadable, ${outcome.falseAlarms} false alarms`;
    if (values.json) io.progress(line);
    else io.out(line);
  }
  const [ledger, control] = outcomes;
  const holds = ledger?.lost === 0 && ledger.unreadable === 0 && ledger.falseAlarms === 0;
  const believed = (control?.lost ?? 0) > 0;
  if (!believed) io.progress('The control arm lost nothing: this run shows nothing.');
  if (values.json) io.out(JSON.stringify({ ok: holds && believed, seed, outcomes }));
  return holds && believed ? 0 : 1;
}

async function cutPower(
  arm: Arm,
  options: { readonly cuts: number; readonly commits: number; readonly seed: number; readonly io: CommandIo },
): Promise<ArmOutcome> {
  const { cuts, commits, seed, io } = options;
  const directory = mkdtempSync(join(tmpdir(), 'tizme-power-'));
  const mountPoint = join(directory, 'mounted');
  mkdirSync(mountPoint);
  try {
    const disk = await LoggedDisk.create(directory, mountPoint);
    let confirmed: Confirmed[];
    try {
      confirmed = await commitUntilKilled(arm, disk, commits);
    } finally {
      await disk.close();
    }
    const writes = readBlockLog(disk.logFile);
    rmSync(disk.logFile);
    return examine(arm, { writes, confirmed, cuts, seed, io, directory, mountPoint });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

interface Confirmed {
  readonly seq: number;
  /** Writes that had reached the disk when it was confirmed. */
  readonly writes: number;
}

async function commitUntilKilled(arm: Arm, disk: LoggedDisk, commits: number): Promise<Confirmed[]> {
  const child = spawn(process.execPath, [WORKLOAD, arm, disk.folder, disk.logFile, MIGRATIONS], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const confirmed: Confirmed[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const [seq, writes] = line.split(' ').map(Number);
    if (seq !== undefined && writes !== undefined && line.includes(' ')) confirmed.push({ seq, writes });
    if (confirmed.length >= commits) child.kill('SIGKILL');
  }
  await ended;
  if (confirmed.length < commits) throw new Error('the workload ended by itself');
  return confirmed;
}

function examine(
  arm: Arm,
  lab: {
    readonly writes: readonly BlockWrite[];
    readonly confirmed: readonly Confirmed[];
    readonly cuts: number;
    readonly seed: number;
    readonly io: CommandIo;
    readonly directory: string;
    readonly mountPoint: string;
  },
): ArmOutcome {
  const { writes, confirmed, cuts, seed, io, directory, mountPoint } = lab;
  const random = createRandom(seed).fork(arm);
  const fraction = (): number => random.integer(1_000_000) / 1_000_000;
  const first = confirmed[0]?.writes ?? 0;
  const last = confirmed.at(-1)?.writes ?? first;
  const points = Array.from({ length: cuts }, () => first + random.integer(last - first + 1));
  const disk = new CutDisk(writes, DISK_BYTES);
  let [lost, worstLoss, unreadable, falseAlarms] = [0, 0, 0, 0];
  for (const [i, point] of points.toSorted((a, b) => a - b).entries()) {
    io.progress(`\r${arm}: cut ${i + 1} of ${cuts}`);
    // A file of its own each time: a loop device may let go of its file a little later than it says.
    const image = join(directory, `cut-${i}`);
    writeFileSync(image, disk.image(point, fraction));
    const promised = confirmed.findLast((one) => one.writes <= point)?.seq ?? 0;
    const left = lookAt(arm, image, mountPoint);
    rmSync(image);
    if (left === null) unreadable += 1;
    else {
      if (left.falseAlarm) falseAlarms += 1;
      if (left.seq < promised) lost += 1;
      worstLoss = Math.max(worstLoss, promised - left.seq);
    }
  }
  io.progress('');
  return { arm, cuts, confirmed: confirmed.length, lost, worstLoss, unreadable, falseAlarms };
}

/** The last commit that is there after the file system was mounted again; null when it can't be read. */
function lookAt(
  arm: Arm,
  image: string,
  mountPoint: string,
): { readonly seq: number; readonly falseAlarm: boolean } | null {
  let mounted: Mounted;
  try {
    mounted = new Mounted(image, mountPoint);
  } catch {
    return null;
  }
  try {
    return arm === 'ledger' ? lookAtLedger(mountPoint) : lookAtBare(mountPoint);
  } finally {
    mounted.close();
  }
}

function lookAtLedger(folder: string): { readonly seq: number; readonly falseAlarm: boolean } | null {
  const store = openStore({ file: join(folder, 'ledger.db'), key: LAB_STORE_KEY, migrations: MIGRATIONS });
  if (!store.ok) return null;
  try {
    const ledger = Ledger.open(store.value, {
      ...LAB_IDENTITY,
      key: deviceKeyFromSeed(LAB_SEED),
      clock: systemClock(),
      mark: fileHeadMark(join(folder, 'ledger.head')),
    });
    if (!ledger.ok) return null;
    const events = ledger.value.events(null, 1_000_000);
    if (!events.ok) return null;
    const acts = store.value.get<{ count: number }>('SELECT count(*) AS count FROM day_state');
    const seq = events.value.length;
    // An event and what it changes are there together, or neither is.
    if (acts?.count !== seq) return null;
    return { seq, falseAlarm: ledger.value.missing !== null };
  } finally {
    store.value.close();
  }
}

function lookAtBare(folder: string): { readonly seq: number; readonly falseAlarm: boolean } | null {
  try {
    const database = new Database(join(folder, 'bare.db'));
    try {
      const row = database.prepare('SELECT coalesce(max(seq), 0) AS seq FROM act').get() as { seq: number };
      return { seq: row.seq, falseAlarm: false };
    } finally {
      database.close();
    }
  } catch {
    // Not even the table is there: everything that was confirmed is lost.
    return { seq: 0, falseAlarm: false };
  }
}
