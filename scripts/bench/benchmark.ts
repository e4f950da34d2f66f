/** One measured figure beside what was asked; `met` is null where nothing was asked. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly aim: string | null;
  readonly met: boolean | null;
}

export interface BenchmarkResult {
  readonly name: string;
  readonly figures: readonly Figure[];
}

/** A figure that should be at most so much. */
export function atMost(what: string, value: number, unit: string, most: number): Figure {
  return { what, value: rounded(value), unit, aim: `<= ${most} ${unit}`, met: value <= most };
}

/** A figure that should be at least so much. */
export function atLeast(what: string, value: number, unit: string, least: number): Figure {
  return { what, value: rounded(value), unit, aim: `>= ${least} ${unit}`, met: value >= least };
}

/** A figure that should be nothing at all. */
export function exactly(what: string, value: number, unit: string): Figure {
  return { what, value, unit, aim: `0 ${unit}`, met: value === 0 };
}

/** A figure that is printed for itself. */
export function plain(what: string, value: number, unit: string): Figure {
  return { what, value: rounded(value), unit, aim: null, met: null };
}

/** The value below which the given share of all values lies (nearest rank); 0 for none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
