import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { open as openFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { TestCentre } from '../../src/collector/test-centre.ts';
import { assertDefined } from '../../src/domain/assert.ts';
import { unwrap } from '../../src/domain/result.ts';
import { createDeviceSeed, deviceKeyFromSeed } from '../../src/ledger/device-key.ts';
import { decodeUploadRange, type UploadRange } from '../../src/ledger/upload-range.ts';
import type { UploadCarrierOptions } from '../../src/station/stick/carry-upload.ts';
import { markStick } from '../../src/station/stick/journal-settings.ts';
import type { Fetch } from '../../src/sync/upload/collector-client.ts';
import { openRange } from '../../src/sync/upload/stick/sealed-range.ts';
import { type CarriedRange, listStick } from '../../src/sync/upload/stick/stick-layout.ts';
import { type StickTaken, takeStick } from '../../src/sync/upload/stick/take-stick.ts';
import { FAILS_MARK, failingStickEntry } from './failing-stick.ts';
import {
  makeElection,
  quick,
  type RecordedEvent,
  removeElection,
  type TestElection,
  TestLane,
} from './harness.ts';

/** A polling station without a connection: the same bytes go on a stick, and the receipts come back on it. */

let election: TestElection;
let lane: TestLane;
let centre: TestCentre;
let stick: string;
let centreKey: string;
let collectorRecipient: string;

beforeAll(async () => {
  election = await makeElection();
  centreKey = await generateX25519Identity();
  collectorRecipient = await identityToRecipient(centreKey);
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
    carrier: { stick, collectorKey: centre.key.publicKey, collectorRecipient, ...options },
    ...(fetch === undefined ? {} : { fetch, collectorUrl: 'http://collector.test' }),
  });
}
const carry = () => lane.desk.call('carryUpload', { approvals: lane.two() });
const takeBack = () => lane.desk.call('takeUploadReceipts', { approvals: lane.two() });
const refused = (code: string) => ({ ok: false, error: { code } });

async function takeAtCentre(): Promise<StickTaken> {
  const { fetch } = centre;
  return unwrap(
    await takeStick({ stick, identity: centreKey, collectorUrl: 'http://collector.test', fetch }),
  );
}

async function ranges(): Promise<readonly CarriedRange[]> {
  return unwrap(await listStick(stick));
}

