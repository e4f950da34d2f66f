import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { CommandIo } from '../../command-io.ts';
import { progressBar } from '../../progress.ts';
import { DANGEROUS_CASES, runSchedules, type ScheduleTotals } from './simulation/run-schedules.ts';
import { playSchedule } from './simulation/schedule.ts';
import { SOUND } from './simulation/variants.ts';

const USAGE = [
  'usage: tizme lab long lanes [--count N] [--seed S] [--first N] [--signed N] [--json]',
  '       tizme lab long lanes --replay SEED',
  '  lanes of a station with their network, disks and clocks, simulated: each schedule has at least three lanes,',
  '  forty acts and three faults, and goes the same way again when its seed is given again',
  '  --count N       schedules (1000000)',
  '  --seed S        (1); schedule number k has the seed S-k',
  '  --first N       number of the first schedule (0)',
  '  --signed N      so many of them with real hashes and signatures (500)',
  '  --replay SEED   one schedule, act by act',
];

const requestSchema = z.object({
  count: z.coerce.number().int().min(1).max(1_000_000_000),
  first: z.coerce.number().int().min(0),
  signed: z.coerce.number().int().min(0),
  seed: z.string().min(1).max(64),
  replay: z.string().min(1).max(80).optional(),
  json: z.boolean(),
});

/** `tizme lab long lanes`: any number of simulated schedules; exit code 1 if anything did not hold in one. */
export async function runLongLab(args: readonly string[], io: CommandIo): Promise<number> {
  const [what, ...rest] = args;
  if (what !== 'lanes' || rest.includes('--help')) {
    const asked = args.includes('--help');
    for (const line of USAGE) asked ? io.out(line) : io.progress(line);
    return asked ? 0 : 2;
  }
  const request = parse(rest);
  if (typeof request === 'string') {
    io.progress(`tizme lab long lanes: ${request}`);
    return 2;
  }
  const { count, first, signed, seed, replay, json } = request;
  if (replay !== undefined) return replayOne(replay, json, io);
  const begun = performance.now();
  const totals = await runSchedules({ seed, first, count, signed }, (done) =>
    io.progress(progressBar('schedules', done, count)),
  );
  const seconds = Math.round((performance.now() - begun) / 100) / 10;
  const missing = DANGEROUS_CASES.filter((dangerous) => (totals.counts[dangerous] ?? 0) === 0);
  const holds = totals.failures.length === 0 && missing.length === 0;
  const say = (line: string): void => (json ? io.progress(line) : io.out(line));
  for (const line of totalLines(totals, seconds)) say(line);
  for (const dangerous of missing) say(`  never came up: ${dangerous}`);
  if (json) io.out(JSON.stringify({ ok: holds, seed, first, seconds, ...totals }));
  return holds ? 0 : 1;
}

function parse(args: readonly string[]): z.infer<typeof requestSchema> | string {
  let values: unknown;
  try {
    values = parseArgs({
      args: [...args],
      options: {
        count: { type: 'string', default: '1000000' },
        first: { type: 'string', default: '0' },
        signed: { type: 'string', default: '500' },
        seed: { type: 'string', default: '1' },
        replay: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return error instanceof Error ? error.message : 'the arguments can not be read';
  }
  const parsed = requestSchema.safeParse(values);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return `--${String(issue?.path[0] ?? '')}: ${issue?.message ?? 'not understood'}`;
}

function replayOne(seed: string, json: boolean, io: CommandIo): number {
  const say = (line: string): void => (json ? io.progress(line) : io.out(line));
  const { counts, ...verdict } = playSchedule(seed, false, SOUND, say);
  const { uncoveredDoubles, confirmedLost, notRaised, notConverged, stuck } = verdict;
  const problems = [...uncoveredDoubles, ...confirmedLost, ...notRaised, ...notConverged, ...stuck];
  for (const problem of problems) say(`  does not hold: ${problem}`);
  if (json) io.out(JSON.stringify({ ok: problems.length === 0, counts, ...verdict }));
  return problems.length === 0 ? 0 : 1;
}

function totalLines(totals: ScheduleTotals, seconds: number): string[] {
  const line = (what: string, value: number): string => `  ${what.padEnd(66)} ${value}`;
  const { counts, failures } = totals;
  return [
    line('schedules', totals.schedules),
    line('  of them with real hashes and signatures', totals.signed),
    line('seconds', seconds),
    line('fewest lanes, acts and faults in one: lanes', totals.fewestLanes),
    line('  acts', totals.fewestActs),
    line('  faults', totals.fewestFaults),
    line('double identifications without two people', totals.uncoveredDoubles),
    line('  that two people answer for', totals.coveredDoubles),
    line('  that a second machine with a lane’s own key made possible', totals.doublesByClones),
    line('confirmed events lost', totals.confirmedLost),
    ...Object.keys(counts)
      .toSorted()
      .map((what) => line(`  ${what}`, counts[what] ?? 0)),
    ...failures.map(({ seed, what }) => `  --replay ${seed}   ${what}`),
  ];
}
