import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';

/**
 * The two times that every record keeps: the wall clock, which people read and which may jump, and the
 * monotonic clock, which can't, together with the boot that it counts from. Where they disagree, the wall
 * clock was moved.
 */
export interface Clock {
  /** Milliseconds since 1970-01-01 UTC, as the machine believes. */
  wallMs(): number;
  /** Whole milliseconds on a clock that never steps; only comparable within one `bootId`. */
  monotonicMs(): number;
  /** Names the boot (Linux) or the process (elsewhere) that `monotonicMs` counts from. */
  readonly bootId: string;
}

const LINUX_BOOT_ID_FILE = '/proc/sys/kernel/random/boot_id';

/** The clocks of this machine. */
export function systemClock(): Clock {
  return {
    wallMs: () => Date.now(),
    monotonicMs: () => Number(process.hrtime.bigint() / 1_000_000n),
    bootId: readBootId(),
  };
}

function readBootId(): string {
  try {
    return readFileSync(LINUX_BOOT_ID_FILE, 'utf8').trim();
  } catch {
    // Other systems name no boot: a fresh name per process is always true, only less informative.
    return randomUUID();
  }
}

/** A clock that stands still until it is told to move; for tests, simulations and mock days. */
export interface SettableClock extends Clock {
  /** Both clocks go on, as time does. */
  advance(milliseconds: number): void;
  /** Only the wall clock moves, as when somebody sets it. */
  setWall(wallMs: number): void;
  /** A restart: the monotonic clock begins again under a new boot. */
  reboot(bootId: string): void;
}

export function settableClock(start: {
  wallMs: number;
  monotonicMs?: number;
  bootId?: string;
}): SettableClock {
  let wall = start.wallMs;
  let monotonic = start.monotonicMs ?? 0;
  let boot = start.bootId ?? 'boot-1';
  return {
    wallMs: () => wall,
    monotonicMs: () => monotonic,
    get bootId() {
      return boot;
    },
    advance(milliseconds) {
      wall += milliseconds;
      monotonic += milliseconds;
    },
    setWall(wallMs) {
      wall = wallMs;
    },
    reboot(bootId) {
      boot = bootId;
      monotonic = 0;
    },
  };
}
