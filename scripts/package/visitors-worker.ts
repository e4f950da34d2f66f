import { parentPort, workerData } from 'node:worker_threads';
import { assertDefined } from '../../src/domain/assert.ts';
import { err } from '../../src/domain/result.ts';
import { StationVisitors, type VisitorsAnswer, type VisitorsBase } from './visitors-station.ts';

/** One thread that seals visitors: a station's number in, its sealed records out, until the run ends the thread. */
const port = assertDefined(parentPort ?? undefined, 'a port to the run');
const visitors = StationVisitors.open(workerData as VisitorsBase);
port.on('message', (station: number) => {
  void (async () => {
    const answer: VisitorsAnswer = visitors.ok
      ? await visitors.value.seal(station)
      : err({ station, code: visitors.error, detail: '' });
    // Handed over, not copied: a station's are tens of megabytes.
    const moved = answer.ok ? [answer.value.records.buffer, answer.value.entries.buffer] : [];
    port.postMessage(answer, moved);
  })();
});
