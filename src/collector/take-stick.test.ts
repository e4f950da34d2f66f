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
  expect(unwrap(carryToStick(ledger, stick))).toEqual({ events: 1100 });
  expect(unwrap(ledger.pendingCount())).toBe(1100);
  expect(unwrap(await take())).toEqual({ accepted: 3, quarantined: 0, refused: 0, unanswered: 0 });
  expect((await centre.events('lane-1')).map(comparable)).toEqual(eventsOf(ledger));
  // Carried twice, or taken twice: the same receipts.
  unwrap(carryToStick(ledger, stick));
  expect(unwrap(await take())).toMatchObject({ accepted: 3 });
  expect((await centre.totals()).events).toBe(1100);
  expect(unwrap(takeReceipts(ledger, stick, centre.key.publicKey))).toEqual({ receipts: 3 });
  expect(unwrap(ledger.pendingCount())).toBe(0);
  expect(eventsOf(ledger)).toHaveLength(1100);
  expect(unwrap(takeReceipts(ledger, stick, centre.key.publicKey))).toEqual({ receipts: 0 });
});

test('a damaged file is set aside and blocks neither the stick nor the station; a made-up receipt is none', async () => {
  const { ledger, centre, stick, take } = await stationAndCentre(600);
  unwrap(carryToStick(ledger, stick));
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
  expect(unwrap(takeReceipts(ledger, stick, centre.key.publicKey))).toEqual({ receipts: 0 });
  // The answer of another range beside this one.
  writeFileSync(file, bytes);
  expect(unwrap(await take())).toMatchObject({ accepted: 2 });
  const right = readFileSync(answerFile);
  writeFileSync(answerFile, readFileSync(assertDefined(second, 'a range').answerFile));
  expect(unwrap(takeReceipts(ledger, stick, centre.key.publicKey))).toEqual({ receipts: 0 });
  writeFileSync(answerFile, right);
  expect(unwrap(takeReceipts(ledger, stick, new Uint8Array(32)))).toEqual({ receipts: 0 });
  expect(unwrap(takeReceipts(ledger, stick, centre.key.publicKey))).toEqual({ receipts: 2 });
});

test('no stick, and a stick with nothing of ours on it, are told', async () => {
  const { ledger, stick, take } = await stationAndCentre(1);
  expect(await take()).toEqual({ ok: false, error: { code: 'stick-failed' } });
  expect(carryToStick(ledger, join(stick, 'no\0where'))).toEqual({
    ok: false,
    error: { code: 'stick-failed' },
  });
});
