import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { CommandIo } from '../../command-io.ts';
import { runBesideCardService } from '../devices/beside-card-service.ts';
import type { MachineMessage } from '../devices/checks/machine-message.ts';
import type { CheckResult } from '../devices/checks/run-checks.ts';
import { describeCheck } from '../devices/lab-table.ts';

const USAGE = [
  'usage: tizme lab desk [--voters N] [--json]',
  '  a whole desk as `start --devices real` opens it: a chip in the virtual reader of pcscd, scanner, document reader',
  '  and receipt printer behind terminals of the system; from the safe to voters with a receipt, then a plug is pulled',
  '  --voters N   voters who are identified (3)',
];
const LIMIT_MILLISECONDS = 240_000;
const VOTER_MILLISECONDS = 60_000;

/** `tizme lab desk`: exit code 0 only where every check held. */
export async function runDeskLab(args: readonly string[], io: CommandIo): Promise<number> {
  if (args.includes('--help')) {
    for (const line of USAGE) io.out(line);
    return 0;
  }
  const { values } = parseArgs({
    args: [...args],
    options: { voters: { type: 'string', default: '3' }, json: { type: 'boolean', default: false } },
  });
  const voters = Number(values.voters);
  if (!Number.isInteger(voters) || voters < 1 || voters > 12) {
    for (const line of USAGE) io.progress(line);
    return 2;
  }
  const started = performance.now();
  const checks: CheckResult[] = [];
  let finished = false;
  const problem = await runBesideCardService({
    entry: fileURLToPath(new URL('./desk-main.ts', import.meta.url)),
    arguments: ['--voters', String(voters)],
    limitMilliseconds: LIMIT_MILLISECONDS + voters * VOTER_MILLISECONDS,
    progress: (line) => io.progress(line),
    onLine: (line) => {
      const message = JSON.parse(line) as MachineMessage;
      if (message.type === 'done') finished = true;
      if (message.type !== 'check') return;
      const { type: _, ...check } = message;
      checks.push(check);
      io.progress(describeCheck(check));
    },
  });
  if (problem !== null) io.progress(problem);
  const good = problem === null && finished && checks.every((check) => check.problem === null);
  const seconds = Math.round((performance.now() - started) / 1_000);
  if (values.json) io.out(JSON.stringify({ good, seconds, problem, checks }));
  else for (const check of checks) io.out(describeCheck(check));
  return good ? 0 : 1;
}
