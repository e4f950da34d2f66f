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

describe('attempts that did not match are not given anew', () => {
  /** Uses up every attempt with the finger that is asked for; the last step is left on the screen. */
  async function exhaust(stepId: string): Promise<void> {
    const { attempts } = await fingerView();
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      if (attempt > 1) await lane.layFinger(lane.ordinary(0));
      await lane.desk.until(`mismatch ${attempt}`, ({ desk }) => {
        return desk.stepId === stepId && desk.kind === 'finger' && desk.finger.state === 'no-match';
      });
      await lane.hand({ type: 'lift-finger' });
      if (attempt < attempts)
        await lane.desk.until('the lifted finger', ({ desk }) => {
          return desk.kind === 'finger' && desk.finger.state === 'waiting';
        });
    }
  }

  async function fingerView() {
    const step = await lane.step();
    if (step.kind !== 'finger') throw new Error(`at ${step.kind}, not at the finger`);
    return step.finger;
  }

  async function backToTheFinger(): Promise<void> {
    const voter = await lane.step();
    expect(voter.kind).toBe('voter');
    unwrap(await lane.desk.call('takeFinger', { stepId: voter.stepId }));
  }

  test('after a restart the next finger is asked for, and the used one only after cleaning', async () => {
    lane = await TestLane.open(election, { matcher: strangersOnly(), paper: plainPaper() });
    await exhaust(await mismatch());
    const before = await fingerView();
    expect(before.offers).toContain('other-finger');

    await lane.restartAndReopen();
    await backToTheFinger();

    const after = await fingerView();
    expect(after.position).not.toBe(before.position);
    expect(after).toMatchObject({ attempt: 1, state: 'waiting' });
  });

  test('who comes again after being put aside goes on where the fingers stood', async () => {
    lane = await TestLane.open(election, { matcher: strangersOnly(), paper: plainPaper() });
    const stepId = await mismatch();
    unwrap(await lane.desk.call('leaveDesk', { stepId }));
    await lane.hand({ type: 'lift-finger' });
    await lane.lookUp(String(lane.ordinary(0).voter.listNumber));
    await backToTheFinger();
    expect(await fingerView()).toMatchObject({ attempt: 2, state: 'waiting' });
  });

  test('with every finger used up a restart leads to the commission, and lights no scanner by itself', async () => {
    lane = await TestLane.open(election, { matcher: strangersOnly(), paper: plainPaper() });
    const stepId = await mismatch();
    const { enrolled, position } = await fingerView();
    await exhaust(stepId);
    for (const other of enrolled.filter((finger) => finger !== position)) {
      unwrap(await lane.desk.call('takeFinger', { stepId, position: other }));
      await lane.layFinger(lane.ordinary(0));
      await exhaust(stepId);
    }
    expect((await fingerView()).offers).toContain('commission');

    await lane.restartAndReopen();
    await backToTheFinger();

    expect(await fingerView()).toMatchObject({ state: 'no-match' });
    expect((await fingerView()).offers).toContain('commission');
    const { stepId: now } = await lane.step();
    unwrap(await lane.desk.call('askCommission', { stepId: now, reason: 'no-match' }));
    expect(await lane.step()).toMatchObject({ kind: 'commission', reason: 'no-match' });
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
