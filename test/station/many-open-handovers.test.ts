import { afterAll, beforeAll, expect, test } from 'vitest';
import { LISTED_AT_TABLE } from '../../src/station/windows/desk-snapshot.ts';
import { makeElection, quick, removeElection, type TestElection, TestLane } from './harness.ts';

let election: TestElection;
beforeAll(async () => {
  election = await makeElection({ voters: 120, fingerPool: 4 });
});
afterAll(() => removeElection(election));

/** The scanner of the issuing table broke in the morning: nobody scans a receipt all day. */
test('however many wait at the issuing table, the screens list the last of them and count all', async () => {
  const lane = await TestLane.open(election, quick());
  const numbers: string[] = [];
  for (let n = 0; n < LISTED_AT_TABLE + 2; n += 1) numbers.push(await lane.identify(lane.ordinary(n)));

  const { desk, issuing } = lane;
  expect(desk.snapshot).toMatchObject({ handoversOpen: LISTED_AT_TABLE + 2 });
  const listed = desk.snapshot.handovers.flatMap(({ receiptNumbers }) => receiptNumbers);
  expect(listed).toEqual(numbers.slice(-LISTED_AT_TABLE));
  expect(issuing.snapshot.handovers).toHaveLength(LISTED_AT_TABLE);
  expect(issuing.snapshot.waitingForBallot).toBe(LISTED_AT_TABLE + 2);

  // The earliest is not in the list, and is found by the number on the receipt.
  const given = await issuing.call('confirmBallot', { code: numbers[0] ?? '' });
  expect(given).toMatchObject({ ok: true });
  expect(issuing.snapshot.last).toMatchObject({ state: 'ballot' });
  await lane.stop();
});
