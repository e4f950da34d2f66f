import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { assertDefined } from '../domain/assert.ts';
import { unwrap } from '../domain/result.ts';
import { TestBench } from '../ledger/test-bench.ts';
import { carryToStick, listStick, takeReceipts } from '../sync/upload/stick/stick-ranges.ts';
import { takeStick } from '../sync/upload/stick/take-stick.ts';
import { comparable, eventsOf, identified, TestCentre } from './test-centre.ts';

const rubbish: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const throwAway of rubbish.splice(0).toReversed()) await throwAway();
});

async function stationAndCentre(events: number) {
  const bench = new TestBench();
  rubbish.push(() => bench.dispose());
  const { ledger } = bench.open();
  for (let i = 0; i < events; i += 1) unwrap(ledger.commit([identified()]));
  const centre = new TestCentre();
  rubbish.push(() => centre.dispose());
  await centre.register(ledger);
  const stick = mkdtempSync(join(tmpdir(), 'tizme-stick-'));
  rubbish.push(() => rmSync(stick, { recursive: true, force: true }));
  const take = () => takeStick({ stick, collectorUrl: 'http://collector.test', fetch: centre.fetch });
  return { ledger, centre, stick, take };
}

test('a station without a network: its events go on a stick, the receipts come back, nothing is deleted', async () => {
  const { ledger, centre, stick, take } = await stationAndCentre(1100);
  expect(unwrap(await carryToStick(ledger, stick))).toEqual({
    events: 1100,
    through: { epoch: ledger.epoch, seq: 1100 },
  });
  expect(unwrap(ledger.pendingCount())).toBe(1100);
  expect(unwrap(await take())).toEqual({ accepted: 3, quarantined: 0, refused: 0, unanswered: 0 });
  expect((await centre.events('lane-1')).map(comparable)).toEqual(eventsOf(ledger));
  // Carried twice, or taken twice: the same receipts.
  unwrap(await carryToStick(ledger, stick));
  expect(unwrap(await take())).toMatchObject({ accepted: 3 });
  expect((await centre.totals()).events).toBe(1100);
  expect(unwrap(takeReceipts(ledger, stick, centre.key.publicKey))).toMatchObject({ receipts: 3 });
  expect(unwrap(ledger.pendingCount())).toBe(0);
  expect(eventsOf(ledger)).toHaveLength(1100);
  expect(unwrap(takeReceipts(ledger, stick, centre.key.publicKey))).toMatchObject({ receipts: 0 });
});

test('a damaged file is set aside and blocks neither the stick nor the station; a made-up receipt is none', async () => {
  const { ledger, centre, stick, take } = await stationAndCentre(600);
  unwrap(await carryToStick(ledger, stick));
  const [first, second] = unwrap(listStick(stick));
  const { file, answerFile } = assertDefined(first, 'a range');
  const bytes = readFileSync(file);
  const at = bytes.length - 200;
  const damaged = Buffer.from(bytes);
  damaged[at] = (damaged[at] ?? 0) ^ 1;
  writeFileSync(file, damaged);
  const taken = unwrap(await take());
  expect(taken.accepted).toBe(0);
  expect(taken.quarantined + taken.refused).toBe(2);
  expect(unwrap(takeReceipts(ledger, stick, centre.key.publicKey))).toMatchObject({ receipts: 0 });
  // The answer of another range beside this one.
  writeFileSync(file, bytes);
  expect(unwrap(await take())).toMatchObject({ accepted: 2 });
  const right = readFileSync(answerFile);
  writeFileSync(answerFile, readFileSync(assertDefined(second, 'a range').answerFile));
  expect(unwrap(takeReceipts(ledger, stick, centre.key.publicKey))).toMatchObject({ receipts: 0 });
  writeFileSync(answerFile, right);
  expect(unwrap(takeReceipts(ledger, stick, new Uint8Array(32)))).toMatchObject({ receipts: 0 });
  expect(unwrap(takeReceipts(ledger, stick, centre.key.publicKey))).toMatchObject({ receipts: 2 });
});

test('a stick that is written again as the day goes on, and comes back later still: each receipt counts as far as it goes', async () => {
  const { ledger, centre, stick, take } = await stationAndCentre(3);
  unwrap(await carryToStick(ledger, stick));
  for (let i = 0; i < 2; i += 1) unwrap(ledger.commit([identified()]));
  expect(unwrap(await carryToStick(ledger, stick))).toMatchObject({ events: 5 });
  unwrap(ledger.commit([identified()]));
  expect(unwrap(await take())).toMatchObject({ accepted: 2 });
  expect((await centre.totals()).events).toBe(5);
  const none = { known: 0, wrong: 0, notAccepted: 0, ofOthers: 0 };
  expect(unwrap(takeReceipts(ledger, stick, centre.key.publicKey))).toEqual({
    ...none,
    ...{ receipts: 2, through: { epoch: ledger.epoch, seq: 5 } },
  });
  expect(unwrap(ledger.pendingCount())).toBe(1);
  expect(unwrap(takeReceipts(ledger, stick, centre.key.publicKey))).toEqual({
    ...none,
    ...{ receipts: 0, through: null, known: 2 },
  });
});

test('no stick, and a stick with nothing of ours on it, are told', async () => {
  const { ledger, stick, take } = await stationAndCentre(1);
  expect(await take()).toEqual({ ok: false, error: { code: 'stick-failed' } });
  expect(await carryToStick(ledger, join(stick, 'no\0where'))).toEqual({
    ok: false,
    error: { code: 'stick-failed' },
  });
});
