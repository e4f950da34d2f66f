import { parentPort, workerData } from 'node:worker_threads';
import { assertDefined } from '../../src/domain/assert.ts';
import { type BuildBase, StationBuilder, type StationJob } from './build-station.ts';

/** One thread of a build run: a station in, its figures out, until the run ends the thread. */
const port = assertDefined(parentPort ?? undefined, 'a port to the run');
const builder = StationBuilder.open(workerData as BuildBase, { openInOtherThread: true });
port.on('message', (job: StationJob) => {
  void (async () => {
    const { number: station } = job.station;
    port.postMessage(
      builder.ok
        ? await builder.value.build(job)
        : { ok: false, error: { station, code: builder.error, detail: '' } },
    );
  })();
});
