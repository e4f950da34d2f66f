import type { CancelTimer, Timer } from '../../src/domain/timer.ts';

/**
 * A silence is heard in so many parts. A process that stood still finds its timers due before it is handed what came
 * meanwhile: then one part is over, and the bytes come before the next.
 */
const PARTS_OF_SILENCE = 4;

/** Runs `task` once nothing came for so long; whoever is handed something cancels it. */
export function afterSilence(timer: Timer, milliseconds: number, task: () => void): CancelTimer {
  let cancel: CancelTimer = () => undefined;
  const hear = (parts: number): void => {
    cancel = timer.after(milliseconds / PARTS_OF_SILENCE, () => {
      if (parts > 1) hear(parts - 1);
      else task();
    });
  };
  hear(PARTS_OF_SILENCE);
  return () => cancel();
}
