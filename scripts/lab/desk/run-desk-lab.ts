import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unwrap } from '../../../src/domain/result.ts';
import { bundleProcesses } from '../../build-bundles.ts';
import type { CommandIo } from '../../command-io.ts';
import { findProgramFiles } from '../../hosts/shared/program-files.ts';
import { prepareElection } from '../../start/prepare-election.ts';
import { parseOnce, refuseUsage } from '../../usage.ts';
import { prepareCardService, runBesideCardService } from '../devices/beside-card-service.ts';
import type { MachineMessage } from '../devices/checks/machine-message.ts';
import type { CheckResult } from '../devices/checks/run-checks.ts';
import { describeCheck } from '../devices/lab-table.ts';
import { prepareMachine } from '../devices/machine/machine-image.ts';
import { runInMachine } from '../devices/machine/run-in-machine.ts';
import { labElection } from './lab-election.ts';
import { PRINTER_CABLES } from './printer-cable.ts';

const USAGE = [
  'usage: tizme lab desk [--printer serial|usb] [--voters N] [--json]',
  '  a whole desk as `start --devices real` opens it: a chip in the virtual reader of pcscd, scanner, document reader',
  '  and receipt printer behind terminals of the system; from the safe to voters with a receipt, then a plug is pulled',
  "  --printer    usb: the printer hangs on the USB of Debian's kernel in a virtual machine, and the desk runs there (serial)",
  '  --voters N   voters who are identified before the paper ends (3)',
];
const LIMIT_MILLISECONDS = 240_000;
const VOTER_MILLISECONDS = 60_000;
/** How long a screen may stand still on an emulated processor, beside other work. */
const PATIENCE_SECONDS = 600;
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

interface DeskRun {
  readonly voters: number;
  readonly progress: (line: string) => void;
  /** One line of the program's standard output. */
  readonly onLine: (line: string) => void;
}

/** `tizme lab desk`: exit code 0 only where every check held. */
export async function runDeskLab(args: readonly string[], io: CommandIo): Promise<number> {
  if (args.includes('--help')) {
    for (const line of USAGE) io.out(line);
    return 0;
  }
  const { values } = parseOnce({
    args: [...args],
    options: {
      voters: { type: 'string', default: '3' },
      printer: { type: 'string', default: 'serial' },
      json: { type: 'boolean', default: false },
    },
  });
  const voters = Number(values.voters);
  const printer = PRINTER_CABLES.find((each) => each === values.printer);
  if (!Number.isInteger(voters) || voters < 1 || voters > 12)
    return refuseUsage('lab desk', '--voters takes a whole number from 1 to 12', io);
  if (printer === undefined)
    return refuseUsage('lab desk', `--printer takes one of ${PRINTER_CABLES.join(', ')}`, io);
  const started = performance.now();
  const checks: CheckResult[] = [];
  let finished = false;
  const run: DeskRun = {
    voters,
    progress: (line) => io.progress(line),
    onLine: (line) => {
      const message = JSON.parse(line) as MachineMessage;
      if (message.type === 'done') finished = true;
      if (message.type !== 'check') return;
      const { type: _, ...check } = message;
      checks.push(check);
      io.progress(describeCheck(check));
    },
  };
  const problem = await (printer === 'usb' ? runOnEmulatedUsb(run) : runHere(run));
  if (problem !== null) io.progress(problem);
  const good = problem === null && finished && checks.every((check) => check.problem === null);
  const seconds = Math.round((performance.now() - started) / 1_000);
  if (values.json) io.out(JSON.stringify({ good, seconds, problem, checks }));
  else for (const check of checks) io.out(describeCheck(check));
  return good ? 0 : 1;
}

/** Null, or why it did not run to its end. */
function runHere({ voters, progress, onLine }: DeskRun): Promise<string | null> {
  return runBesideCardService({
    entry: fileURLToPath(new URL('./desk-main.ts', import.meta.url)),
    arguments: ['--voters', String(voters)],
    limitMilliseconds: LIMIT_MILLISECONDS + voters * VOTER_MILLISECONDS,
    progress,
    onLine,
  });
}

/** In the virtual machine, on an election that was made outside it, where fingers are drawn ten times as fast. */
async function runOnEmulatedUsb({ voters, progress, onLine }: DeskRun): Promise<string | null> {
  const service = await prepareCardService(progress);
  if (!service.ok) return service.error;
  const image = await prepareMachine(progress);
  if (!image.ok) return image.error;
  const data = await mkdtemp(join(tmpdir(), 'tizme-desk-'));
  const bundle = join(ROOT, 'node_modules', '.cache', 'tizme-lab-desk', String(process.pid));
  try {
    progress('drawing the fingers of a small election');
    unwrap(
      await prepareElection(data, findProgramFiles().migrationsDirectory, labElection(), {
        out: () => undefined,
        progress,
      }),
    );
    await bundleProcesses({ 'desk-main': 'scripts/lab/desk/desk-main.ts' }, bundle);
    progress(`starting Debian's kernel ${image.value.kernelRelease} in a virtual machine`);
    const run = await runInMachine(image.value, {
      command: [
        process.execPath,
        ...[join(bundle, 'processes', 'desk-main.js'), '--printer', 'usb', '--voters', String(voters)],
        ...['--data', data, '--patience', String(PATIENCE_SECONDS)],
      ],
      folder: ROOT,
      onLine,
      onComplaint: progress,
    });
    if (!run.ok) return run.error;
    return run.value === 0 ? null : `the program in the machine ended with ${run.value}`;
  } finally {
    await rm(bundle, { recursive: true, force: true });
    await rm(data, { recursive: true, force: true });
  }
}
