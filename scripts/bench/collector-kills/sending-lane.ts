import { drawDemoEvents } from '../../../src/collector/demo/demo-day.ts';
import type { DemoDevice } from '../../../src/collector/demo/demo-device.ts';
import { encodeUploadRange, type UploadRange } from '../../../src/ledger/upload-range.ts';
import {
  DEVICE_KEY_HEADER,
  encodeDeviceKey,
  eventsPath,
  RANGE_CONTENT_TYPE,
} from '../../../src/sync/upload/upload-protocol.ts';

const EVENTS_PER_RANGE = 20;

/** A lane that sends its ranges one by one, and knows which were acknowledged. */
export class SendingLane {
  readonly device: DemoDevice;
  readonly sent: UploadRange[] = [];
  #acknowledged = 0;

  constructor(device: DemoDevice) {
    this.device = device;
  }

  get acknowledgedSeq(): number {
    return this.sent[this.#acknowledged - 1]?.lastSeq ?? 0;
  }

  /** The next range, or the one whose answer never came; false when it was not acknowledged. */
  async send(url: string): Promise<boolean> {
    const seed = this.sent.length;
    const range = this.sent[this.#acknowledged] ?? this.device.commit(drawDemoEvents(seed, EVENTS_PER_RANGE));
    this.sent[this.#acknowledged] = range;
    const answer = await fetch(`${url}${eventsPath(this.device.identity.device)}`, {
      method: 'POST',
      headers: {
        'content-type': RANGE_CONTENT_TYPE,
        [DEVICE_KEY_HEADER]: encodeDeviceKey(this.device.key.publicKey),
      },
      body: new Uint8Array(encodeUploadRange(range)),
    }).catch(() => null);
    await answer?.arrayBuffer().catch(() => null);
    if (answer?.status !== 200) return false;
    this.#acknowledged += 1;
    return true;
  }
}
