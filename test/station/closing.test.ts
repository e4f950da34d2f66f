import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { CountedFigures } from '../../src/domain/reconciliation.ts';
import { err, ok, unwrap } from '../../src/domain/result.ts';
import { makeElection, quick, removeElection, type TestElection, TestLane } from './harness.ts';

let election: TestElection;
let lane: TestLane;
beforeAll(async () => {
  election = await makeElection();
});
afterEach(() => lane.stop());
afterAll(() => removeElection(election));

const EVENING = '20:05';

async function inTheEvening(): Promise<void> {
  lane = await TestLane.open(election, quick());
  const { electionDate } = election.election.procedure;
  lane.clock.advance(Date.parse(`${electionDate}T${EVENING}:00+06:00`) - lane.clock.wallMs());
}

/** What the members count when `voters` came, all in order. */
const counts = (voters: number): CountedFigures => ({
  ballotsReceived: 100,
  ballotsUnused: 100 - voters,
  ballotsSpoiled: 0,
  ballotStubs: voters,
  receiptsCollected: voters,
  signatures: voters,
  ballotsInBox: voters,
});

async function toTheTable(receiptNumber: string): Promise<void> {
  unwrap(await lane.issuing.call('confirmBallot', { code: receiptNumber }));
  const handoverId = lane.issuing.snapshot.last?.handoverId ?? '';
  unwrap(await lane.issuing.call('confirmSignature', { handoverId }));
}

const enter = (counted: CountedFigures) =>
  lane.desk.call('enterCounts', { counts: counted, approvals: lane.by('member-3') });
const close = (reason: string) => lane.desk.call('closeStation', { reason, approvals: lane.two() });
const closingReport = async () => {
  unwrap(await lane.desk.call('printReport', { kind: 'closing', language: 'ky' }));
  return unwrap(await lane.desk.call('viewReport', { kind: 'closing' }));
};

describe('after eight in the evening', () => {
  test('nothing locks: a notice says so, and voters are served on', async () => {
    await inTheEvening();
    await lane.identify(lane.ordinary(0));
    expect(lane.desk.snapshot.notices).toContainEqual({ kind: 'voting-hours-over' });
    expect(lane.desk.snapshot).toMatchObject({ phase: 'open', counts: { identified: 1 } });
  });

  test('whoever is inside is counted down as they are served, and nobody is turned away at zero', async () => {
    await inTheEvening();
    await lane.identify(lane.ordinary(0));
    unwrap(await lane.desk.call('enterInside', { inside: 2, approvals: lane.by('chair') }));
    const still = () => lane.desk.snapshot.closing?.stillInside;
    expect(still()).toBe(2);
    const seen: (number | undefined)[] = [];
    for (const n of [1, 2, 3]) {
      await lane.identify(lane.ordinary(n));
      seen.push(still());
    }
    expect(seen).toEqual([1, 0, 0]);
    expect(lane.desk.snapshot).toMatchObject({ phase: 'closing', counts: { identified: 4 } });
  });

  test('an undo does not count anybody back into the queue', async () => {
    await inTheEvening();
    unwrap(await lane.desk.call('enterInside', { inside: 2, approvals: lane.by('chair') }));
    const receiptNumber = await lane.identify(lane.ordinary(0));
    unwrap(
      await lane.desk.call('undoIdentification', {
        of: { receiptNumber },
        reason: 'a slip',
        approvals: lane.two(),
      }),
    );
    expect(lane.desk.snapshot).toMatchObject({ counts: { identified: 0 }, closing: { stillInside: 1 } });
  });
});

test('an identification whose receipt was never begun is undone from the list of open hand-overs', async () => {
  lane = await TestLane.open(election, quick());
  const person = lane.ordinary(0);
  const verified = await lane.toVerified(person);
  unwrap(await lane.desk.call('leaveDesk', { stepId: verified.stepId }));
  const [open] = lane.desk.snapshot.handovers;
  expect(open).toMatchObject({ state: 'verified', receiptNumbers: [] });
  const undo = {
    of: { handoverId: open?.handoverId ?? '' },
    reason: 'another voter’s finger was on the glass',
    approvals: lane.two(),
  };

  expect(await lane.desk.call('undoIdentification', undo)).toEqual(ok(undefined));

  expect(lane.desk.snapshot).toMatchObject({ handovers: [], counts: { identified: 0 } });
  expect(await lane.desk.call('undoIdentification', undo)).toEqual(err({ code: 'already-done' }));
  const nobody = { ...undo, of: { handoverId: 'nobody' } };
  expect(await lane.desk.call('undoIdentification', nobody)).toEqual(err({ code: 'handover-not-found' }));
  // The voter comes again, and is identified after all.
  await lane.identify(person);
  expect(lane.desk.snapshot.counts).toMatchObject({ identified: 1 });
});

