import type { ResumedVisitorFile } from '../../src/register/visitors/resumed-visitor-file.ts';
import { fileFaultOf } from '../file-fault.ts';
import type { StationFault } from './build-station.ts';
import { runStationThreads, ThreadEnded } from './station-threads.ts';
import type { VisitorsAnswer, VisitorsBase } from './visitors-station.ts';

export interface VisitorsRun {
  readonly base: VisitorsBase;
  /** What earlier runs of the same content left in it is kept. */
  readonly into: ResumedVisitorFile;
  readonly stations: readonly number[];
  readonly threads: number;
  readonly onVoters: (done: number) => void;
}

/** `visitors-worker.ts` from sources, `visitors-worker.js` beside the bundle. */
const ENTRY = new URL(
  import.meta.url.endsWith('.ts') ? './visitors-worker.ts' : './visitors-worker.js',
  import.meta.url,
);

/**
 * Seals the stations that are not in the file yet. One that can't be is named, and the others are done; a disk that
 * takes no more ends the run.
 * @returns the stations that are missing in the file, and why
 */
export async function runVisitors(run: VisitorsRun): Promise<readonly StationFault[]> {
  const { base, into, onVoters } = run;
  const waiting = run.stations.filter((station) => !into.done.has(station));
  const faults: StationFault[] = [];
  let isDiskOut = false;
  const queue = waiting[Symbol.iterator]();
  const put = (station: number, answer: VisitorsAnswer | ThreadEnded): void => {
    if (isDiskOut) return;
    if (answer instanceof ThreadEnded) {
      faults.push({ station, code: 'thread-ended', detail: answer.detail });
      return;
    }
    if (!answer.ok) {
      faults.push(answer.error);
      return;
    }
    try {
      into.add(station, answer.value);
    } catch (cause) {
      const fault = fileFaultOf(cause);
      if (fault === null) throw cause;
      isDiskOut = true;
      faults.push({ station, code: fault.code, detail: fault.sentence });
    }
    onVoters(into.voters);
  };
  onVoters(into.voters);
  await runStationThreads<number, VisitorsAnswer>({
    ...{ entry: ENTRY, workerData: base, onAnswer: put },
    threads: Math.min(run.threads, waiting.length),
    nextJob: () => (isDiskOut ? null : (queue.next().value ?? null)),
  });
  return faults;
}
