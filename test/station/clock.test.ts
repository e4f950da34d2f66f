import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { unwrap } from '../../src/domain/result.ts';
import { closeWorkers, makeElection, removeElection, type TestElection, TestLane } from './harness.ts';

let election: TestElection;
let lane: TestLane;
beforeAll(async () => {
  election = await makeElection();
});
afterEach(() => lane.stop());
afterAll(async () => {
  await closeWorkers();
  removeElection(election);
});

const NOON_1970 = Date.parse('1970-01-01T12:00:00+06:00');
const NOON_2090 = Date.parse('2090-06-01T12:00:00+06:00');

describe.each([
  ['1970', NOON_1970],
  ['2090', NOON_2090],
])('a laptop that believes it is %s', (_, startMs) => {
  test('opens with a notice, identifies by chip and by zone, and still finds the expired document', async () => {
    lane = await TestLane.open(election, { startMs });
    expect(lane.desk.snapshot.notices).toContainEqual({ kind: 'clock-implausible' });
    expect(lane.desk.snapshot.opening.checks).toContainEqual(
      expect.objectContaining({ name: 'clock', result: 'failed' }),
    );
    const withChip = election.election.voters.filter(
      (voter) => voter.awkward === null && voter.documents[0]?.hasChip,
    );
    const [first] = withChip;
    if (first === undefined) throw new Error('no ordinary voter has a chip');
    await lane.hand({ type: 'insert-document', person: first.key, document: `${first.key}/document-1` });
    const { desk } = await lane.desk.until('the voter', (snapshot) => snapshot.desk.kind === 'voter');
    expect(desk).toMatchObject({ voter: { chip: 'genuine' } });
    unwrap(await lane.desk.call('leaveDesk', { stepId: desk.stepId }));
    expect(await lane.serve(first)).toMatchObject({ outcome: 'identified', method: 'fingerprint' });
    expect(await lane.serve(lane.awkward('expired-document'))).toMatchObject({ outcome: 'document-expired' });
    expect(await lane.serve(lane.awkward('under-age'))).toMatchObject({ outcome: 'under-age' });
    const closed = await lane.desk.call('viewReport', { kind: 'hourly' });
    expect(unwrap(closed).addsUp).toBe(true);
  });
});

test('a clock that is set to 1970 at noon locks nothing: a notice, an event, and the order of events is kept', async () => {
  lane = await TestLane.open(election);
  await lane.identify(lane.ordinary(0));
  lane.clock.setWall(NOON_1970);
  await lane.identify(lane.ordinary(1));
  expect(lane.desk.snapshot.notices).toEqual(
    expect.arrayContaining([
      { kind: 'clock-implausible' },
      { kind: 'clock-jumped', minutes: expect.any(Number) },
    ]),
  );
  expect(lane.desk.snapshot.counts.identified).toBe(2);
  // The lane is switched off and on: on another day, as the clock says, so two people open it.
  await lane.restart();
  expect(lane.desk.snapshot.unlockPeopleNeeded).toBe(2);
  unwrap(await lane.desk.call('unlock', { approvals: lane.two() }));
  expect(lane.desk.snapshot.phase).toBe('open');
  await lane.identify(lane.ordinary(2));
  const events = await lane.readLedger();
  const identified = events.filter((event) => event.type === 'identified');
  expect(identified.map((event) => event.fields.voter)).toEqual(
    [0, 1, 2].map((n) => lane.ordinary(n).voter.id),
  );
  expect(events.filter((event) => event.type === 'clock-jumped')).toHaveLength(1);
});
