import { percentile } from '../bench/benchmark.ts';
import { type ReadinessCheckName, type ReadinessReport, verdict } from './readiness-report.ts';

/** All laptops of one model. */
export interface ModelReport {
  readonly model: string;
  readonly laptops: number;
  readonly ready: number;
  readonly notReady: number;
  /** How many failed each check, and how many gave a warning. */
  readonly failures: Readonly<Partial<Record<ReadinessCheckName, number>>>;
  readonly warnings: Readonly<Partial<Record<ReadinessCheckName, number>>>;
  readonly scannerScore: Spread | null;
  readonly batteryWearPercent: Spread | null;
  readonly printersWithoutFault: number;
  readonly clockOffsetSeconds: Spread | null;
  /** Which laptops somebody has to look at: device, or seal, or the file. */
  readonly lookAt: readonly string[];
}

export interface Spread {
  readonly least: number;
  readonly median: number;
  readonly most: number;
}

export interface CollectedReport {
  readonly file: string;
  readonly report: ReadinessReport;
}

/**
 * One report a model, the worst first. Of a laptop that was tested twice the newest report counts: it was mended in
 * between.
 */
export function joinReports(collected: readonly CollectedReport[]): ModelReport[] {
  const newest = new Map<string, CollectedReport>();
  for (const one of collected) {
    const laptop = one.report.device ?? one.file;
    const known = newest.get(laptop);
    if (known === undefined || known.report.made < one.report.made) newest.set(laptop, one);
  }
  const byModel = Map.groupBy(newest.values(), ({ report }) => report.model);
  return [...byModel]
    .map(([model, laptops]) => reportOf(model, laptops))
    .sort((a, b) => b.notReady / b.laptops - a.notReady / a.laptops || a.model.localeCompare(b.model));
}

function reportOf(model: string, laptops: readonly CollectedReport[]): ModelReport {
  const reports = laptops.map(({ report }) => report);
  const figures = (name: 'scannerScore' | 'batteryWearPercent' | 'clockOffsetSeconds'): Spread | null =>
    spread(reports.map((report) => report.figures[name]).filter((value) => value !== null));
  return {
    model,
    laptops: laptops.length,
    ready: reports.filter((report) => verdict(report) === 'ready').length,
    notReady: reports.filter((report) => verdict(report) === 'not-ready').length,
    failures: countChecks(reports, 'failed'),
    warnings: countChecks(reports, 'warning'),
    scannerScore: figures('scannerScore'),
    batteryWearPercent: figures('batteryWearPercent'),
    printersWithoutFault: reports.filter((report) =>
      report.checks.some(({ name, result }) => name === 'printer' && result === 'passed'),
    ).length,
    clockOffsetSeconds: figures('clockOffsetSeconds'),
    lookAt: laptops
      .filter(({ report }) => verdict(report) === 'not-ready')
      .map(({ file, report }) => report.seal || (report.device ?? file))
      .sort(),
  };
}

function countChecks(
  reports: readonly ReadinessReport[],
  wanted: 'failed' | 'warning',
): ModelReport['failures'] {
  const counts: Partial<Record<ReadinessCheckName, number>> = {};
  for (const { checks } of reports)
    for (const { name, result } of checks) if (result === wanted) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

function spread(values: readonly number[]): Spread | null {
  if (values.length === 0) return null;
  return { least: Math.min(...values), median: percentile(values, 0.5), most: Math.max(...values) };
}
