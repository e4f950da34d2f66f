import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterEach, expect, test } from 'vitest';
import { assertDefined } from '../domain/assert.ts';
import { unwrap } from '../domain/result.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { TestBench } from '../ledger/test-bench.ts';
import { encodeUploadRange } from '../ledger/upload-range.ts';
import { type CarriedRange, listStick } from '../sync/upload/stick/stick-layout.ts';
import { carryToStick, clearConfirmed, takeReceipts } from '../sync/upload/stick/stick-ranges.ts';
import { takeStick } from '../sync/upload/stick/take-stick.ts';
import { CANARY, comparable, eventsOf, identified, stickWriter, TestCentre } from './test-centre.ts';

const rubbish: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const throwAway of rubbish.splice(0).toReversed()) await throwAway();
});

function newStation(events: number, changes: Record<string, unknown> = {}): Ledger {
  const bench = new TestBench();
  rubbish.push(() => bench.dispose());
  const { ledger } = bench.open();
  for (let i = 0; i < events; i += 1) unwrap(ledger.commit([identified(changes)]));
  return ledger;
}

function newStick(): string {
  const stick = mkdtempSync(join(tmpdir(), 'tizme-stick-'));
  rubbish.push(() => rmSync(stick, { recursive: true, force: true }));
  return stick;
}

async function stationAndCentre(events: number, changes: Record<string, unknown> = {}) {
  const ledger = newStation(events, changes);
  const centre = new TestCentre();
  rubbish.push(() => centre.dispose());
  await centre.register(ledger);
  const stick = newStick();
  const identity = await generateX25519Identity();
  const write = stickWriter(await identityToRecipient(identity));
  const carry = async () => unwrap(await carryToStick(ledger, stick, write));
  const take = (key: string | null = identity) =>
    takeStick({ stick, identity: key, collectorUrl: 'http://collector.test', fetch: centre.fetch });
  const takeBack = async (key: Uint8Array = centre.key.publicKey) =>
    unwrap(await takeReceipts(ledger, stick, key));
  const ranges = async (): Promise<readonly CarriedRange[]> => unwrap(await listStick(stick));
  return { ledger, centre, stick, identity, write, carry, take, takeBack, ranges };
}

const NOTHING_TAKEN = {
  ...{ accepted: 0, quarantined: 0, refused: 0, unanswered: 0 },
  ...{ sealedToAnother: 0, unsealed: 0 },
};

test('a station without a network: its events go on a stick, the receipts come back, nothing is deleted at the station', async () => {
  const { ledger, centre, carry, take, takeBack } = await stationAndCentre(1100);
  expect(await carry()).toEqual({ events: 1100, through: { epoch: ledger.epoch, seq: 1100 } });
  expect(unwrap(ledger.pendingCount())).toBe(1100);
  expect(unwrap(await take())).toEqual({ ...NOTHING_TAKEN, accepted: 3 });
  expect((await centre.events('lane-1')).map(comparable)).toEqual(eventsOf(ledger));
  // Carried twice, or taken twice: the same receipts.
  await carry();
  expect(unwrap(await take())).toMatchObject({ accepted: 3 });
  expect((await centre.totals()).events).toBe(1100);
  expect(await takeBack()).toMatchObject({ receipts: 3 });
  expect(unwrap(ledger.pendingCount())).toBe(0);
  expect(eventsOf(ledger)).toHaveLength(1100);
  expect(await takeBack()).toMatchObject({ receipts: 0, known: 3 });
});

test('a stick found on the road tells nothing: no word of a range, and sizes that are the same whoever came', async () => {
  const token = 'TTTTTTTTTTTTTTTTTTTTTQ';
  const { stick, carry, ranges } = await stationAndCentre(3, { token });
  const other = await stationAndCentre(3, { sex: 'male', ageGroup: '18-25', method: 'document' });
  await carry();
  await other.carry();
  const all = [stick, other.stick].map((one) =>
    readdirSync(one, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name)))
      .reduce((before, bytes) => Buffer.concat([before, bytes])),
  );
  const bytes = assertDefined(all[0], 'what is on the stick').toString('latin1');
  const canaries = ['identified', 'female', '26-35', 'fingerprint', 'hour', 'ageGroup', token, CANARY];
  for (const word of canaries) expect(bytes).not.toContain(word);
  expect(all[0]?.length).toBe(all[1]?.length);
  expect((await ranges()).map(({ isSealed }) => isSealed)).toEqual([true]);
});

test('without the key, or with a wrong one, nothing is sent and nothing on the stick is touched', async () => {
  const { centre, carry, take, ranges } = await stationAndCentre(2);
  expect(await take()).toEqual({ ok: false, error: { code: 'stick-empty' } });
  await carry();
  expect(await take(null)).toEqual({ ok: false, error: { code: 'centre-key-missing' } });
  expect(unwrap(await take(await generateX25519Identity()))).toEqual({
    ...NOTHING_TAKEN,
    sealedToAnother: 1,
  });
  expect((await centre.totals()).events).toBe(0);
  const [range] = await ranges();
  expect(existsSync(assertDefined(range, 'a range').answerFile)).toBe(false);
  expect(unwrap(await take())).toMatchObject({ accepted: 1 });
});

test('a stick of another election that was sealed to the same centre is turned away, and its station is told', async () => {
  const { ledger, stick, identity, carry } = await stationAndCentre(2);
  await carry();
  const real = new TestCentre({ election: 'another-election' });
  rubbish.push(() => real.dispose());
  const taken = await takeStick({
    ...{ stick, identity, collectorUrl: 'http://collector.test' },
    fetch: real.fetch,
  });
  expect(unwrap(taken)).toEqual({ ...NOTHING_TAKEN, refused: 1 });
  expect((await real.totals()).events).toBe(0);
  const back = unwrap(await takeReceipts(ledger, stick, real.key.publicKey));
  expect(back).toMatchObject({ receipts: 0, notAccepted: 1, confirmed: [] });
});

