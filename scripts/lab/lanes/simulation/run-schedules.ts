import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { playSchedule, type ScheduleResult } from './schedule.ts';
import { SOUND } from './variants.ts';

/** What must have come up in a run of thousands, or the run shows nothing. */
export const DANGEROUS_CASES = [
  'cut during a grant',
  'whole station dark',
  'crash between commit and confirmation',
  'return after a take-over',
  'restored image',
  'clock jump',
] as const;

export interface ScheduleRun {
  readonly seed: string;
  /** The first schedule's number; seeds are `<seed>-<number>`. */
  readonly first: number;
  readonly count: number;
  /** So many of them, spread evenly, with real hashes and signatures. */
  readonly signed: number;
}

export interface ScheduleTotals {
  schedules: number;
  signed: number;
  fewestLanes: number;
  fewestActs: number;
  fewestFaults: number;
  uncoveredDoubles: number;
  coveredDoubles: number;
  doublesByClones: number;
  doublesByLostDisks: number;
  confirmedLost: number;
  counts: Record<string, number>;
  /** The first schedules in which something did not hold, each with what it was. */
  failures: { readonly seed: string; readonly what: string }[];
}

const MOST_FAILURES = 20;

export function emptyTotals(): ScheduleTotals {
  return {
    schedules: 0,
    signed: 0,
    fewestLanes: Number.MAX_SAFE_INTEGER,
    fewestActs: Number.MAX_SAFE_INTEGER,
    fewestFaults: Number.MAX_SAFE_INTEGER,
    uncoveredDoubles: 0,
    coveredDoubles: 0,
    doublesByClones: 0,
    doublesByLostDisks: 0,
    confirmedLost: 0,
    counts: {},
    failures: [],
  };
}

/** Plays every `step`-th schedule of a run from `offset` on, in this thread. */
export function playSchedules(
  run: ScheduleRun,
  { offset, step }: { readonly offset: number; readonly step: number },
  progress: (done: number) => void = () => {},
): ScheduleTotals {
  const totals = emptyTotals();
  const every = run.signed === 0 ? 0 : Math.max(1, Math.floor(run.count / run.signed));
  for (let index = offset; index < run.count; index += step) {
    const signed = every > 0 && index % every === 0 && index / every < run.signed;
    addResult(totals, playSchedule(`${run.seed}-${run.first + index}`, signed, SOUND), signed);
    if (totals.schedules % 100 === 0) progress(totals.schedules);
  }
  return totals;
}

/** Plays a run on all processors. */
export async function runSchedules(
  run: ScheduleRun,
  progress: (done: number) => void = () => {},
): Promise<ScheduleTotals> {
  const threads = Math.min(availableParallelism(), run.count);
  const done = Array.from({ length: threads }, () => 0);
  const parts = await Promise.all(
    done.map(
      (_, offset) =>
        new Promise<ScheduleTotals>((resolve, reject) => {
          const worker = new Worker(new URL('./schedule-worker.ts', import.meta.url), {
            workerData: { run, share: { offset, step: threads } },
          });
          worker.on('message', (message: number | ScheduleTotals) => {
            if (typeof message === 'number') {
              done[offset] = message;
              progress(done.reduce((sum, one) => sum + one, 0));
            } else resolve(message);
          });
          worker.on('error', reject);
        }),
    ),
  );
  return parts.reduce(merge, emptyTotals());
}

export function addResult(totals: ScheduleTotals, result: ScheduleResult, signed: boolean): void {
  totals.schedules += 1;
  totals.signed += signed ? 1 : 0;
  totals.fewestLanes = Math.min(totals.fewestLanes, result.lanes);
  totals.fewestActs = Math.min(totals.fewestActs, result.counts.acts ?? 0);
  totals.fewestFaults = Math.min(totals.fewestFaults, result.counts.faults ?? 0);
  totals.uncoveredDoubles += result.uncoveredDoubles.length;
  totals.coveredDoubles += result.coveredDoubles;
  totals.doublesByClones += result.doublesByClones;
  totals.doublesByLostDisks += result.doublesByLostDisks;
  totals.confirmedLost += result.confirmedLost.length;
  for (const [what, count] of Object.entries(result.counts))
    totals.counts[what] = (totals.counts[what] ?? 0) + count;
  const { uncoveredDoubles, confirmedLost, overstepped, notRaised, notConverged, stuck } = result;
  const found = { uncoveredDoubles, confirmedLost, overstepped, notRaised, notConverged, stuck };
  const [what] = Object.entries(found).flatMap(([kind, names]) =>
    names.length === 0 ? [] : [`${kind}: ${names[0]}`],
  );
  if (what !== undefined && totals.failures.length < MOST_FAILURES)
    totals.failures.push({ seed: result.seed, what });
}

function merge(a: ScheduleTotals, b: ScheduleTotals): ScheduleTotals {
  const counts = { ...a.counts };
  for (const [what, count] of Object.entries(b.counts)) counts[what] = (counts[what] ?? 0) + count;
  return {
    schedules: a.schedules + b.schedules,
    signed: a.signed + b.signed,
    fewestLanes: Math.min(a.fewestLanes, b.fewestLanes),
    fewestActs: Math.min(a.fewestActs, b.fewestActs),
    fewestFaults: Math.min(a.fewestFaults, b.fewestFaults),
    uncoveredDoubles: a.uncoveredDoubles + b.uncoveredDoubles,
    coveredDoubles: a.coveredDoubles + b.coveredDoubles,
    doublesByClones: a.doublesByClones + b.doublesByClones,
    doublesByLostDisks: a.doublesByLostDisks + b.doublesByLostDisks,
    confirmedLost: a.confirmedLost + b.confirmedLost,
    counts,
    failures: [...a.failures, ...b.failures].slice(0, MOST_FAILURES),
  };
}
