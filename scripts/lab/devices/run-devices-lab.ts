import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { CommandIo } from '../../command-io.ts';
import { crashDevicesProcess } from './checks/crash-check.ts';
import type { MachineMessage } from './checks/machine-message.ts';
import { type CheckResult, type RoundsResult, roundsHold } from './checks/run-checks.ts';
import { describeCheck, describeRounds, tableOf } from './lab-table.ts';
import { bundlePrograms, removeBundle } from './machine/bundle-program.ts';
import { prepareMachine } from './machine/machine-image.ts';
import { runInMachine } from './machine/run-in-machine.ts';
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
/** The desk goes on within two seconds after a native crash. */
const DESK_MILLISECONDS = 2_000;
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** Beyond the rounds themselves, of which one takes ten seconds on a busy machine. */
const START_MILLISECONDS = 20 * 60_000;
const ROUND_MILLISECONDS = 200_000;

interface LabResult {
  readonly checks: CheckResult[];
  readonly rounds: RoundsResult[];
  finished: boolean;
}

/** `tizme lab devices`: exit code 0 only where every check of every device held. */
export async function runDevicesLab(args: readonly string[], io: CommandIo): Promise<number> {
  if (args.includes('--help')) {
    for (const line of USAGE) io.out(line);
    return 0;
  }
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 1_000) {
    for (const line of USAGE) io.progress(line);
    return 2;
  }
  const started = performance.now();
  const result: LabResult = { checks: [], rounds: [], finished: false };
  const problem =
    (await runHere(rounds, values.only, result, io)) ?? (await runMachine(rounds, values.only, result, io));
  const seconds = Math.round((performance.now() - started) / 1_000);
  const good =
    problem === null &&
    result.finished &&
    result.checks.every((check) => check.problem === null) &&
    result.rounds.every(roundsHold);
  if (problem !== null) io.progress(problem);
  const json = { good, seconds, problem, checks: result.checks, rounds: result.rounds };
  if (values.json) io.out(JSON.stringify(json));
  else for (const line of tableOf(result.checks, result.rounds)) io.out(line);
  return good ? 0 : 1;
}

/** What needs no kernel of its own: PC/SC, and a crash at the speed of this machine. */
async function runHere(
  rounds: number,
  only: string,
  result: LabResult,
  io: CommandIo,
): Promise<string | null> {
  const wants = (name: string) => only === '' || only.split(',').includes(name);
  if (wants('devices-process')) {
    const started = performance.now();
    let problem: string | null = null;
    let times = '';
    try {
      const entry = new URL('../../hosts/children/real-devices.ts', import.meta.url);
      const { told, back } = await crashDevicesProcess(entry, null);
      times = `told ${Math.round(told)} ms, back ${Math.round(back)} ms`;
      if (Math.max(told, back) > DESK_MILLISECONDS) problem = `not within ${DESK_MILLISECONDS} ms: ${times}`;
    } catch (failure) {
      problem = String(failure);
    }
    const milliseconds = Math.round(performance.now() - started);
    const check = {
      device: 'devices-process',
      check: `SIGSEGV on this machine (${times})`,
      problem,
      milliseconds,
    };
    result.checks.push(check);
    io.progress(describeCheck(check));
  }
  if (!wants('pcsc-reader')) return null;
  const problem = await runPcscPart(
    rounds,
    (line) => take(line, result, io),
    (line) => io.progress(line),
  );
  if (problem !== null || !result.finished) return problem ?? 'PC/SC did not run to its end';
  result.finished = false;
  return null;
}

/** Null, or why it did not run to its end. */
async function runMachine(
  rounds: number,
  only: string,
  result: LabResult,
  io: CommandIo,
): Promise<string | null> {
  const image = await prepareMachine((line) => io.progress(line));
  if (!image.ok) return image.error;
  io.progress(`starting Debian's kernel ${image.value.kernelRelease} in a virtual machine`);
  const folder = await bundlePrograms();
  try {
    const run = await runInMachine(image.value, {
      command: [
        process.execPath,
        '--expose-gc',
        '--force-node-api-uncaught-exceptions-policy=true',
        `${folder}/machine-main.js`,
        ...['--rounds', String(rounds), '--only', only],
      ],
      folder: ROOT,
      limitMilliseconds: START_MILLISECONDS + rounds * ROUND_MILLISECONDS,
      onLine: (line) => take(line, result, io),
      onComplaint: (line) => io.progress(line),
    });
    if (!run.ok) return run.error;
    return run.value === 0 && result.finished ? null : `the program in the machine ended with ${run.value}`;
  } finally {
    await removeBundle(folder);
  }
}

function take(line: string, result: LabResult, io: CommandIo): void {
  const message = JSON.parse(line) as MachineMessage;
  switch (message.type) {
    case 'check': {
      const { type: _, ...check } = message;
      result.checks.push(check);
      io.progress(describeCheck(check));
      break;
    }
    case 'rounds': {
      const { type: _, ...rounds } = message;
      result.rounds.push(rounds);
      io.progress(describeRounds(rounds));
      break;
    }
    case 'done':
      result.finished = true;
      break;
  }
}
