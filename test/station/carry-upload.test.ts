import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { TestCentre } from '../../src/collector/test-centre.ts';
import { assertDefined } from '../../src/domain/assert.ts';
import { unwrap } from '../../src/domain/result.ts';
import { createDeviceSeed, deviceKeyFromSeed } from '../../src/ledger/device-key.ts';
import { decodeUploadRange, type UploadRange } from '../../src/ledger/upload-range.ts';
import type { UploadCarrierOptions } from '../../src/station/stick/carry-upload.ts';
import { markStick } from '../../src/station/stick/journal-settings.ts';
import type { Fetch } from '../../src/sync/upload/collector-client.ts';
import { listStick } from '../../src/sync/upload/stick/stick-ranges.ts';
import { type StickTaken, takeStick } from '../../src/sync/upload/stick/take-stick.ts';
import {
  makeElection,
  quick,
  type RecordedEvent,
  removeElection,
  type TestElection,
  TestLane,
} from './harness.ts';

/** A polling station without a connection: the same bytes go on a stick, and the receipts come back on it. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let election: TestElection;
let lane: TestLane;
let centre: TestCentre;
let stick: string;

beforeAll(async () => {
  election = await makeElection();
});
afterAll(() => removeElection(election));
beforeEach(() => {
  centre = new TestCentre();
  stick = mkdtempSync(join(tmpdir(), 'tizme-carry-'));
  markStick(stick, 'TRAINING\n');
});
afterEach(async () => {
  await lane.stop();
  await centre.dispose();
  rmSync(stick, { recursive: true, force: true });
});

/** A new lane in the middle of the day, which the centre knows as from the package. */
async function open(options: Partial<UploadCarrierOptions> = {}, fetch?: Fetch): Promise<TestLane> {
  const locked = await TestLane.locked(election, quick());
  await locked.stop();
  await locked.withVault(({ ledger }) => centre.register(ledger));
  return TestLane.open(election, {
    ...quick(),
    ...{ directory: locked.directory, boot: 'next-boot' },
    carrier: { stick, collectorKey: centre.key.publicKey, ...options },
    ...(fetch === undefined ? {} : { fetch, collectorUrl: 'http://collector.test' }),
  });
}
const carry = () => lane.desk.call('carryUpload', { approvals: lane.two() });
const takeBack = () => lane.desk.call('takeUploadReceipts', { approvals: lane.two() });
const refused = (code: string) => ({ ok: false, error: { code } });

async function takeAtCentre(): Promise<StickTaken> {
  return unwrap(await takeStick({ stick, collectorUrl: 'http://collector.test', fetch: centre.fetch }));
}

const ofType = (events: readonly RecordedEvent[], type: string): RecordedEvent['fields'][] =>
  events.filter((event) => event.type === type).map(({ fields }) => fields);

test('identified without a network, carried, confirmed: only what was recorded since waits, and nothing is sent twice', async () => {
  let isConnected = false;
  const sent: UploadRange[] = [];
  lane = await open({}, async (url, request) => {
    if (!isConnected) throw new TypeError('no network');
    if (request.body instanceof Uint8Array) sent.push(unwrap(decodeUploadRange(request.body)));
    return centre.fetch(url, request);
  });
  await lane.identify(lane.ordinary(0));
  await lane.identify(lane.ordinary(1));

  const carried = unwrap(await carry());
  expect(carried.events).toBe(carried.through);
  await lane.desk.until('everything still to wait', ({ upload }) => upload.pending === carried.events);
  expect(await takeAtCentre()).toEqual({ accepted: 1, quarantined: 0, refused: 0, unanswered: 0 });
  expect(await centre.totals()).toMatchObject({ events: carried.events });

  // The day goes on while the stick is away.
  await lane.identify(lane.ordinary(2));
  expect(unwrap(await takeBack())).toEqual({ receipts: 1, through: carried.through, verified: true });
  // The same stick again, at the station and at the centre: nothing changes, and nothing is recorded.
  expect(unwrap(await takeBack())).toEqual({ receipts: 0, through: null, verified: true });
  expect(await takeAtCentre()).toMatchObject({ accepted: 1 });
  expect(await centre.totals()).toMatchObject({ events: carried.events });

  isConnected = true;
  await lane.desk.until('everything to be sent', ({ upload }) => upload.pending === 0);
  expect(sent.map(({ firstSeq }) => firstSeq)).toEqual([carried.through + 1]);
  expect(await carry()).toEqual(refused('nothing-to-carry'));
  const events = await lane.readLedger();
  expect(await centre.totals()).toMatchObject({ events: events.length });
  expect(ofType(events, 'upload-carried')).toMatchObject([
    { events: carried.events - 1, through: carried.through - 1, people: ['chair', 'secretary'] },
  ]);
  expect(ofType(events, 'receipts-taken')).toMatchObject([
    { receipts: 1, through: carried.through, verified: true, people: ['chair', 'secretary'] },
  ]);
  // Kept as those that come over the network.
  const kept = await lane.withVault(({ ledger }) => unwrap(ledger.receipts()));
  expect(kept.map(({ throughSeq }) => throughSeq)).toEqual([carried.through, events.length]);
  expect(kept.every(({ receipt }) => receipt.length === 64)).toBe(true);
});