describe('closing', () => {
  test('with everything counted and in agreement needs no reason', async () => {
    await inTheEvening();
    await toTheTable(await lane.identify(lane.ordinary(0)));
    unwrap(await lane.desk.call('enterInside', { inside: 0, approvals: lane.by('chair') }));
    unwrap(await enter(counts(1)));
    expect(await close('')).toEqual(err({ code: 'wrong-phase' }));
    const report = await closingReport();
    expect(report).toMatchObject({ addsUp: true, reconciliation: { agrees: true, differences: [] } });
    expect(await close('')).toEqual(ok(undefined));
    expect(lane.desk.snapshot.phase).toBe('closed');
    const { stepId } = lane.desk.snapshot.desk;
    expect(await lane.desk.call('lookUp', { stepId, text: '1' })).toEqual(err({ code: 'wrong-phase' }));
  });

  test('with differences names them and wants a reason, which goes on record', async () => {
    await inTheEvening();
    await toTheTable(await lane.identify(lane.ordinary(0)));
    unwrap(await lane.desk.call('enterInside', { inside: 0, approvals: lane.by('chair') }));
    unwrap(await enter({ ...counts(1), ballotsUnused: 97, ballotStubs: 3, signatures: 0 }));
    const { reconciliation } = await closingReport();
    expect(reconciliation.differences.map(({ name }) => name).sort()).toEqual([
      'ballots-exceed-identified',
      'box-below-issued',
      'signatures-below-identified',
      'stubs-differ-from-receipts',
    ]);
    expect(await close('')).toEqual(err({ code: 'reason-missing' }));
    expect(lane.desk.snapshot.phase).toBe('closing');
    expect(await close('two stubs too many, written down')).toEqual(ok(undefined));
    const closed = (await lane.readLedger()).filter(({ type }) => type === 'station-closed');
    expect(closed).toMatchObject([
      { fields: { reason: 'two stubs too many, written down', people: ['chair', 'secretary'] } },
    ]);
  });

  test('typed counts never move the ledger’s own figures, however wrong they are', async () => {
    await inTheEvening();
    await toTheTable(await lane.identify(lane.ordinary(0)));
    unwrap(await lane.desk.call('enterInside', { inside: 0, approvals: lane.by('chair') }));
    const before = lane.desk.snapshot.closing?.reconciliation.ledger;
    expect(before).toMatchObject({ identified: 1, receiptsDue: 1, receiptsPrinted: 1 });
    for (const voters of [0, 7, 99]) {
      unwrap(await enter(counts(voters)));
      expect(lane.desk.snapshot.closing?.reconciliation.ledger).toEqual(before);
      expect(lane.desk.snapshot.counts.identified).toBe(1);
    }
  });

  test('more unused and spoiled ballots than there were can’t be typed in', async () => {
    await inTheEvening();
    unwrap(await lane.desk.call('enterInside', { inside: 0, approvals: lane.by('chair') }));
    expect(await enter({ ...counts(0), ballotsUnused: 99, ballotsSpoiled: 2 })).toEqual(
      err({ code: 'number-out-of-range' }),
    );
    expect(await lane.desk.call('enterInside', { inside: 25, approvals: lane.by('chair') })).toEqual(
      err({ code: 'number-out-of-range' }),
    );
  });

  test('a voter who was decided and has no receipt is named as an open hand-over', async () => {
    await inTheEvening();
    const { stepId } = await lane.toVerified(lane.ordinary(0));
    unwrap(await lane.desk.call('leaveDesk', { stepId }));
    unwrap(await lane.desk.call('enterInside', { inside: 0, approvals: lane.by('chair') }));
    unwrap(await enter(counts(1)));
    const { reconciliation } = await closingReport();
    expect(reconciliation.differences.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['handovers-open', 'receipts-not-printed']),
    );
  });
});

describe('the chair takes an identification back', () => {
  test('with a reason: the log grows, the counts go back, and the voter can be identified again', async () => {
    await inTheEvening();
    const voter = lane.ordinary(0);
    const receiptNumber = await lane.identify(voter);
    const undo = (approvals: ReturnType<TestLane['by']>, reason: string) =>
      lane.desk.call('undoIdentification', { of: { receiptNumber }, reason, approvals });
    expect(await undo(lane.two(), 'x')).toEqual(err({ code: 'bad-request' }));
    expect(await undo(lane.by('secretary', 'member-3'), 'wrong person')).toEqual(
      err({ code: 'chair-needed' }),
    );
    expect(await undo(lane.by('chair'), 'wrong person')).toEqual(err({ code: 'member-needed' }));
    expect(lane.desk.snapshot.counts.identified).toBe(1);
    expect(await undo(lane.two(), 'wrong person')).toEqual(ok(undefined));
    expect(lane.desk.snapshot.counts.identified).toBe(0);
    expect(lane.observer.snapshot).toMatchObject({ identified: 0, undone: 1 });
    expect(await lane.issuing.call('confirmBallot', { code: receiptNumber })).toEqual(
      err({ code: 'already-done' }),
    );
    expect(await lane.identify(voter)).toBe('1-0002');

    const report = unwrap(await lane.desk.call('viewReport', { kind: 'hourly' }));
    expect(report).toMatchObject({
      addsUp: true,
      reconciliation: { ledger: { identified: 1, undone: 1, receiptsPrinted: 1, receiptsOfUndone: 1 } },
    });
    const types = (await lane.readLedger()).map(({ type }) => type);
    expect(types.filter((type) => type === 'identified')).toHaveLength(2);
    expect(types.indexOf('identification-undone')).toBeGreaterThan(types.indexOf('identified'));
  });
});
