import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { assertDefined } from '../domain/assert.ts';
import { unwrap } from '../domain/result.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { TestBench } from '../ledger/test-bench.ts';
import { encodeUploadRange, type UploadRange } from '../ledger/upload-range.ts';
import {
  DEVICE_KEY_HEADER,
  encodeDeviceKey,
  encodeProof,
  RANGE_CONTENT_TYPE,
} from '../sync/upload/upload-protocol.ts';
import { drawDemoEvents } from './demo/demo-day.ts';
import { DemoDevice } from './demo/demo-device.ts';
import { MOST_RANGES_AT_ONCE } from './intake-queue.ts';
import { comparable, eventsOf, identified, TestCentre } from './test-centre.ts';

const rubbish: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const throwAway of rubbish.splice(0).toReversed()) await throwAway();
});

function openLane(changes: Parameters<TestBench['open']>[0] = {}, events = 4): Ledger {
  const bench = new TestBench();
  rubbish.push(() => bench.dispose());
  const { ledger } = bench.open({ epoch: 1, ...changes });
  for (let i = 0; i < events; i += 1) unwrap(ledger.commit([identified()]));
  return ledger;
}

function openCentre(options: ConstructorParameters<typeof TestCentre>[0] = {}): TestCentre {
  const centre = new TestCentre(options);
  rubbish.push(() => centre.dispose());
  return centre;
}

/** Events `first` to `last` of the ledger's epoch 1. */
function range(ledger: Ledger, first: number, last: number): UploadRange {
  const found = unwrap(ledger.pendingRange({ epoch: 1, seq: first - 1 }, last - first + 1));
  return assertDefined(found, 'the range');
}

async function post(
  centre: Pick<TestCentre, 'app'>,
  body: Uint8Array,
  { device = 'lane-1', headers = {} }: { device?: string; headers?: Record<string, string> } = {},
): Promise<{ status: number; answer: unknown; retryAfter: unknown }> {
  const answer = await centre.app.inject({
    method: 'POST',
    url: `/v1/devices/${device}/events`,
    headers: { 'content-type': RANGE_CONTENT_TYPE, ...headers },
    payload: Buffer.from(body),
  });
  return { status: answer.statusCode, answer: answer.json(), retryAfter: answer.headers['retry-after'] };
}

function send(centre: Pick<TestCentre, 'app'>, sent: UploadRange): ReturnType<typeof post> {
  return post(centre, encodeUploadRange(sent), { device: sent.identity.device });
}

test('a gap is answered with the first event that is missing, and nothing of the range is stored', async () => {
  const ledger = openLane();
  const centre = openCentre();
  await centre.register(ledger);
  expect(await send(centre, range(ledger, 3, 4))).toMatchObject({
    status: 409,
    answer: { status: 'gap', next: { epoch: 1, seq: 1 } },
  });
  expect((await centre.totals()).events).toBe(0);
  expect(await send(centre, range(ledger, 1, 2))).toMatchObject({ status: 200 });
  expect(await send(centre, range(ledger, 3, 4))).toMatchObject({ status: 200 });
  expect((await centre.events('lane-1')).map(comparable)).toEqual(eventsOf(ledger));
});

test('an epoch that links to an unknown one is a gap before it', async () => {
  const bench = new TestBench();
  rubbish.push(() => bench.dispose());
  const first = bench.open({ epoch: 1 });
  unwrap(first.ledger.commit([identified(), identified()]));
  first.store.close();
  const { ledger } = bench.open({ epoch: 2 });
  unwrap(ledger.commit([identified()]));
  const centre = openCentre();
  await centre.register(ledger);

  const newer = assertDefined(unwrap(ledger.pendingRange({ epoch: 2, seq: 0 }, 10)), 'the newer epoch');
  expect(await send(centre, newer)).toMatchObject({ status: 409, answer: { status: 'gap', next: null } });
  expect(await send(centre, range(ledger, 1, 2))).toMatchObject({ status: 200 });
  expect(await send(centre, newer)).toMatchObject({ status: 200 });
  expect((await centre.events('lane-1')).map(comparable)).toEqual(eventsOf(ledger));
});

