import type { CancelTimer, Timer } from '../../../src/domain/timer.ts';

/** A timer that a test advances by hand. */
export class ManualTimer implements Timer {
  private nowMs = 0;
  private waiting: { readonly atMs: number; readonly task: () => void }[] = [];

  after(milliseconds: number, task: () => void): CancelTimer {
    const entry = { atMs: this.nowMs + milliseconds, task };
    this.waiting.push(entry);
    return () => {
      this.waiting = this.waiting.filter((other) => other !== entry);
    };
  }

  /** Runs what falls due, in order, and lets messages under way arrive after each. */
  async advance(milliseconds: number): Promise<void> {
    const untilMs = this.nowMs + milliseconds;
    await settle();
    for (;;) {
      const next = this.waiting
        .filter((entry) => entry.atMs <= untilMs)
        .toSorted((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined) break;
      this.waiting = this.waiting.filter((other) => other !== next);
      this.nowMs = next.atMs;
      next.task();
      await settle();
    }
    this.nowMs = untilMs;
  }
}

/** Lets messages on memory ports arrive. */
export function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
