import { parentPort, workerData } from 'node:worker_threads';
import { assertDefined } from '../../../src/domain/assert.ts';
import { systemTimer } from '../../../src/domain/timer.ts';
import { startUpload } from '../../../src/sync/upload/start-upload.ts';
import { HerdDevice, type PlantedAct } from './herd-device.ts';
import { deviceFetch } from './herd-fetch.ts';

/** A share of the herd in a thread of its own: each device with its own connection and the very upload of a station. */
export interface HerdShare {
  readonly url: string;
  readonly certificate: string;
  readonly collectorKey: Uint8Array;
  readonly voters: number;
  readonly lanes: readonly { readonly lane: number; readonly planted: readonly PlantedAct[] }[];
}

/** What a device had sent when it was done. */
export interface SentLog {
  readonly lane: number;
  readonly events: number;
  /** Of the last event, SHA-256. */
  readonly lastHash: Uint8Array;
}

export type HerdReport = { readonly type: 'ready' } | { readonly type: 'sent'; readonly log: SentLog };

const port = assertDefined(parentPort ?? undefined, 'the parent of a herd worker');
const { url, certificate, collectorKey, voters, lanes } = workerData as HerdShare;
const say = (report: HerdReport): void => port.postMessage(report);
const timer = systemTimer();
const devices = lanes.map(({ lane, planted }) => new HerdDevice(lane, voters, planted));

function send(device: HerdDevice): void {
  const { fetch, close } = deviceFetch(certificate);
  const line = startUpload({
    ...{ ledger: device, collectorUrl: url, timer, random: Math.random, fetch, collectorKey },
  });
  line.onChange(() => {
    if (line.view().pending > 0 || device.acknowledged !== device.total) return;
    // Not from within its own step.
    setImmediate(() => {
      void line.stop().then(() => {
        close();
        const lastHash = assertDefined(device.lastHash, 'a device that sent');
        say({ type: 'sent', log: { lane: device.lane, events: device.total, lastHash } });
      });
    });
  });
}

port.once('message', () => {
  for (const device of devices) send(device);
});
say({ type: 'ready' });