test('ranges that overlap what is stored add only what is new; a repetition gets the very same receipt', async () => {
  const ledger = openLane();
  const centre = openCentre();
  await centre.register(ledger);
  const first = await send(centre, range(ledger, 1, 2));
  await send(centre, range(ledger, 1, 4));
  expect(await send(centre, range(ledger, 2, 3))).toMatchObject({ status: 200 });
  expect(await send(centre, range(ledger, 1, 2))).toEqual(first);
  expect((await centre.events('lane-1')).map(comparable)).toEqual(eventsOf(ledger));
  const [lane] = (await centre.totals()).devices;
  expect(lane).toMatchObject({ events: 4 });
  expect(unwrap(await centre.store.counts('lane-1'))).toContainEqual({
    property: 'hour',
    value: '09',
    count: 4,
  });
});

test('another election, a mock event for a real collector, a real one for a mock: refused, nothing kept', async () => {
  const real = openCentre({ mock: false, election: 'parliament-2025' });
  const mock = openCentre();
  const refused = (code: string) => ({ status: 403, answer: { status: 'refused', code } });

  const otherElection = openLane({ mock: false, election: 'president-2027' });
  expect(await send(real, range(otherElection, 1, 4))).toMatchObject(refused('other-election'));
  const training = openLane({ election: 'parliament-2025' });
  expect(await send(real, range(training, 1, 4))).toMatchObject(refused('mock-and-real'));
  const genuine = openLane({ mock: false });
  expect(await send(mock, range(genuine, 1, 4))).toMatchObject(refused('mock-and-real'));
  const stranger = openLane({ mock: false, election: 'parliament-2025' });
  expect(await send(real, range(stranger, 1, 4))).toMatchObject(refused('unknown-device'));

  for (const centre of [real, mock]) {
    expect(await centre.totals()).toEqual({
      events: 0,
      counts: [],
      devices: [],
      quarantinedRanges: 0,
      doubles: [],
      alarms: [],
    });
  }
});

test('a range under another device’s address, or of another station, is refused', async () => {
  const ledger = openLane();
  const centre = openCentre();
  await centre.register(ledger, '9999');
  const body = encodeUploadRange(range(ledger, 1, 4));
  const refused = { status: 403, answer: { status: 'refused', code: 'wrong-identity' } };
  expect(await post(centre, body)).toMatchObject(refused);
  expect(await post(centre, body, { device: 'lane-2' })).toMatchObject(refused);
});

test('a mock collector believes a key the first time only, and only with a range that it signed', async () => {
  const ledger = openLane();
  const impostor = openLane({}, 2);
  const centre = openCentre();
  const withKey = (key: Uint8Array) => ({ headers: { [DEVICE_KEY_HEADER]: encodeDeviceKey(key) } });
  const body = encodeUploadRange(range(ledger, 1, 4));

  expect(await post(centre, body, withKey(impostor.publicKey))).toMatchObject({ status: 403 });
  expect((await centre.totals()).devices).toEqual([]);
  expect(await post(centre, body, withKey(ledger.publicKey))).toMatchObject({ status: 200 });
  const forged = encodeUploadRange(range(impostor, 1, 2));
  expect(await post(centre, forged, withKey(impostor.publicKey))).toMatchObject({
    status: 202,
    answer: { status: 'quarantined', faults: expect.arrayContaining(['wrong-signature']) },
  });
  expect((await centre.events('lane-1')).map(comparable)).toEqual(eventsOf(ledger));
});

test('one changed byte anywhere: never accepted, never counted', async () => {
  const ledger = openLane();
  const centre = openCentre();
  await centre.register(ledger);
  const whole = encodeUploadRange(range(ledger, 1, 4));
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, mask) => {
      const changed = new Uint8Array(whole);
      changed[at] = (changed[at] ?? 0) ^ mask;
      const { status } = await post(centre, changed);
      expect([202, 400, 403]).toContain(status);
    }),
    { numRuns: 150, seed: 7 },
  );
  for (const length of [0, 1, whole.length - 1]) {
    expect(await post(centre, whole.subarray(0, length))).toMatchObject({ status: 400 });
  }
  expect((await centre.totals()).events).toBe(0);
  // The quarantine is bounded, and what was kept aside doesn't stand in the way of the true range.
  expect((await centre.totals()).quarantinedRanges).toBeLessThanOrEqual(64);
  expect(await post(centre, whole)).toMatchObject({ status: 200 });
});

