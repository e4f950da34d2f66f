const WIDTH = 28;

/** One line of a progress bar, to be handed to `CommandIo.progress`: `\r  label  [######......]  21 %  13/60`. */
export function progressBar(label: string, done: number, of: number): string {
  const share = of === 0 ? 1 : Math.min(1, Math.max(0, done / of));
  const full = Math.round(share * WIDTH);
  const percent = String(Math.floor(share * 100)).padStart(3);
  return `\r  ${label}  [${'#'.repeat(full)}${'.'.repeat(WIDTH - full)}] ${percent} %  ${done}/${of}`;
}

/** The same with how long the rest will take, from the pace of this run; silent about it for the first moments. */
export function progressWithEstimate(
  label: string,
  nowMs: () => number,
): (done: number, of: number) => string {
  let first: { readonly done: number; readonly atMs: number } | null = null;
  return (done, of) => {
    first ??= { done, atMs: nowMs() };
    const [steps, elapsedMs] = [done - first.done, nowMs() - first.atMs];
    const bar = progressBar(label, done, of);
    if (steps < 3 || done >= of) return bar;
    return `${bar}  ${duration(((of - done) * elapsedMs) / steps)} left`;
  };
}

function duration(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  if (seconds < 90) return `about ${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `about ${minutes} min` : `about ${(minutes / 60).toFixed(1)} h`;
}
