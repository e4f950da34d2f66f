import { afterEach, expect, test } from 'vitest';
import { unwrap } from '../domain/result.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { TestBench } from '../ledger/test-bench.ts';
import type { Fetch } from '../sync/upload/collector-client.ts';
import { isReceiptFor } from '../sync/upload/receipt.ts';
import type { UploadLine } from '../sync/upload/upload-line.ts';
import {
  allSent,
  CANARY,
  comparable,
  eventsOf,
  identified,
  PROMPT_TIMER,
  TestCentre,
  until,
  upload,
} from './test-centre.ts';

const rubbish: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const throwAway of rubbish.splice(0).toReversed()) await throwAway();
});

function openLane(changes: Parameters<TestBench['open']>[0] = {}): { bench: TestBench; ledger: Ledger } {
  const bench = new TestBench();
  rubbish.push(() => bench.dispose());
  return { bench, ledger: bench.open(changes).ledger };
}

function openCentre(options: ConstructorParameters<typeof TestCentre>[0] = {}): TestCentre {
  const centre = new TestCentre(options);
  rubbish.push(() => centre.dispose());
  return centre;
}

function start(...parameters: Parameters<typeof upload>): UploadLine {
  const line = upload(...parameters);
  rubbish.push(() => line.stop());
  return line;
}

function commit(ledger: Ledger, count: number): void {
  for (let i = 0; i < count; i += 1) unwrap(ledger.commit([identified()]));
}

async function expectSame(centre: TestCentre, ledger: Ledger): Promise<void> {
  const there = await centre.events(ledger.identity.device);
  expect(there.map(comparable)).toEqual(eventsOf(ledger));
}

test('with the collector in reach, everything arrives over a real connection and receipts are kept', async () => {
  const { ledger } = openLane();
  const centre = openCentre();
  const collectorUrl = await centre.app.listen({ host: '127.0.0.1', port: 0 });
  commit(ledger, 7);

  const line = start(ledger, globalThis.fetch, { collectorUrl, collectorKey: centre.key.publicKey });
  await allSent(line);
  unwrap(ledger.commit([identified(), identified(), identified()]));
  line.kick();
  await allSent(line);

  expect(line.view()).toEqual({ state: 'reachable', pending: 0, problem: null });
  await expectSame(centre, ledger);
  const last = unwrap(ledger.receipts()).at(-1);
  const head = ledger.head();
  expect(last?.throughSeq).toBe(10);
  expect(last && head && isReceiptFor(centre.key.publicKey, ledger.identity, head, last.receipt)).toBe(true);
  expect(unwrap(ledger.events(null, 100))).toHaveLength(10);
});

test('what waits while the collector is out of reach grows, and later arrives exactly once', async () => {
  const { ledger } = openLane();
  const centre = openCentre();
  const probe = openCentre();
  const collectorUrl = await probe.app.listen({ host: '127.0.0.1', port: 0 });
  await probe.app.close();
  commit(ledger, 2);

  // Nothing listens at the address now; the real fetch fails.
  let cut = true;
  const fetch: Fetch = (url, request) => (cut ? globalThis.fetch : centre.fetch)(url, request);
  const line = start(ledger, fetch, { collectorUrl });
  await until(line, ({ state }) => state === 'unreachable');
  expect(line.view().pending).toBe(2);
  commit(ledger, 5);
  line.kick();
  expect(line.view()).toEqual({ state: 'unreachable', pending: 7, problem: null });

  cut = false;
  await allSent(line);
  expect(line.view().state).toBe('reachable');
  await expectSame(centre, ledger);
});

test('a collector that dies between its commit and its answer gets nothing twice', async () => {
  const { ledger } = openLane();
  const centre = openCentre();
  commit(ledger, 3);
  const cutBefore = new Set<number>();
  const fetch: Fetch = async (url, request) => {
    const answer = await centre.fetch(url, request);
    const end = ledger.head()?.seq ?? 0;
    if (request.method === 'POST' && !cutBefore.has(end)) {
      cutBefore.add(end);
      throw new TypeError('connection reset');
    }
    return answer;
  };
  const line = start(ledger, fetch);
  await allSent(line);
  commit(ledger, 3);
  line.kick();
  await allSent(line);

  expect([...cutBefore]).toEqual([3, 6]);
  await expectSame(centre, ledger);
  expect((await centre.totals()).counts).toContainEqual({
    property: 'kind',
    value: 'identification',
    count: 6,
  });
});

