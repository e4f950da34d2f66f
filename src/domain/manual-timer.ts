import { assertDefined } from './assert.ts';
import type { CancelTimer, Timer } from './timer.ts';

export interface ManualTimer extends Timer {
  /** Lets so many milliseconds pass, and lets promises settle in between. */
  advance(milliseconds: number): Promise<void>;
}

/** A timer whose time is moved by the test. */
export function manualTimer(): ManualTimer {
  let now = 0;
  const tasks = new Set<{ readonly at: number; readonly run: () => void }>();
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    after(milliseconds, run): CancelTimer {
      const task = { at: now + milliseconds, run };
      tasks.add(task);
      return () => tasks.delete(task);
    },
    async advance(milliseconds) {
      const end = now + milliseconds;
      await settle();
      for (;;) {
        const due = [...tasks].filter((task) => task.at <= end).sort((a, b) => a.at - b.at);
        if (due.length === 0) break;
        const next = assertDefined(due[0], 'the next task');
        now = Math.max(now, next.at);
        tasks.delete(next);
        next.run();
        await settle();
      }
      now = end;
    },
  };
}