/** Everything that lies in the folder for the centre, whole or not. */
function filesForTheCentre(): string[] {
  if (!existsSync(join(stick, 'tizme-upload'))) return [];
  return readdirSync(join(stick, 'tizme-upload'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
    .toSorted();
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
  expect(await takeAtCentre()).toMatchObject({ accepted: 1, refused: 0, unsealed: 0 });
  expect(await centre.totals()).toMatchObject({ events: carried.events });

  // The day goes on while the stick is away.
  await lane.identify(lane.ordinary(2));
  const [range] = await ranges();
  const kept = readFileSync(assertDefined(range, 'a range').file);
  const back = { through: carried.through, verified: true };
  expect(unwrap(await takeBack())).toEqual({ receipts: 1, cleared: 1, ...back });
  // What the centre confirmed is gone from the stick; in the laptop everything stays.
  expect(filesForTheCentre()).toEqual([]);
  // The same stick again, at the station and at the centre: nothing changes, and nothing is recorded.
  expect(unwrap(await takeBack())).toEqual({ receipts: 0, cleared: 0, through: null, verified: true });
  writeFileSync(assertDefined(range, 'a range').file, kept);
  expect(await takeAtCentre()).toMatchObject({ accepted: 1 });
  expect(await centre.totals()).toMatchObject({ events: carried.events });
  expect(unwrap(await takeBack())).toEqual({ receipts: 0, cleared: 1, through: null, verified: true });

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
  const receipts = await lane.withVault(({ ledger }) => unwrap(ledger.receipts()));
  expect(receipts.map(({ throughSeq }) => throughSeq)).toEqual([carried.through, events.length]);
  expect(receipts.every(({ receipt }) => receipt.length === 64)).toBe(true);
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
  const [range] = await ranges();
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

test('what lies on the stick is sealed, and names nobody to the centre that opens it', async () => {
  lane = await open();
  const person = lane.ordinary(0);
  await lane.identify(person);
  unwrap(await carry());
  expect(readdirSync(join(stick, 'tizme-upload'))).toHaveLength(1);
  const [range, ...others] = await ranges();
  expect(others).toEqual([]);
  const sealed = readFileSync(assertDefined(range, 'a range').file);
  for (const word of ['ageGroup', 'identified', 'fingerprint', person.voter.personalNumber])
    expect(sealed.toString('latin1')).not.toContain(word);
  const text = Buffer.from(unwrap(await openRange(centreKey, sealed))).toString('latin1');
  expect(text).toContain('ageGroup');
  for (const name of [person.voter.personalNumber, person.voter.name.given, person.voter.id])
    expect(text).not.toContain(name);
});

test('a laptop whose package names no key of the centre writes nothing in the clear, and says so', async () => {
  lane = await open({ collectorRecipient: null });
  await lane.identify(lane.ordinary(0));
  expect(await carry()).toEqual(refused('carrier-key-missing'));
  expect(readdirSync(stick)).toEqual(['tizme-stick.txt']);
  expect(ofType(await lane.readLedger(), 'upload-carried')).toEqual([]);
});

test('without the centre’s signing key nothing is cleared from the stick: nobody vouches for what it says', async () => {
  lane = await open({ collectorKey: null });
  await lane.identify(lane.ordinary(0));
  unwrap(await carry());
  await takeAtCentre();
  expect(unwrap(await takeBack())).toMatchObject({ receipts: 1, cleared: 0, verified: false });
  expect(filesForTheCentre()).toHaveLength(2);
});

test('a stick that is full in the middle of a file: nothing half is on it, it is told and recorded, and another one takes all', async () => {
  lane = await open({ entry: failingStickEntry({ stick, room: 10_000, end: 'full' }) });
  await lane.identify(lane.ordinary(0));
  expect(await carry()).toEqual(refused('carrier-full'));
  expect(await ranges()).toEqual([]);
  // What did not fit has made room again; an empty folder would say that the centre had confirmed everything.
  expect(filesForTheCentre()).toEqual([]);
  expect(await takeBack()).toEqual(refused('receipts-not-there'));
  // Another stick, or room on this one.
  rmSync(join(stick, FAILS_MARK));
  const carried = unwrap(await carry());
  expect(filesForTheCentre()).toHaveLength(1);
  expect(await takeAtCentre()).toMatchObject({ accepted: 1 });
  expect(unwrap(await takeBack())).toMatchObject({ receipts: 1, through: carried.through, cleared: 1 });
  expect(ofType(await lane.readLedger(), 'problem')).toMatchObject([{ code: 'carrier-full' }]);
});

test('a stick from which everything was cleared, and that is full the next time, is not taken for a cleared one', async () => {
  lane = await open({ entry: failingStickEntry({ stick, room: 10_000, end: 'full' }) });
  rmSync(join(stick, FAILS_MARK));
  await lane.identify(lane.ordinary(0));
  unwrap(await carry());
  await takeAtCentre();
  expect(unwrap(await takeBack())).toMatchObject({ receipts: 1, cleared: 1 });
  await lane.identify(lane.ordinary(1));
  writeFileSync(join(stick, FAILS_MARK), '');
  expect(await carry()).toEqual(refused('carrier-full'));
  expect(await takeBack()).toEqual(refused('receipts-not-there'));
});

test('a stick that is pulled out while it is written: told, recorded, nothing half counts, everything still waits', async () => {
  lane = await open({ entry: failingStickEntry({ stick, room: 10_000, end: 'pulled' }) });
  await lane.identify(lane.ordinary(0));
  expect(await carry()).toEqual(refused('carrier-pulled-out'));
  expect(await carry()).toEqual(refused('carrier-missing'));
  markStick(stick, 'TRAINING\n');
  expect(await ranges()).toEqual([]);
  const events = await lane.readLedger();
  expect(ofType(events, 'problem')).toMatchObject([{ code: 'carrier-pulled-out' }]);
  const waiting = await lane.withVault(({ ledger }) => unwrap(ledger.pendingCount()));
  expect(waiting).toBe(events.length);
});

test('a stick that is pulled out while it is read is not taken for a wrong confirmation', async () => {
  lane = await open();
  await lane.identify(lane.ordinary(0));
  unwrap(await carry());
  await takeAtCentre();
  const { answerFile } = assertDefined((await ranges())[0], 'a range');
  const answer = readFileSync(answerFile);
  // A file that waits for its writer: the stick goes while it is read.
  rmSync(answerFile);
  execFileSync('mkfifo', [answerFile]);
  const taking = takeBack();
  const writer = await openFile(answerFile, 'w');
  rmSync(join(stick, 'tizme-stick.txt'));
  await writer.write(answer.subarray(0, 20));
  await writer.close();
  expect(await taking).toEqual(refused('carrier-pulled-out'));

  // In again, with a file on it that can't be read.
  markStick(stick, 'TRAINING\n');
  rmSync(answerFile);
  mkdirSync(answerFile);
  expect(await takeBack()).toEqual(refused('carrier-failed'));
  rmSync(answerFile, { recursive: true });
  writeFileSync(answerFile, answer);
  expect(unwrap(await takeBack())).toMatchObject({ receipts: 1, cleared: 1 });
  expect(ofType(await lane.readLedger(), 'problem')).toEqual([]);
});
