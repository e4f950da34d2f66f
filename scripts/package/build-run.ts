import { closeSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { parseJson } from '../../src/packages/commission.ts';
import type { LaneEntry } from '../../src/packages/manifest.ts';
import { readHeader, verifyParts } from '../../src/packages/package-file.ts';
import { writeWhole } from '../../src/store/write-whole.ts';
import type { FileFault } from '../file-fault.ts';
import { BUILD_RECORD_FILE } from './build-secrets.ts';
import {
  type BuildBase,
  packageFileName,
  StationBuilder,
  type StationBuilt,
  type StationFault,
  type StationJob,
} from './build-station.ts';
import type { PlannedStation } from './election-plan.ts';
import { runStationThreads, ThreadEnded } from './station-threads.ts';

const recordSchema = z.strictObject({
  version: z.literal(1),
  /** The hash of everything that goes into the packages. */
  content: z.string(),
  packageVersion: z.int().min(1),
});

/**
 * Which version this run makes: that of the run that was stopped, where everything is as it was; else the next one.
 * Written down before the first package, so that a run that is killed goes on as itself.
 */
export function packageVersionFor(out: string, content: string): Result<number, 'build-record-damaged'> {
  mkdirSync(out, { recursive: true, mode: 0o700 });
  const file = join(out, BUILD_RECORD_FILE);
  let version = 1;
  if (statSync(file, { throwIfNoEntry: false }) !== undefined) {
    const record = recordSchema.safeParse(parseJson(readFileSync(file, 'utf8')));
    if (!record.success) return err('build-record-damaged');
    if (record.data.content === content) return ok(record.data.packageVersion);
    version = record.data.packageVersion + 1;
  }
  const text = `${JSON.stringify({ version: 1, content, packageVersion: version }, null, 2)}\n`;
  writeWhole(file, Buffer.from(text));
  return ok(version);
}

export interface BuildRun {
  readonly base: BuildBase;
  readonly stations: readonly PlannedStation[];
  readonly lanesOf: (station: number) => readonly LaneEntry[];
  readonly threads: number;
  readonly onStation: (done: number, of: number) => void;
  /** The caller holds the register open, which went through all of it: gigabytes, read once and not in each thread. */
  readonly registerIsOpen?: boolean;
  /** The worker's entry; bundles ship it as a .js file of their own. */
  readonly entry?: URL;
}

export interface BuildOutcome {
  readonly built: readonly StationBuilt[];
  /** Packages that a run before this one had finished. */
  readonly kept: number;
  readonly keptStations: readonly number[];
  /** Not begun, since the disk takes no more. */
  readonly left: number;
  readonly faults: readonly StationFault[];
}

/** `build-worker.ts` from sources, `build-worker.js` beside the bundle. */
const ENTRY = new URL(
  import.meta.url.endsWith('.ts') ? './build-worker.ts' : './build-worker.js',
  import.meta.url,
);

/**
 * Builds what isn't built yet, in threads, while this one holds the register open. A station that can't be built is
 * named and the others go on; a disk that takes no more ends the run. The largest number of packages in memory is the
 * number of threads.
 */
export async function runBuild(run: BuildRun): Promise<BuildOutcome> {
  const { base, stations, lanesOf, onStation } = run;
  const keptStations = stations.map(({ number }) => number).filter((number) => isBuilt(base, number));
  const waiting = stations.filter(({ number }) => !keptStations.includes(number));
  const kept = keptStations.length;
  const built: StationBuilt[] = [];
  const faults: StationFault[] = [];
  onStation(kept, stations.length);
  const held = StationBuilder.open(base, { openInOtherThread: run.registerIsOpen === true });
  if (!held.ok) {
    for (const { number } of waiting) faults.push({ station: number, code: held.error, detail: '' });
    return { kept, keptStations, built, faults, left: 0 };
  }
  const queue = waiting[Symbol.iterator]();
  const nextJob = (): StationJob | null => {
    if (faults.some(({ code }) => ENDS_THE_RUN.includes(code))) return null;
    const { done, value } = queue.next();
    return done === true ? null : { station: value, lanes: lanesOf(value.number) };
  };
  await runStationThreads<StationJob, StationResult>({
    ...{ entry: run.entry ?? ENTRY, workerData: base, nextJob },
    threads: Math.min(run.threads, waiting.length),
    onAnswer: ({ station }, answer) => {
      if (answer instanceof ThreadEnded)
        faults.push({ station: station.number, code: 'thread-ended', detail: answer.detail });
      else if (answer.ok) built.push(answer.value);
      else faults.push(answer.error);
      onStation(kept + built.length + faults.length, stations.length);
    },
  });
  held.value.close();
  return { kept, keptStations, built, faults, left: waiting.length - built.length - faults.length };
}

/** The next station would meet it, too. */
const ENDS_THE_RUN: readonly string[] = [
  'disk-full',
  'disk-failed',
  'no-access',
] satisfies FileFault['code'][];

type StationResult = Result<StationBuilt, StationFault>;

/** Whole to the last byte, and of this very run: what was damaged since is made again. */
function isBuilt({ out, about }: BuildBase, station: number): boolean {
  const file = join(out, packageFileName(station, about.version));
  if (statSync(file, { throwIfNoEntry: false }) === undefined) return false;
  const descriptor = openSync(file, 'r');
  try {
    const header = readHeader(descriptor);
    return (
      header.ok &&
      header.value.manifest.build === about.build &&
      header.value.manifest.station.number === station &&
      verifyParts(descriptor, header.value).ok
    );
  } finally {
    closeSync(descriptor);
  }
}