test('a request that is delivered twice is answered with the same receipt and counted once', async () => {
  const { ledger } = openLane();
  const centre = openCentre();
  commit(ledger, 4);
  const answers: string[] = [];
  const fetch: Fetch = async (url, request) => {
    const first = await centre.fetch(url, request);
    if (request.method !== 'POST') return first;
    const second = await centre.fetch(url, request);
    answers.push(await first.text(), await second.clone().text());
    return second;
  };
  await allSent(start(ledger, fetch));
  expect(answers).toHaveLength(2);
  expect(answers[0]).toBe(answers[1]);
  await expectSame(centre, ledger);
});

/** Changes one byte in the middle of the body while `damaging` says so. */
function damaged(centre: TestCentre, damaging: () => boolean): Fetch {
  return (url, request) => {
    if (!(request.body instanceof Uint8Array) || !damaging()) return centre.fetch(url, request);
    const body = new Uint8Array(request.body);
    // A commitment: 32 bytes of which every value is well-formed.
    const at = Buffer.from(body).indexOf('centreCommitment') + 30;
    body[at] = (body[at] ?? 0) ^ 1;
    return centre.fetch(url, { ...request, body });
  };
}

test('a range with a changed byte is kept aside with an alarm; sent again, it is accepted', async () => {
  const { ledger } = openLane();
  const centre = openCentre();
  await centre.register(ledger);
  commit(ledger, 4);
  let times = 0;
  const line = start(
    ledger,
    damaged(centre, () => {
      times += 1;
      return times === 1;
    }),
  );
  await allSent(line);

  await expectSame(centre, ledger);
  const totals = await centre.totals();
  expect(totals.quarantinedRanges).toBe(1);
  expect(totals.alarms).toEqual([
    { device: 'lane-1', code: 'forged', epoch: ledger.epoch, seq: 1, times: 1 },
  ]);
  expect(line.view().problem).toBeNull();
});

test('a range that stays in quarantine does not hold up what comes after it, and no receipt is given', async () => {
  const { ledger } = openLane();
  const centre = openCentre();
  await centre.register(ledger);
  commit(ledger, 3);
  let broken = true;
  const fetch = damaged(centre, () => broken);
  const line = start(ledger, fetch);
  await until(line, ({ problem }) => problem === 'quarantined');
  expect((await centre.totals()).events).toBe(0);

  // The network is whole again, but this line has passed the range: what follows is kept with it.
  broken = false;
  commit(ledger, 2);
  const quarantined = async () => (await centre.totals()).quarantinedRanges;
  line.kick();
  while ((await quarantined()) < 2) await new Promise((resolve) => setImmediate(resolve));
  expect(line.view().pending).toBe(5);
  expect(unwrap(ledger.receipts())).toEqual([]);
  await line.stop();

  // The next time it asks, it begins at the first event without a receipt.
  await allSent(start(ledger, fetch));
  await expectSame(centre, ledger);
  expect(await quarantined()).toBe(2);
});

test('a receipt that the provisioned key has not signed is not kept', async () => {
  const { ledger } = openLane();
  const centre = openCentre();
  const other = openCentre();
  commit(ledger, 1);
  const line = start(ledger, centre.fetch, { collectorKey: other.key.publicKey });
  await until(line, ({ problem }) => problem === 'wrong-receipt');
  expect(line.view().pending).toBe(1);
  expect(unwrap(ledger.receipts())).toEqual([]);
});

