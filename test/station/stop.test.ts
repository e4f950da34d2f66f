import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createRandom } from '../../fixtures/random.ts';
import { unwrap } from '../../src/domain/result.ts';
import type { FingerprintMatcher } from '../../src/station/context.ts';
import {
  makeElection,
  plainPaper,
  quick,
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

/** A matcher whose answer comes when the test says so. */
function heldMatcher(): { matcher: FingerprintMatcher; answer: () => void } {
  let answer = (): void => {};
  const held = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const trusting = trustingMatcher();
  return {
    matcher: {
      ...trusting,
      verify: async (image, enrolled) => {
        await held;
        return trusting.verify(image, enrolled);
      },
    },
    answer: () => answer(),
  };
}

describe('a station that is stopped in order', () => {
  test('in the middle of a comparison decides nothing afterwards, and opens at the voter again', async () => {
    const { matcher, answer } = heldMatcher();
    lane = await TestLane.open(election, { matcher, paper: plainPaper() });
    const voter = lane.ordinary(0);
    const { stepId } = await lane.lookUp(voter.voter.personalNumber);
    unwrap(await lane.desk.call('takeFinger', { stepId }));
    await lane.layFinger(voter);
    await lane.desk.until(
      'the comparison',
      ({ desk }) => desk.kind === 'finger' && desk.finger.state === 'comparing',
    );
    await lane.stop();
    answer();
    await lane.start();
    unwrap(await lane.desk.call('unlock', { approvals: lane.by('chair') }));
    expect(await lane.step()).toMatchObject({ kind: 'voter', voter: { voterId: voter.voter.id } });
    expect(lane.desk.snapshot.counts.identified).toBe(0);
  });

  test('in the middle of a receipt waits for the paper, and the receipt is on record', async () => {
    lane = await TestLane.open(election, quick());
    const { stepId } = await lane.toVerified(lane.ordinary(0));
    const printing = lane.desk.call('issueReceipt', { stepId });
    await lane.desk.until('the strip', ({ dock }) => dock?.state.strips[0]?.ending === 'printing');
    await lane.stopStation();
    expect((await printing).ok).toBe(true);
    await lane.stop();
    await lane.start();
    unwrap(await lane.desk.call('unlock', { approvals: lane.by('chair') }));
    expect(await lane.step()).toMatchObject({ kind: 'idle' });
    expect(lane.desk.snapshot.counts).toMatchObject({ identified: 1, waitingForBallot: 1 });
  });

  test('hears no late document or cable any more', async () => {
    lane = await TestLane.open(election, quick());
    const { key } = lane.ordinary(0);
    const document = `${key}/document-1`;
    await lane.hand({ type: 'insert-document', person: key, document });
    await lane.stopStation();
    await lane.stop();
    const events = await lane.readLedger();
    expect(events.filter(({ type }) => type === 'identified')).toEqual([]);
  });
});

test('a disk that fills up at any commit of a visit leaves nothing half done: with space again the visit ends well', async () => {
  lane = await TestLane.open(election, quick());
  const random = createRandom(8).fork('full disk');
  const people = random.shuffle(
    election.election.voters.filter(({ awkward }) => awkward === null || awkward === 'no-fingers'),
  );
  for (const person of people) {
    // Refused once, at a commit that the seed names; whoever stands there then tries again.
    lane.faults.refuseCommit = 1 + random.integer(5);
    expect(await serveInSpiteOfAll(person.key)).toBe('done');
    lane.faults.refuseCommit = null;
  }
  expect(lane.desk.snapshot.counts.identified).toBe(people.length);
  expect(lane.desk.snapshot.handovers.every(({ state }) => state === 'receipt')).toBe(true);
  const identified = (await lane.readLedger()).filter(({ type }) => type === 'identified');
  expect(identified.map(({ fields }) => fields.voter)).toEqual(people.map(({ voter }) => voter.id));
});

/** Does what the screen asks for until the desk is done with this voter, however often it is refused. */
async function serveInSpiteOfAll(key: string): Promise<string> {
  const person = election.election.voters.find((voter) => voter.key === key);
  if (person === undefined) throw new Error('nobody of that key');
  for (let act = 0; act < 20; act += 1) {
    const step = await lane.step();
    const { stepId } = step;
    switch (step.kind) {
      case 'voter':
        if (step.fingers.length > 0) await lane.desk.call('takeFinger', { stepId });
        else await lane.desk.call('askCommission', { stepId, reason: 'no-fingers' });
        break;
      case 'finger': {
        await lane.layFinger(person);
        await lane.desk.until(
          'a decision',
          ({ desk }) => desk.kind !== 'finger' || desk.finger.state === 'no-match',
        );
        await lane.hand({ type: 'lift-finger' });
        await lane.desk.call('takeFinger', { stepId });
        break;
      }
      case 'commission':
        await lane.desk.call('decideByCommission', { stepId, accept: true, note: '', approvals: lane.two() });
        break;
      case 'verified':
        if (step.uncertainReceipt === null) await lane.desk.call('issueReceipt', { stepId });
        else await lane.desk.call('receiptCameOut', { stepId });
        break;
      case 'done':
        unwrap(await lane.desk.call('leaveDesk', { stepId }));
        return step.kind;
      default:
        await lane.desk.call('lookUp', { stepId, text: person.voter.personalNumber });
    }
  }
  return (await lane.step()).kind;
}
