import { z } from 'zod';
import { readChecked, wholeNumber } from '../../checked-options.ts';
import type { CommandIo } from '../../command-io.ts';
import { progressBar } from '../../progress.ts';
import { refuseCommand, refuseUsage } from '../../usage.ts';
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
  count: wholeNumber(1, 1_000_000_000),
  first: wholeNumber(0, 1_000_000_000),
  signed: wholeNumber(0, 1_000_000_000),
  seed: z.string().regex(/^.{1,64}$/, 'takes a word or a number, at most 64 characters'),
  replay: z
    .string()
    .regex(/^.{1,80}$/, 'takes the seed of one schedule, as a failure names it')
    .optional(),
  json: z.boolean(),
});

const OPTIONS = {
  count: { type: 'string', default: '1000000' },
  first: { type: 'string', default: '0' },
  signed: { type: 'string', default: '500' },
  seed: { type: 'string', default: '1' },
  replay: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

/** `tizme lab long lanes`: any number of simulated schedules; exit code 1 if anything did not hold in one. */
export async function runLongLab(args: readonly string[], io: CommandIo): Promise<number> {
  const [what, ...rest] = args;
  if (args.includes('--help')) {
    for (const line of USAGE) io.out(line);
    return 0;
  }
  if (what !== 'lanes') return refuseCommand('lab long', what, ['lanes'], io);
  const read = readChecked({ args: rest, options: OPTIONS }, requestSchema);
  if (!read.ok) return refuseUsage('lab long lanes', read.error, io);
  const { count, first, signed, seed, replay, json } = read.value;
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

function replayOne(seed: string, json: boolean, io: CommandIo): number {
  const say = (line: string): void => (json ? io.progress(line) : io.out(line));
  const { counts, ...verdict } = playSchedule(seed, false, SOUND, say);
  const { uncoveredDoubles, confirmedLost, overstepped, notRaised, notConverged, stuck } = verdict;
  const problems = [
    ...uncoveredDoubles,
    ...confirmedLost,
    ...overstepped,
    ...notRaised,
    ...notConverged,
    ...stuck,
  ];
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
    line('  that two people let one disk alone have, which was lost', totals.doublesByLostDisks),
    line('confirmed events lost', totals.confirmedLost),
    ...Object.keys(counts)
      .toSorted()
      .map((what) => line(`  ${what}`, counts[what] ?? 0)),
    ...failures.map(({ seed, what }) => `  --replay ${seed}   ${what}`),
  ];
}
