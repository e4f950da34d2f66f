import { fileURLToPath } from 'node:url';
import type { CommandIo } from '../../command-io.ts';
import { parseOnce, refuseUsage } from '../../usage.ts';
import { crashDevicesProcess, describeCrash } from './checks/crash-check.ts';
import { LabFailure } from './checks/lab-desk.ts';
import { type LeftBehind, nothingLeft } from './checks/left-behind.ts';
import type { MachineMessage } from './checks/machine-message.ts';
import { type CheckResult, type RoundsResult, roundsHold, runCheck } from './checks/run-checks.ts';
import { describeCheck, describeLeftBehind, describeRounds, tableOf } from './lab-table.ts';
import { bundlePrograms, removeBundle } from './machine/bundle-program.ts';
import { prepareMachine } from './machine/machine-image.ts';
import { runInMachine } from './machine/run-in-machine.ts';
import { PLAYED } from './played/played-devices.ts';
import { runPcscPart } from './run-pcsc-part.ts';

const USAGE = [
  'usage: tizme lab devices [--rounds N] [--only NAME,...] [--json]',
  "  every driver through the system's own USB, HID and serial stack: Debian's kernel in a virtual machine, into",
  '  which emulated devices are plugged, pulled out and made to misbehave; needs Debian, installs what is missing',
  '  --rounds N   unplug and replug rounds of each device (50)',
  '  --only       some devices only, by the names of the table',
];

const OPTIONS = {
  rounds: { type: 'string', default: '50' },
  only: { type: 'string', default: '' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;
/** The desk goes on within two seconds after a native crash, its devices included. */
const DESK_MILLISECONDS = 2_000;
/** Others that keep this machine busy only make it slower: the quickest of so many crashes is the program's own time. */
const CRASHES = 5;
/** What needs no kernel of its own. */
const RUN_HERE = ['crash-native', 'pcsc-reader'];
const NAMES: readonly string[] = [...PLAYED, ...RUN_HERE, 'card-service', 'crash-emulated'];
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

interface LabResult {
  readonly checks: CheckResult[];
  readonly rounds: RoundsResult[];
  readonly leftBehind: LeftBehind[];
}

/** What a command asks for. */
interface LabRequest {
  readonly rounds: number;
  readonly only: string;
  readonly wants: (name: string) => boolean;
}

/** `tizme lab devices`: exit code 0 only where every check of every device held. */
export async function runDevicesLab(args: readonly string[], io: CommandIo): Promise<number> {
  if (args.includes('--help')) {
    for (const line of USAGE) io.out(line);
    return 0;
  }
  const { values } = parseOnce({ args: [...args], options: OPTIONS });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 1_000)
    return refuseUsage('lab devices', '--rounds takes a whole number from 1 to 1000', io);
  const { only } = values;
  const unknown = only === '' ? undefined : only.split(',').find((name) => !NAMES.includes(name));
  // A table in which nothing was checked would hold in every check.
  if (unknown !== undefined)
    return refuseUsage('lab devices', `--only: there is no "${unknown}": ${NAMES.join(', ')}`, io);
  const request = { rounds, only, wants: (name: string) => only === '' || only.split(',').includes(name) };
  const started = performance.now();
  const result: LabResult = { checks: [], rounds: [], leftBehind: [] };
  // Alone: its time is the figure that a desk waits for.
  if (request.wants('crash-native')) add(await crashHere(), result, io);
  const problems = await Promise.all([runPcsc(request, result, io), runMachine(request, result, io)]);
  const problem = problems.filter((each) => each !== null).join('; ') || null;
  const seconds = Math.round((performance.now() - started) / 1_000);
  const good =
    problem === null &&
    result.checks.every((check) => check.problem === null) &&
    result.rounds.every(roundsHold) &&
    result.leftBehind.every(nothingLeft);
  if (problem !== null) io.progress(problem);
  if (values.json) io.out(JSON.stringify({ good, seconds, problem, ...result }));
  else for (const line of tableOf(result.checks, result.rounds, result.leftBehind)) io.out(line);
  return good ? 0 : 1;
}

/** A crash of the devices process at the speed of this machine, and how soon the desk goes on. */
function crashHere(): Promise<CheckResult> {
  const entry = new URL('../../hosts/children/real-devices.ts', import.meta.url);
  return runCheck('crash-native', 'SIGSEGV', async () => {
    let said = '';
    for (let crash = 0; crash < CRASHES; crash += 1) {
      const times = await crashDevicesProcess(entry, null);
      said = describeCrash(times);
      if (Math.max(times.told, times.back) <= DESK_MILLISECONDS) return said;
    }
    throw new LabFailure(`not soon enough, ${CRASHES} times: ${said}`);
  });
}

/** PC/SC needs no kernel of its own. Null, or why it did not run to its end. */
async function runPcsc(request: LabRequest, result: LabResult, io: CommandIo): Promise<string | null> {
  if (!request.wants('pcsc-reader')) return null;
  let finished = false;
  const problem = await runPcscPart(
    request.rounds,
    (line) => {
      finished ||= take(line, result, io);
    },
    (line) => io.progress(line),
  );
  return problem ?? (finished ? null : 'PC/SC did not run to its end');
}

/** Null, or why it did not run to its end. */
async function runMachine(request: LabRequest, result: LabResult, io: CommandIo): Promise<string | null> {
  if (request.only !== '' && request.only.split(',').every((name) => RUN_HERE.includes(name))) return null;
  const image = await prepareMachine((line) => io.progress(line));
  if (!image.ok) return image.error;
  io.progress(`starting Debian's kernel ${image.value.kernelRelease} in a virtual machine`);
  const folder = await bundlePrograms();
  let finished = false;
  try {
    const run = await runInMachine(image.value, {
      command: [
        process.execPath,
        '--expose-gc',
        '--force-node-api-uncaught-exceptions-policy=true',
        `${folder}/machine-main.js`,
        ...['--rounds', String(request.rounds), '--only', request.only],
      ],
      folder: ROOT,
      onLine: (line) => {
        finished ||= take(line, result, io);
      },
      onComplaint: (line) => io.progress(line),
    });
    if (!run.ok) return run.error;
    return run.value === 0 && finished ? null : `the program in the machine ended with ${run.value}`;
  } finally {
    await removeBundle(folder);
  }
}

function add(check: CheckResult, result: LabResult, io: CommandIo): void {
  result.checks.push(check);
  io.progress(describeCheck(check));
}

/** True for the last one. */
function take(line: string, result: LabResult, io: CommandIo): boolean {
  const message = JSON.parse(line) as MachineMessage;
  switch (message.type) {
    case 'check': {
      const { type: _, ...check } = message;
      add(check, result, io);
      return false;
    }
    case 'rounds': {
      const { type: _, ...rounds } = message;
      result.rounds.push(rounds);
      io.progress(describeRounds(rounds));
      return false;
    }
    case 'left-behind': {
      const { type: _, ...left } = message;
      result.leftBehind.push(left);
      io.progress(describeLeftBehind(left));
      return false;
    }
    case 'played':
      return false;
    case 'done':
      return true;
  }
}