test('a collector that lost its last hours is given them again', async () => {
  const { ledger } = openLane();
  const centre = openCentre();
  commit(ledger, 3);
  const first = start(ledger, centre.fetch);
  await allSent(first);
  await first.stop();

  // Nothing is pending here, but the collector says that it has nothing.
  const blank = openCentre();
  const line = start(ledger, blank.fetch);
  while ((await blank.totals()).events < 3) await new Promise((resolve) => setImmediate(resolve));
  commit(ledger, 2);
  line.kick();
  await allSent(line);
  await expectSame(blank, ledger);
});

test('the new epoch of a restored disk is taken in; the old disk beside it raises an alarm', async () => {
  const { bench, ledger } = openLane({ epoch: 1 });
  const centre = openCentre();
  await centre.register(ledger);
  commit(ledger, 4);
  await allSent(start(ledger, centre.fetch));

  // The same device key on a blank disk.
  const restored = new TestBench();
  rubbish.push(() => restored.dispose());
  const { ledger: second } = restored.open({ epoch: 2, key: bench.key });
  commit(second, 2);
  const line = start(second, centre.fetch);
  await allSent(line);
  expect(line.view().problem).toBe('other-history');
  expect((await centre.events('lane-1')).map(comparable)).toEqual([...eventsOf(ledger), ...eventsOf(second)]);
  expect((await centre.totals()).alarms).toEqual([]);

  commit(ledger, 1);
  await allSent(start(ledger, centre.fetch));
  expect((await centre.totals()).alarms).toMatchObject([{ code: 'older-epoch-grew', epoch: 1, seq: 5 }]);
});

test('two disks of one device in one epoch: the second history is kept aside as a fork', async () => {
  const { bench, ledger } = openLane({ epoch: 1 });
  const centre = openCentre();
  await centre.register(ledger);
  commit(ledger, 3);
  await allSent(start(ledger, centre.fetch));

  const clone = new TestBench();
  rubbish.push(() => clone.dispose());
  const { ledger: cloned } = clone.open({ epoch: 1, key: bench.key });
  commit(cloned, 5);
  const line = start(cloned, centre.fetch);
  await until(line, ({ problem }) => problem === 'quarantined');

  await expectSame(centre, ledger);
  expect(line.view().pending).toBe(5);
  const { alarms, quarantinedRanges } = await centre.totals();
  expect(alarms).toMatchObject([{ device: 'lane-1', code: 'forked', epoch: 1, seq: 1 }]);
  expect(quarantinedRanges).toBe(1);
});

test('a device that nobody registered is turned away by a real collector, and goes on waiting', async () => {
  const { ledger } = openLane({ mock: false });
  const centre = openCentre({ mock: false, election: 'mock-2026' });
  commit(ledger, 2);
  const line = start(ledger, centre.fetch);
  await until(line, ({ problem }) => problem === 'refused');
  expect(line.view()).toEqual({ state: 'reachable', pending: 2, problem: 'refused' });

  await centre.register(ledger);
  await allSent(line);
  await expectSame(centre, ledger);
});

test('ranges that are too large for the way are sent in smaller ones', async () => {
  const { ledger } = openLane();
  const centre = openCentre();
  commit(ledger, 20);
  const fetch: Fetch = async (url, request) =>
    request.body instanceof Uint8Array && request.body.length > 3000
      ? new Response('too large', { status: 413 })
      : centre.fetch(url, request);
  await allSent(start(ledger, fetch));
  await expectSame(centre, ledger);
});

test('no private part leaves the laptop, and no body is logged', async () => {
  const { ledger } = openLane();
  const centre = openCentre();
  commit(ledger, 3);
  let sent = '';
  const fetch: Fetch = (url, request) => {
    if (request.body instanceof Uint8Array) sent += Buffer.from(request.body).toString('latin1');
    return centre.fetch(url, request);
  };
  await allSent(start(ledger, fetch, { timer: PROMPT_TIMER }));
  expect(sent).toContain('fingerprint');
  expect(sent).not.toContain(CANARY);
  expect(centre.log.length).toBeGreaterThan(0);
  expect(centre.log.join('')).not.toMatch(/Canary|female|26-35|remoteAddress/);
});
