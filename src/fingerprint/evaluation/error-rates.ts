/** Error rates by the FVC protocol (Cappelli et al., TPAMI 28(1), 2006), from raw scores. Shares of 1. */
export interface ErrorRates {
  readonly genuineCount: number;
  readonly impostorCount: number;
  /** Mean of FMR and FNMR where they cross: on the side of the crossing where it is smaller. */
  readonly equalErrorRate: number;
  /** FNMR at the lowest threshold whose FMR is at most this. */
  readonly fnmrAtFmr1Percent: number;
  readonly fnmrAtFmr01Percent: number;
  readonly fnmrAtZeroFmr: number;
}

/** Both lists need at least one score; higher means more alike, and `score >= threshold` accepts. */
export function computeErrorRates(genuine: readonly number[], impostors: readonly number[]): ErrorRates {
  const sortedGenuine = Float64Array.from(genuine).sort();
  const sortedImpostors = Float64Array.from(impostors).sort();
  const thresholds = [...new Set([...sortedGenuine, ...sortedImpostors])].sort((a, b) => a - b);
  thresholds.push(Number.POSITIVE_INFINITY);
  const steps = thresholds.map((threshold) => ({
    fmr: 1 - countBelow(sortedImpostors, threshold) / sortedImpostors.length,
    fnmr: countBelow(sortedGenuine, threshold) / sortedGenuine.length,
  }));
  const crossing = steps.findIndex(({ fmr, fnmr }) => fnmr >= fmr);
  const nearest = [steps[crossing], steps[crossing - 1]].flatMap((step) =>
    step === undefined ? [] : [(step.fmr + step.fnmr) / 2],
  );
  const fnmrAt = (fmr: number): number => steps.find((step) => step.fmr <= fmr + 1e-12)?.fnmr ?? 1;
  return {
    genuineCount: genuine.length,
    impostorCount: impostors.length,
    equalErrorRate: Math.min(...nearest),
    fnmrAtFmr1Percent: fnmrAt(0.01),
    fnmrAtFmr01Percent: fnmrAt(0.001),
    fnmrAtZeroFmr: fnmrAt(0),
  };
}

/** How many of the sorted values are below the threshold. */
function countBelow(sorted: Float64Array, threshold: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < threshold) low = middle + 1;
    else high = middle;
  }
  return low;
}