test('bodies that are too large or of another kind are refused before they are read', async () => {
  const centre = openCentre();
  expect(await post(centre, new Uint8Array(1024 * 1024 + 1))).toMatchObject({ status: 413 });
  expect(
    await post(centre, new Uint8Array(3), { headers: { 'content-type': 'application/json' } }),
  ).toMatchObject({ status: 415, answer: { status: 'refused', code: 'bad-request' } });
  expect(await post(centre, new Uint8Array(3), { device: '%20' })).toMatchObject({ status: 400 });
});

test('a full disk at the centre: the station is asked to come back, and nothing half is stored', async () => {
  const ledger = openLane();
  const centre = openCentre();
  await centre.register(ledger);
  const append = centre.store.append.bind(centre.store);
  centre.store.append = async () => ({ ok: false, error: { code: 'disk-full' } });
  expect(await send(centre, range(ledger, 1, 4))).toEqual({
    status: 503,
    answer: { status: 'busy' },
    retryAfter: '1',
  });
  centre.store.append = append;
  expect(await send(centre, range(ledger, 1, 4))).toMatchObject({ status: 200 });
});

test('more devices at once than the collector holds are asked to come back, and a device at its second range', async () => {
  const centre = openCentre();
  const devices = Array.from(
    { length: MOST_RANGES_AT_ONCE + 1 },
    (_, i) => new DemoDevice({ election: 'mock-2026', station: '0101', device: `lane-${i}` }),
  );
  const bodies = devices.map((device) => encodeUploadRange(device.commit(drawDemoEvents(1, 3))));
  const device = centre.store.device.bind(centre.store);
  let letGo = (): void => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  centre.store.device = async (name) => {
    await held;
    return device(name);
  };
  const sendOf = (i: number) =>
    post(centre, bodies[i] ?? new Uint8Array(), {
      device: `lane-${i}`,
      headers: { [DEVICE_KEY_HEADER]: encodeDeviceKey(devices[i]?.key.publicKey ?? new Uint8Array()) },
    });
  const first = sendOf(0);
  expect(await sendOf(0)).toMatchObject({ status: 503 });
  const answers = [first, ...devices.slice(1).map((_, i) => sendOf(i + 1))];
  expect(await Promise.race(answers)).toMatchObject({ status: 503, retryAfter: '1' });
  letGo();
  const statuses = (await Promise.all(answers)).map(({ status }) => status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(MOST_RANGES_AT_ONCE);
  expect((await centre.totals()).events).toBe(3 * MOST_RANGES_AT_ONCE);
  expect(await sendOf(MOST_RANGES_AT_ONCE)).toMatchObject({ status: 200 });
});

test('two collectors on one database: who comes second sees what the first stored', async () => {
  const ledger = openLane();
  const centre = openCentre();
  await centre.register(ledger);
  const append = centre.store.append.bind(centre.store);
  const second = centre.another();
  let raced = false;
  centre.store.append = async (batch) => {
    if (!raced) {
      // Between this one's reading and its writing, the other stores the first half.
      raced = true;
      await send(second, range(ledger, 1, 2));
    }
    return append(batch);
  };
  expect(await send(centre, range(ledger, 1, 4))).toMatchObject({ status: 200 });
  expect((await centre.events('lane-1')).map(comparable)).toEqual(eventsOf(ledger));
  expect((await centre.totals()).counts).toContainEqual({
    property: 'kind',
    value: 'identification',
    count: 4,
  });
});

test('next names the last event of a device; an unknown one has none', async () => {
  const ledger = openLane();
  const centre = openCentre();
  const ask = async ({ app }: TestCentre, proof?: string) => {
    const headers = proof === undefined ? {} : { 'tizme-proof': proof };
    return (await app.inject({ method: 'GET', url: '/v1/devices/lane-1/next', headers })).json();
  };
  expect(await ask(centre)).toEqual({ last: null });
  await centre.register(ledger);
  await send(centre, range(ledger, 1, 3));
  const hash = Buffer.from(unwrap(ledger.events({ epoch: 1, seq: 2 }, 1))[0]?.hash ?? []).toString('base64');
  const { status, challenge } = await ask(centre);
  expect(status).toBe('prove');
  const proof = encodeProof({ challenge, signature: ledger.signChallenge(challenge) });
  expect(await ask(centre, proof)).toEqual({ last: { epoch: 1, seq: 3, hash } });
});

test('turnout, health, metrics and the status page show totals, and no small cell', async () => {
  const ledger = openLane({}, 0);
  for (let i = 0; i < 24; i += 1) {
    const sex = i < 3 ? 'male' : 'female';
    unwrap(ledger.commit([identified({ sex, hour: i < 12 ? 8 : 9 })]));
  }
  unwrap(
    ledger.commit([
      { ...identified({ type: 'identification-undone', hour: 9, method: 'commission' }), kind: 'undo' },
      identified({ hour: 9, method: 'commission' }),
    ]),
  );
  const centre = openCentre();
  await centre.register(ledger);
  await send(centre, range(ledger, 1, 26));
  const get = (url: string) => centre.app.inject({ method: 'GET', url });

  expect((await get('/v1/turnout')).json()).toEqual({
    mock: true,
    identified: 25,
    undone: 1,
    byHour: { cells: { '08': 12, '09': 12 }, merged: 0 },
    bySex: { cells: {}, merged: 24 },
    byAgeGroup: { cells: { '26-35': 24 }, merged: 0 },
    byMethod: { cells: { fingerprint: 24 }, merged: 0 },
    byStation: { cells: { '0101': 24 }, merged: 0 },
    incidents: {},
  });
  expect((await get('/health')).json()).toEqual({ status: 'ok', mock: true, logCheck: 'sound' });
  const metrics = await get('/metrics');
  expect(metrics.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(metrics.body).toContain('tizme_collector_ranges_total{answer="accepted"} 1\n');
  expect(metrics.body).toContain('# TYPE tizme_collector_events gauge\ntizme_collector_events 26\n');

  const page = await get('/?lang=en');
  expect(page.headers['content-security-policy']).toMatch(
    /^default-src 'none'; style-src 'self'; script-src 'self';/,
  );
  expect(page.body).toContain('МАШЫГУУ / ТРЕНИРОВКА / TRAINING');
  expect(page.body).toContain('<td>0101</td><td>● heard</td><td>now</td><td>1</td><td>24</td>');
  expect(page.body).not.toMatch(/<script>|<style|style=| on[a-z]+=/);
  expect((await get('/')).body).toContain('<html lang="ky">');
  expect((await get('/status.css')).headers['content-type']).toBe('text/css; charset=utf-8');
  expect((await get('/nothing-here')).json()).toEqual({ status: 'refused', code: 'not-found' });
});

test('two spares that count the same receipts of one table are named with the first upload of the second, and stay named', async () => {
  const centre = openCentre();
  const spare = (
    device: string,
    changes: { lane?: number; receiptsFrom?: number; station?: string } = {},
  ) => {
    const { lane = 1, receiptsFrom = 10_000, station = '0101' } = changes;
    const ledger = openLane({ device, station }, 0);
    const admitted = { type: 'spare-admitted', lane, device, revokes: null, packageVersion: 1 };
    const centrePart = { ...admitted, receiptsFrom };
    unwrap(ledger.commit([{ kind: 'other', period: 0, centre: centrePart, private: { ...centrePart } }]));
    unwrap(ledger.commit([identified()]));
    return ledger;
  };
  const first = spare('laptop-a');
  const apart = [
    spare('laptop-b', { lane: 2 }),
    spare('laptop-c', { receiptsFrom: 120_000 }),
    spare('laptop-d', { station: '0102' }),
    openLane({ device: 'lane-1' }, 2),
  ];
  for (const ledger of [first, ...apart]) {
    await centre.register(ledger);
    expect(await send(centre, range(ledger, 1, 2))).toMatchObject({ status: 200 });
  }
  expect((await centre.totals()).alarms).toEqual([]);

  const second = spare('laptop-e');
  await centre.register(second);
  // It is taken in all the same: both logs count, and nobody's is put aside.
  expect(await send(centre, range(second, 1, 1))).toMatchObject({ status: 200 });
  expect(await send(centre, range(second, 2, 2))).toMatchObject({ status: 200 });
  const named = ['laptop-a', 'laptop-e'].map((device) => ({
    ...{ device, code: 'place-twice', epoch: 1, seq: 1, times: 1 },
  }));
  expect((await centre.totals()).alarms).toEqual(named);
});