test('after the power failed and the laptop came back, the stick’s receipts count as before', async () => {
  lane = await open();
  await lane.identify(lane.ordinary(0));
  const first = unwrap(await carry());
  await lane.restartAndReopen();
  // Written again with what came since; both lie on the stick, and the centre takes each event once.
  const second = unwrap(await carry());
  expect(second.events).toBeGreaterThan(first.events);
  expect(await takeAtCentre()).toMatchObject({ accepted: 2 });
  expect(await centre.totals()).toMatchObject({ events: second.events });
  expect(unwrap(await takeBack())).toMatchObject({ receipts: 2, through: second.through });
});

test('a stick that is missing, unmarked, full of something else or not meant for this laptop is refused by name', async () => {
  lane = await open({ stick: join(stick, 'not-there') });
  expect(await carry()).toEqual(refused('carrier-missing'));
  expect(await takeBack()).toEqual(refused('carrier-missing'));
  await lane.stop();

  lane = await open();
  expect(await takeBack()).toEqual(refused('receipts-not-there'));
  // Something stands where the folder has to go.
  writeFileSync(join(stick, 'tizme-upload'), 'a file');
  expect(await carry()).toEqual(refused('carrier-failed'));
  rmSync(join(stick, 'tizme-upload'));
  unwrap(await carry());
  // Not yet at the centre.
  expect(await takeBack()).toEqual(refused('receipts-not-there'));
  await takeAtCentre();
  // Each attempt is on record before anything is written, and what came in between behind it.
  const tried = await lane.readLedger();
  expect(ofType(tried, 'upload-carried')).toHaveLength(2);
  expect(ofType(tried, 'problem')).toMatchObject([{ code: 'carrier-failed' }]);

  lane = await open();
  expect(await takeBack()).toEqual(refused('receipts-of-other-laptop'));
  const events = await lane.readLedger();
  expect(ofType(events, 'upload-carried')).toEqual([]);
  expect(ofType(events, 'receipts-taken')).toEqual([]);
});

test('a receipt that the centre never signed is refused and recorded; its events go on waiting', async () => {
  lane = await open();
  await lane.identify(lane.ordinary(0));
  unwrap(await carry());
  await takeAtCentre();
  const [range] = unwrap(listStick(stick));
  const { answerFile } = assertDefined(range, 'a range');
  const right = readFileSync(answerFile, 'utf8');
  const receipt = Buffer.from(deviceKeyFromSeed(createDeviceSeed()).sign(new Uint8Array(8))).toString(
    'base64',
  );
  writeFileSync(answerFile, JSON.stringify({ ...JSON.parse(right), receipt }));
  expect(await takeBack()).toEqual(refused('receipts-wrong'));
  writeFileSync(
    answerFile,
    JSON.stringify({ status: 'quarantined', through: { epoch: 1, seq: 1 }, faults: [] }),
  );
  expect(await takeBack()).toEqual(refused('carried-not-accepted'));
  writeFileSync(answerFile, right);
  expect(unwrap(await takeBack())).toMatchObject({ receipts: 1 });
  const events = await lane.readLedger();
  expect(ofType(events, 'problem')).toMatchObject([{ code: 'receipts-wrong' }]);
  expect(ofType(events, 'receipts-taken')).toHaveLength(1);
});

test('what lies on the stick names nobody', async () => {
  lane = await open();
  const person = lane.ordinary(0);
  await lane.identify(person);
  unwrap(await carry());
  const files = unwrap(listStick(stick)).map(({ file }) => file);
  expect(files).toHaveLength(1);
  expect(readdirSync(join(stick, 'tizme-upload'))).toHaveLength(1);
  const text = files.map((file) => readFileSync(file, 'utf8')).join('\n');
  expect(text).toContain('ageGroup');
  for (const name of [person.voter.personalNumber, person.voter.name.given, person.voter.id])
    expect(text).not.toContain(name);
});