test('one changed byte anywhere, or a missing end, is found before anything is sent; written again, everything counts', async () => {
  const { centre, carry, take, takeBack, ranges } = await stationAndCentre(2);
  await carry();
  const { file, answerFile } = assertDefined((await ranges())[0], 'a range');
  const whole = readFileSync(file);
  // The header's first line, its MAC, the nonce, the first chunk, and the last byte of all.
  for (const at of [0, 100, 190, 300, 10_000, whole.length - 1]) {
    const damaged = Buffer.from(whole);
    damaged[at] = (damaged[at] ?? 0) ^ 1;
    writeFileSync(file, damaged);
    const { refused, sealedToAnother, ...rest } = unwrap(await take());
    expect(refused + sealedToAnother, `byte ${at}`).toBe(1);
    expect(rest).toEqual({ accepted: 0, quarantined: 0, unanswered: 0, unsealed: 0 });
  }
  for (const length of [0, 10, 250, whole.length - 1]) {
    writeFileSync(file, whole);
    truncateSync(file, length);
    expect(unwrap(await take()), `${length} bytes`).toMatchObject({ accepted: 0, refused: 1 });
  }
  writeFileSync(file, Buffer.alloc(3 * 1024 * 1024));
  expect(unwrap(await take())).toMatchObject({ refused: 1 });
  expect(readFileSync(answerFile, 'utf8')).toContain('sealed-damaged');
  expect(await takeBack()).toMatchObject({ receipts: 0, notAccepted: 1 });
  expect((await centre.totals()).events).toBe(0);
  await carry();
  expect(unwrap(await take())).toMatchObject({ accepted: 1 });
  expect(await takeBack()).toMatchObject({ receipts: 1, notAccepted: 0 });
});

test('what was sealed well and is no range is refused by the collector, which blocks neither the stick nor the station', async () => {
  const { centre, write, carry, take, takeBack, ranges } = await stationAndCentre(600);
  await carry();
  const [first, second] = await ranges();
  const { file, answerFile } = assertDefined(first, 'a range');
  const right = readFileSync(file);
  unwrap(await write(file, new Uint8Array(16_384).fill(7)));
  expect(unwrap(await take())).toMatchObject({ accepted: 0, refused: 2 });
  expect(await takeBack()).toMatchObject({ receipts: 0 });
  writeFileSync(file, right);
  expect(unwrap(await take())).toMatchObject({ accepted: 2 });
  // The answer of another range beside this one, and a receipt of somebody else's.
  const answer = readFileSync(answerFile);
  writeFileSync(answerFile, readFileSync(assertDefined(second, 'a range').answerFile));
  expect(await takeBack()).toMatchObject({ receipts: 0, confirmed: [] });
  writeFileSync(answerFile, answer);
  expect(await takeBack(new Uint8Array(32))).toMatchObject({ receipts: 0, confirmed: [] });
  expect(await takeBack()).toMatchObject({ receipts: 2 });
  expect((await centre.totals()).events).toBe(600);
});

test('a stick of an earlier version, signed but not sealed, is read, and it is said how much of it', async () => {
  const { ledger, stick, take, takeBack } = await stationAndCentre(2);
  const folder = join(stick, 'tizme-upload', ledger.identity.device);
  mkdirSync(folder, { recursive: true });
  const range = assertDefined(unwrap(ledger.pendingRange(null, 500)), 'a range');
  writeFileSync(join(folder, `${range.epoch}-1-2.range`), encodeUploadRange(range));
  expect(unwrap(await take(null))).toEqual({ ...NOTHING_TAKEN, accepted: 1, unsealed: 1 });
  expect(await takeBack()).toMatchObject({ receipts: 1 });
});

test('a stick that is written again as the day goes on, and comes back later still: each receipt counts as far as it goes', async () => {
  const { ledger, centre, carry, take, takeBack } = await stationAndCentre(3);
  await carry();
  for (let i = 0; i < 2; i += 1) unwrap(ledger.commit([identified()]));
  expect(await carry()).toMatchObject({ events: 5 });
  unwrap(ledger.commit([identified()]));
  expect(unwrap(await take())).toMatchObject({ accepted: 2 });
  expect((await centre.totals()).events).toBe(5);
  const none = { known: 0, wrong: 0, notAccepted: 0, unanswered: 0, ofOthers: 0, isCleared: false };
  const { confirmed, ...taken } = await takeBack();
  expect(taken).toEqual({ ...none, receipts: 2, through: { epoch: ledger.epoch, seq: 5 } });
  expect(unwrap(ledger.pendingCount())).toBe(1);
  expect(await takeBack()).toMatchObject({ ...none, receipts: 0, through: null, known: 2 });

  // What is confirmed goes from the stick, not from the station; what waits stays on both.
  await carry();
  expect(await clearConfirmed(confirmed)).toBe(2);
  expect(eventsOf(ledger)).toHaveLength(6);
  const { confirmed: left, ...after } = await takeBack();
  expect(after).toEqual({ ...none, receipts: 0, through: null, unanswered: 1 });
  expect(left).toEqual([]);
});

test('no stick, and a stick with nothing of ours on it, are told', async () => {
  const { ledger, stick, take, takeBack } = await stationAndCentre(1);
  expect(await takeBack()).toMatchObject({ receipts: 0, isCleared: false, confirmed: [] });
  rmSync(stick, { recursive: true });
  expect(await take()).toEqual({ ok: false, error: { code: 'stick-failed' } });
  expect(await takeReceipts(ledger, stick, null)).toEqual({ ok: false, error: { code: 'stick-failed' } });
});
