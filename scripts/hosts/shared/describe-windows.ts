import type { WindowKind } from '../../../src/domain/window-kind.ts';

/** One plain line for whoever started the program: which windows there are, and how to reach those behind others. */
export function describeWindows(kinds: readonly WindowKind[], monitors: number): string {
  const own = kinds.slice(0, Math.max(1, monitors));
  const behind = kinds.slice(own.length);
  const shown = own.length === 1 ? own.join() : `${own.join(', ')} (one on each monitor)`;
  const reached = `; behind the ${own[0]}: ${behind.join(', ')} (Alt+Tab or the task bar)`;
  return `Windows: ${shown}${behind.length === 0 ? '' : reached}.`;
}
