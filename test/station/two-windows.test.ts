import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { err, ok, unwrap } from '../../src/domain/result.ts';
import { makeElection, quick, removeElection, type TestElection, TestLane } from './harness.ts';

let election: TestElection;
let lane: TestLane;
beforeAll(async () => {
  election = await makeElection();
});
afterEach(() => lane.stop());
afterAll(() => removeElection(election));

const DONE = ok(undefined);
const MOVED_ON = err({ code: 'desk-moved-on' });
const COUNTS = {
  ballotsReceived: 0,
  ballotsUnused: 0,
  ballotsSpoiled: 0,
  ballotStubs: null,
  receiptsCollected: 0,
  signatures: 0,
  ballotsInBox: null,
};

describe('two windows act on one step at once', () => {
  test('one receipt is printed, the second tap is told that the desk has moved on', async () => {
    lane = await TestLane.open(election, quick());
    const { stepId } = await lane.toVerified(lane.ordinary(0));
    const answers = await Promise.all([
      lane.desk.call('issueReceipt', { stepId }),
      lane.otherDesk.call('issueReceipt', { stepId }),
    ]);
    expect(answers).toEqual([DONE, MOVED_ON]);
    const events = await lane.readLedger();
    expect(events.filter(({ type }) => type === 'receipt-printed')).toHaveLength(1);
  });

  test('one of two finders gets the desk, and its voter stays there', async () => {
    lane = await TestLane.open(election, quick());
    const { stepId } = await lane.step();
    const answers = await Promise.all([
      lane.desk.call('lookUp', { stepId, text: lane.ordinary(0).voter.personalNumber }),
      lane.otherDesk.call('lookUp', { stepId, text: lane.ordinary(1).voter.personalNumber }),
    ]);
    expect(answers).toEqual([DONE, MOVED_ON]);
    expect(await lane.step()).toMatchObject({ voter: { voterId: lane.ordinary(0).voter.id } });
    expect(lane.otherDesk.snapshot.desk).toEqual(lane.desk.snapshot.desk);
  });

  test('the commission decides once, whichever window was first', async () => {
    lane = await TestLane.open(election, quick());
    const { stepId } = await lane.lookUp(lane.awkward('no-fingers').voter.personalNumber);
    unwrap(await lane.desk.call('askCommission', { stepId, reason: 'no-fingers' }));
    const asked = await lane.step();
    const decide = { stepId: asked.stepId, approvals: lane.two() };
    const answers = await Promise.all([
      lane.desk.call('decideByCommission', { ...decide, accept: true, note: '' }),
      lane.otherDesk.call('decideByCommission', { ...decide, accept: false, note: 'not the same face' }),
    ]);
    expect(answers.filter(({ ok: done }) => done)).toHaveLength(1);
    expect(answers).toContainEqual(MOVED_ON);
    const events = await lane.readLedger();
    const decisions = ['identified', 'commission-refused'];
    expect(events.filter(({ type }) => decisions.includes(type))).toHaveLength(1);
  });
});

describe('two windows act on one voter at once', () => {
  test('an undo while the receipt is being printed is refused, and works once it lies there', async () => {
    lane = await TestLane.open(election, quick());
    const { stepId } = await lane.toVerified(lane.ordinary(0));
    await lane.hand({ type: 'printer-speed', speed: 'slow' });
    const printing = lane.desk.call('issueReceipt', { stepId });
    await lane.desk.until(
      'the strip to come out',
      ({ dock }) => dock?.state.strips[0]?.ending === 'printing',
    );
    const undo = { of: { receiptNumber: '1-0001' }, reason: 'wrong person', approvals: lane.two() };
    expect(await lane.otherDesk.call('undoIdentification', undo)).toEqual(MOVED_ON);
    await lane.hand({ type: 'printer-speed', speed: 'normal' });
    expect(await printing).toEqual(DONE);
    expect(await lane.otherDesk.call('undoIdentification', undo)).toEqual(DONE);
    expect(lane.desk.snapshot.counts.identified).toBe(0);
    expect(await lane.identify(lane.ordinary(0))).toBe('1-0002');
  });

  test('of two undos of one receipt, one is done and one is told so', async () => {
    lane = await TestLane.open(election, quick());
    const receiptNumber = await lane.identify(lane.ordinary(0));
    const undo = { of: { receiptNumber }, reason: 'wrong person', approvals: lane.two() };
    const answers = await Promise.all([
      lane.desk.call('undoIdentification', undo),
      lane.otherDesk.call('undoIdentification', undo),
    ]);
    expect(answers).toEqual([DONE, err({ code: 'already-done' })]);
  });

  test('a voter whose identification is undone in the middle of a ballot gets none', async () => {
    lane = await TestLane.open(election, quick());
    const receiptNumber = await lane.identify(lane.ordinary(0));
    const answers = await Promise.all([
      lane.desk.call('undoIdentification', {
        of: { receiptNumber },
        reason: 'wrong person',
        approvals: lane.two(),
      }),
      lane.issuing.call('confirmBallot', { code: receiptNumber }),
    ]);
    expect(answers).toEqual([DONE, DONE]);
    expect(
      await lane.issuing.call('confirmSignature', {
        handoverId: lane.issuing.snapshot.last?.handoverId ?? '',
      }),
    ).toEqual(err({ code: 'already-done' }));
    expect(lane.desk.snapshot.counts.identified).toBe(0);
  });
});

describe('two windows act on one day at once', () => {
  test('two openings are one', async () => {
    lane = await TestLane.prepared(election, quick());
    const answers = await Promise.all([
      lane.desk.call('openStation', { approvals: lane.two() }),
      lane.otherDesk.call('openStation', { approvals: lane.two() }),
    ]);
    expect(answers).toEqual([DONE, err({ code: 'wrong-phase' })]);
    const events = await lane.readLedger();
    expect(events.filter(({ type }) => type === 'station-opened')).toHaveLength(1);
  });

  test('a station that is being closed is not opened again by a late number of people inside', async () => {
    lane = await TestLane.open(election, quick());
    unwrap(await lane.desk.call('enterInside', { inside: 0, approvals: lane.by('chair') }));
    unwrap(await lane.desk.call('enterCounts', { counts: COUNTS, approvals: lane.by('member-3') }));
    unwrap(await lane.desk.call('printReport', { kind: 'closing', language: 'ru' }));
    const answers = await Promise.all([
      lane.desk.call('closeStation', { reason: '', approvals: lane.two() }),
      // Three PINs take longer to check than two, so that this one comes to its turn last.
      lane.otherDesk.call('enterInside', { inside: 1, approvals: lane.by('chair', 'secretary', 'member-3') }),
    ]);
    expect(answers).toEqual([DONE, err({ code: 'wrong-phase' })]);
    expect(lane.desk.snapshot.phase).toBe('closed');
  });

  test('two unlocks at once open one station', async () => {
    lane = await TestLane.locked(election, quick());
    const answers = await Promise.all([
      lane.desk.call('unlock', { approvals: lane.two() }),
      lane.otherDesk.call('unlock', { approvals: lane.by('secretary', 'member-3') }),
    ]);
    expect(answers).toEqual([DONE, err({ code: 'wrong-phase' })]);
    expect(lane.desk.snapshot.phase).toBe('preparing');
  });
});
