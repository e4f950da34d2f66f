import { readdirSync, readlinkSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** What a process held before and after rounds of plugging, with nothing plugged in both times. */
export interface LeftBehind {
  /** The devices that were played with in between, together. */
  readonly devices: readonly string[];
  /** Rounds of each of them. */
  readonly rounds: number;
  /** Open files beyond those after the first round. */
  readonly filesLeaked: number;
  /** Resident memory in megabytes, likewise. */
  readonly memoryGrown: number;
  /** What JavaScript holds of it, buffers included: after a collection it should be nothing. */
  readonly heapGrown: number;
  /** What all open files lead to, where one was leaked. */
  readonly openFiles: readonly string[];
}

/**
 * Of all devices together, however many were played. What stays of resident memory is the libraries' own pools and what the
 * runtime has compiled meanwhile; a leak of a hundred kilobytes in each round of each device would be more in fifty.
 */
const MEMORY_MEGABYTES = 40;
/** A collection leaves what was compiled, and the pictures of a look that is under way: less than one megabyte in all. */
const HEAP_MEGABYTES = 4;
/** A look for devices is over long before that, also on a busy machine; what is open for longer is left open. */
const LOOKS_AT_REST = 60;
const LOOK_MILLISECONDS = 170;
/** What a native library has handed over is let go of between one collection and the next. */
const COLLECTIONS = 5;

async function rest(): Promise<void> {
  await pause(LOOK_MILLISECONDS);
  globalThis.gc?.();
}

export interface Resources {
  readonly files: number;
  readonly megabytes: number;
  readonly heapMegabytes: number;
}

function memory(): Omit<Resources, 'files'> {
  const { rss, heapUsed, external } = process.memoryUsage();
  return { megabytes: rss / 1024 ** 2, heapMegabytes: (heapUsed + external) / 1024 ** 2 };
}

/**
 * What the process holds once it has come to rest. A look for new devices holds a folder of /sys open for a moment:
 * the least of several counts is what stays.
 */
export async function resourcesBefore(): Promise<Resources> {
  let files = Number.POSITIVE_INFINITY;
  for (let look = 0; look < COLLECTIONS; look += 1) {
    await rest();
    files = Math.min(files, openFiles().length);
  }
  return { files, ...memory() };
}

/** What the process holds more than `before`, once it holds no more files, or has had the time to let go of them. */
export async function leftBehind(
  before: Resources,
  devices: readonly string[],
  rounds: number,
): Promise<LeftBehind> {
  const files = await countAtRest(() => openFiles().length, before.files, rest);
  for (let collection = 0; collection < COLLECTIONS; collection += 1) await rest();
  const after = memory();
  return {
    devices,
    rounds,
    filesLeaked: Math.max(0, files - before.files),
    memoryGrown: Math.max(0, Math.round(after.megabytes - before.megabytes)),
    heapGrown: Math.max(0, Math.round(after.heapMegabytes - before.heapMegabytes)),
    openFiles: files > before.files ? openFiles() : [],
  };
}

export function nothingLeft({ filesLeaked, memoryGrown, heapGrown }: LeftBehind): boolean {
  return filesLeaked === 0 && memoryGrown <= MEMORY_MEGABYTES && heapGrown <= HEAP_MEGABYTES;
}

/**
 * The first count that is no more than `expected`, else the last: what a look holds open for a moment is no leak, and
 * a leak never goes.
 */
export async function countAtRest(
  count: () => number,
  expected: number,
  rest: () => Promise<void>,
): Promise<number> {
  let counted = Number.POSITIVE_INFINITY;
  for (let look = 0; look < LOOKS_AT_REST && counted > expected; look += 1) {
    await rest();
    counted = count();
  }
  return counted;
}

function openFiles(): readonly string[] {
  return readdirSync('/proc/self/fd').map((file) => {
    try {
      return readlinkSync(`/proc/self/fd/${file}`);
    } catch {
      return 'closed meanwhile';
    }
  });
}
