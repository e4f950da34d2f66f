import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { drawDemoEvents, seededRandom } from '../../src/collector/demo/demo-day.ts';
import { DemoDevice } from '../../src/collector/demo/demo-device.ts';
import { keyFileOf, readOrCreateKeys } from '../../src/collector/key-file.ts';
import { SqliteCollectorStore } from '../../src/collector/sqlite/sqlite-collector-store.ts';
import { assertDefined } from '../../src/domain/assert.ts';
import { unwrap } from '../../src/domain/result.ts';
import { deviceKeyFromSeed } from '../../src/ledger/device-key.ts';
import { encodeUploadRange, type UploadRange } from '../../src/ledger/upload-range.ts';
import {
  DEVICE_KEY_HEADER,
  encodeDeviceKey,
  eventsPath,
  RANGE_CONTENT_TYPE,
} from '../../src/sync/upload/upload-protocol.ts';
import { type CollectorProcess, startCollectorProcess } from '../bench/collector-process.ts';
import { findProgramFiles } from '../hosts/shared/program-files.ts';

/** `TIZME_COLLECTOR_KILLS=200` for the long run. */
const KILLS = Number(process.env.TIZME_COLLECTOR_KILLS ?? 4);
const SEED = Number(process.env.TIZME_COLLECTOR_SEED ?? 20_261_122);
const EVENTS_PER_RANGE = 20;

const rubbish: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const throwAway of rubbish.splice(0).toReversed()) await throwAway();
});

/** A lane that sends its ranges one by one, and knows which were acknowledged. */
class SendingLane {
  readonly device: DemoDevice;
  readonly sent: UploadRange[] = [];
  #acknowledged = 0;

  constructor(device: DemoDevice) {
    this.device = device;
  }

  get acknowledgedSeq(): number {
    return this.sent[this.#acknowledged - 1]?.lastSeq ?? 0;
  }

  /** The next range, or the one whose answer never came; false when there was no answer. */
  async send(url: string, seed: number): Promise<boolean> {
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
    if (answer?.status !== 200) return false;
    this.#acknowledged += 1;
    return true;
  }
}

test(
  `killed ${KILLS} times in the middle of intake, a collector has lost nothing that it acknowledged, and nothing is in it twice`,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tizme-crash-'));
    rubbish.push(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, 'collector.db');
    const random = seededRandom(SEED);
    const lanes = Array.from(
      { length: 8 },
      (_, i) => new SendingLane(new DemoDevice({ election: 'mock', station: '0101', device: `lane-${i}` })),
    );
    const start = (): Promise<CollectorProcess> =>
      startCollectorProcess(['--mock', '--store', `sqlite:${file}`]);

    for (let kills = 0; kills < KILLS; kills += 1) {
      const collector = await start();
      let left = Math.ceil(random() * 40);
      await Promise.all(
        lanes.map(async (lane) => {
          while (await lane.send(collector.url, lane.sent.length)) {
            left -= 1;
            // The other lanes are in the middle of something.
            if (left === 0) await collector.kill();
          }
        }),
      );
    }

    const last = await start();
    rubbish.push(() => last.stop());
    for (const lane of lanes) {
      const answer = await fetch(`${last.url}/v1/devices/${lane.device.identity.device}/next`);
      const { last: stored } = (await answer.json()) as { last: { seq: number } | null };
      expect(stored?.seq ?? 0).toBeGreaterThanOrEqual(lane.acknowledgedSeq);
      expect(await lane.send(last.url, lane.sent.length)).toBe(true);
    }
    await last.stop();

    const { signingSeed, databaseKey } = unwrap(readOrCreateKeys(keyFileOf(file), true, file));
    const store = unwrap(
      SqliteCollectorStore.open({
        file,
        key: databaseKey,
        migrations: join(findProgramFiles().migrationsDirectory, 'collector'),
        identity: { election: null, mock: true, publicKey: deviceKeyFromSeed(signingSeed).publicKey },
      }),
    );
    rubbish.push(() => store.close());
    const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
    for (const { device, sent } of lanes) {
      const name = device.identity.device;
      const stored = unwrap(await store.events(name, { epoch: 0, seq: 0 }, 1_000_000));
      const records = sent.flatMap((range) => range.records);
      expect(stored.map(({ publicBytes }) => hex(publicBytes))).toEqual(
        records.map(({ publicBytes }) => hex(publicBytes)),
      );
      const kinds = unwrap(await store.counts(name)).filter(({ property }) => property === 'kind');
      expect(kinds.reduce((sum, { count }) => sum + count, 0)).toBe(records.length);
    }
    const totals = unwrap(await store.totals());
    expect(totals).toMatchObject({ quarantinedRanges: 0, alarms: [] });
    expect(totals.events).toBe(
      lanes.reduce((sum, { sent }) => sum + assertDefined(sent.at(-1), 'a sent range').lastSeq, 0),
    );
  },
  KILLS * 10_000,
);
