/**
 * Time that can be injected: devices and their proxies wait only through this, so that tests advance it by
 * hand and a mock election can run faster than the clock on the wall.
 */
export interface Timer {
  /** Runs `task` once after so many milliseconds, unless the returned function is called before. */
  after(milliseconds: number, task: () => void): CancelTimer;
  /** What `giveUpAfter` uses; left out, it is as `after`. */
  giveUpAfter?(milliseconds: number, task: () => void): CancelTimer;
}

export type CancelTimer = () => void;

/**
 * The runtime's own timer.
 * @param speed 20 makes every wait twenty times shorter.
 * @param patience 20 makes it wait twenty times longer for an answer; at whatever speed, 1 is as long as at a real desk.
 */
export function systemTimer(speed = 1, patience = 1): Timer {
  const wait = (milliseconds: number, task: () => void): CancelTimer => {
    const handle = setTimeout(task, milliseconds);
    return () => clearTimeout(handle);
  };
  return {
    after: (milliseconds, task) => wait(milliseconds / speed, task),
    giveUpAfter: (milliseconds, task) => wait(milliseconds * patience, task),
  };
}

/**
 * For how long somebody else is waited for who may never answer. Apart from `after`, for a mock election makes its own pace
 * faster, but neither the machine that it runs on nor whoever answers.
 */
export function giveUpAfter(timer: Timer, milliseconds: number, task: () => void): CancelTimer {
  return timer.giveUpAfter?.(milliseconds, task) ?? timer.after(milliseconds, task);
}

/** Resolves after so many milliseconds of `timer`. */
export function sleep(timer: Timer, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    timer.after(milliseconds, resolve);
  });
}
