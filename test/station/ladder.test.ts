import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { err, ok, unwrap } from '../../src/domain/result.ts';
import type { FingerprintMatcher } from '../../src/station/context.ts';
import {
  makeElection,
  plainPaper,
  removeElection,
  type TestElection,
  TestLane,
  trustingMatcher,
} from './harness.ts';

let election: TestElection;
let lane: TestLane;
beforeAll(async () => {
  election = await makeElection();
});
afterEach(() => lane.stop());
afterAll(() => removeElection(election));

/** Sees every finger well, and matches none. */
function strangersOnly(): FingerprintMatcher {
  return { ...trustingMatcher(), verify: async () => ok({ score: 0, quality: 90 }) };
}

/** One comparison that does not match, of the finger that the screen asks for. */
async function mismatch(): Promise<string> {
  const person = lane.ordinary(0);
  const voter = await lane.lookUp(String(person.voter.listNumber));
  expect(voter.kind).toBe('voter');
  unwrap(await lane.desk.call('takeFinger', { stepId: voter.stepId }));
  await lane.layFinger(person);
  const after = await lane.desk.until(
    'the mismatch',
    ({ desk }) => desk.kind === 'finger' && desk.finger.state === 'no-match',
  );
  return after.desk.stepId;
}

describe('the way to the commission is the ladder', () => {
  test('a finger that does not match can not be called one that can not be captured', async () => {
    lane = await TestLane.open(election, { matcher: strangersOnly(), paper: plainPaper() });
    const stepId = await mismatch();
    const asked = await lane.desk.call('askCommission', { stepId, reason: 'cannot-be-captured' });
    expect(asked).toEqual(err({ code: 'wrong-phase' }));
    expect(lane.desk.snapshot.desk.kind).toBe('finger');
  });

  test('with another finger in a bandage the way is open, and the record says that one did not match', async () => {
    lane = await TestLane.open(election, { matcher: strangersOnly(), paper: plainPaper() });
    const stepId = await mismatch();
    await lane.hand({ type: 'lift-finger' });
    unwrap(await lane.desk.call('takeFinger', { stepId, position: 7 }));
    unwrap(await lane.desk.call('askCommission', { stepId, reason: 'cannot-be-captured' }));
    expect(await lane.step()).toMatchObject({ kind: 'commission', reason: 'no-match' });
  });

  test('a hand in a bandage from the start goes straight to the commission, under its own reason', async () => {
    lane = await TestLane.open(election, { matcher: strangersOnly(), paper: plainPaper() });
    const voter = await lane.lookUp(String(lane.ordinary(1).voter.listNumber));
    const { stepId } = voter;
    unwrap(await lane.desk.call('askCommission', { stepId, reason: 'cannot-be-captured' }));
    expect(await lane.step()).toMatchObject({ kind: 'commission', reason: 'cannot-be-captured' });
  });

  test('somebody enrolled without fingers who has some is no dead end', async () => {
    lane = await TestLane.open(election, { matcher: strangersOnly(), paper: plainPaper() });
    const voter = await lane.lookUp(String(lane.awkward('no-fingers').voter.listNumber));
    unwrap(await lane.desk.call('takeFinger', { stepId: voter.stepId }));
    expect(await lane.step()).toMatchObject({ kind: 'commission', reason: 'no-templates' });
  });
});

test('a document number typed on a Cyrillic keyboard finds the voter', async () => {
  lane = await TestLane.open(election, { matcher: trustingMatcher(), paper: plainPaper() });
  const { voter } = lane.ordinary(2);
  const number = voter.documents[0]?.number ?? '';
  const typed = number.replace('A', 'А').replace('C', 'С').replace('E', 'Е').replace('P', 'Р').toLowerCase();
  expect(await lane.lookUp(typed)).toMatchObject({
    kind: 'voter',
    voter: { voterId: voter.id, lookup: 'document-number' },
  });
});
