/**
 * Time that can be injected: devices and their proxies wait only through this, so that tests advance it by
 * hand and a mock election can run faster than the clock on the wall.
 */
export interface Timer {
  /** Runs `task` once after so many milliseconds, unless the returned function is called before. */
  after(milliseconds: number, task: () => void): CancelTimer;
}

export type CancelTimer = () => void;

/** The runtime's own timer. `speed` 20 makes every wait twenty times shorter. */
export function systemTimer(speed = 1): Timer {
  return {
    after(milliseconds, task) {
      const handle = setTimeout(task, milliseconds / speed);
      return () => clearTimeout(handle);
    },
  };
}

/** Resolves after so many milliseconds of `timer`. */
export function sleep(timer: Timer, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    timer.after(milliseconds, resolve);
  });
}
