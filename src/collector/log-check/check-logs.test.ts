import { afterEach, expect, test } from 'vitest';
import { assertDefined } from '../../domain/assert.ts';
import { ok, unwrap } from '../../domain/result.ts';
import { TestBench } from '../../ledger/test-bench.ts';
import { encodeUploadRange } from '../../ledger/upload-range.ts';
import {
  DEVICE_KEY_HEADER,
  encodeDeviceKey,
  eventsPath,
  RANGE_CONTENT_TYPE,
} from '../../sync/upload/upload-protocol.ts';
import type { CollectorReads, TakenEvent } from '../collector-store.ts';
import { drawDemoEvents } from '../demo/demo-day.ts';
import { DemoDevice } from '../demo/demo-device.ts';
import { allSent, identified, TestCentre, upload } from '../test-centre.ts';
import { checkLogs } from './check-logs.ts';

const rubbish: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const throwAway of rubbish.splice(0).toReversed()) await throwAway();
});

const goOn = async (): Promise<'go-on'> => 'go-on';

/** A lane that sent 1,200 events in three ranges and began a second epoch, and another with five. */
async function openCentre(): Promise<TestCentre> {
  const centre = new TestCentre();
  rubbish.push(() => centre.dispose());
  const bench = new TestBench();
  rubbish.push(() => bench.dispose());
  const first = bench.open({ epoch: 1 });
  await centre.register(first.ledger);
  for (let i = 0; i < 3; i += 1) {
    unwrap(first.ledger.commit(Array.from({ length: 400 }, () => identified())));
  }
  const before = upload(first.ledger, centre.fetch);
  await allSent(before);
  await before.stop();
  first.store.close();
  const second = bench.open({ epoch: 2 });
  unwrap(second.ledger.commit([identified(), identified()]));
  await sendAll(centre, second.ledger);

  const other = new TestBench();
  rubbish.push(() => other.dispose());
  const { ledger } = other.open({ device: 'lane-2' });
  await centre.register(ledger);
  unwrap(ledger.commit(Array.from({ length: 5 }, () => identified())));
  await sendAll(centre, ledger);
  return centre;
}

async function sendAll(centre: TestCentre, ledger: Parameters<typeof upload>[0]): Promise<void> {
  const line = upload(ledger, centre.fetch);
  await allSent(line);
  await line.stop();
}

/** The same database, in which a log reads otherwise. */
function readsWith(
  centre: TestCentre,
  change: (events: readonly TakenEvent[]) => readonly TakenEvent[],
): CollectorReads {
  const { store } = centre;
  return Object.assign(Object.create(store) as CollectorReads, {
    heads: store.heads.bind(store),
    device: store.device.bind(store),
    events: async (...place: Parameters<CollectorReads['events']>) => {
      const events = await store.events(...place);
      return events.ok ? ok(change(events.value)) : events;
    },
  });
}

function flip(bytes: Uint8Array, at: number): Uint8Array {
  const changed = new Uint8Array(bytes);
  changed[at] = assertDefined(changed[at], 'a byte') ^ 1;
  return changed;
}

test('what was taken in is found whole, over pieces, ranges, epochs and devices', async () => {
  const centre = await openCentre();
  expect(unwrap(await checkLogs(centre.store, goOn))).toEqual({ devices: 2, events: 1207 });
});

test('an empty database is sound', async () => {
  const centre = new TestCentre();
  rubbish.push(() => centre.dispose());
  expect(unwrap(await checkLogs(centre.store, goOn))).toEqual({ devices: 0, events: 0 });
});

test.each<[what: string, change: (event: TakenEvent) => TakenEvent | null]>([
  ['a byte of an event changed', (event) => ({ ...event, publicBytes: flip(event.publicBytes, 40) })],
  [
    'a byte of a centre part changed',
    (event) => {
      const centre = assertDefined(event.centre ?? undefined, 'a centre part');
      return { ...event, centre: { ...centre, bytes: flip(centre.bytes, 3) } };
    },
  ],
  ['another hash beside the event', (event) => ({ ...event, hash: flip(event.hash, 31) })],
  ['an event gone', () => null],
])('%s: the place before it is named', async (_what, change) => {
  const centre = await openCentre();
  for (const [epoch, seq] of [
    [1, 1],
    [1, 700],
    [1, 1100],
    [1, 1200],
    [2, 2],
  ] as const) {
    const reads = readsWith(centre, (events) =>
      events.flatMap((event) => {
        const isIt = event.epoch === epoch && event.seq === seq;
        return isIt ? (change(event) ?? []) : [event];
      }),
    );
    const found = await checkLogs(reads, goOn);
    expect(found).toMatchObject({ ok: false, error: { code: 'altered', device: 'lane-1' } });
  }
});

test('a log that ends before its end is damaged, however well what is left fits', async () => {
  const centre = await openCentre();
  const reads = readsWith(centre, (events) => events.filter(({ seq }) => seq < 800));
  expect(await checkLogs(reads, goOn)).toEqual({
    ok: false,
    error: { code: 'altered', device: 'lane-1', epoch: 1, seq: 799 },
  });
});

test('a log that the database gives an error for is unreadable; one that is locked for a moment is not', async () => {
  const centre = await openCentre();
  const failing = (code: 'corrupt' | 'busy', times: number): CollectorReads => {
    let left = times;
    const reads = readsWith(centre, (events) => events);
    const events = reads.events.bind(reads);
    return Object.assign(reads, {
      events: async (...place: Parameters<CollectorReads['events']>) => {
        left -= 1;
        return left < 0 ? events(...place) : { ok: false, error: { code, detail: '' } };
      },
    });
  };
  expect(await checkLogs(failing('corrupt', 1), goOn)).toEqual({
    ok: false,
    error: { code: 'unreadable', device: 'lane-1', epoch: 0, seq: 0 },
  });
  expect(unwrap(await checkLogs(failing('busy', 5), goOn))).toEqual({ devices: 2, events: 1207 });
});

test('what comes in while it reads is no damage, and is left for the next time', async () => {
  const centre = new TestCentre();
  rubbish.push(() => centre.dispose());
  const device = new DemoDevice({ election: 'mock', station: '0101', device: 'lane-7' });
  const take = async (seed: number): Promise<void> => {
    const answer = await centre.app.inject({
      method: 'POST',
      url: eventsPath('lane-7'),
      headers: {
        'content-type': RANGE_CONTENT_TYPE,
        [DEVICE_KEY_HEADER]: encodeDeviceKey(device.key.publicKey),
      },
      payload: Buffer.from(encodeUploadRange(device.commit(drawDemoEvents(seed, 600)))),
    });
    expect(answer.statusCode).toBe(200);
  };
  await take(1);
  await take(2);
  let pieces = 0;
  const checked = await checkLogs(centre.store, async () => {
    pieces += 1;
    if (pieces === 1) await take(3);
    return 'go-on';
  });
  expect(unwrap(checked)).toEqual({ devices: 1, events: 1200 });
});

test('it stops when it is told to', async () => {
  const centre = await openCentre();
  expect(unwrap(await checkLogs(centre.store, async () => 'stop'))).toBe('stopped');
});
