import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { DockCommand } from '../../src/domain/dock.ts';
import { ok, unwrap } from '../../src/domain/result.ts';
import { makeElection, removeElection, type TestElection, TestLane, trustingMatcher } from './harness.ts';

let election: TestElection;
let lane: TestLane;
beforeAll(async () => {
  election = await makeElection({ twoReceipts: true });
});
afterEach(() => lane.stop());
afterAll(() => removeElection(election));

const DONE = ok(undefined);
const OUT: DockCommand = { type: 'paper', action: { do: 'end-after', millimetres: 0 } };
const MENDED: readonly DockCommand[] = [
  { type: 'plug', kind: 'printer' },
  { type: 'cover', open: false },
  { type: 'paper', action: { do: 'refill' } },
];

async function mend(): Promise<void> {
  for (const command of MENDED) await lane.hand(command);
  await lane.desk.until('the printer', ({ devices }) => devices.printer.status.state === 'ready');
}

const idCard = (n: number): DockCommand => {
  const { key } = lane.ordinary(n);
  return { type: 'insert-document', person: key, document: `${key}/document-1` };
};

describe('between the match and the receipt', () => {
  const FAULTS: readonly (readonly [string, DockCommand, string])[] = [
    ['the paper is out', OUT, 'paper-out'],
    ['the cover is open', { type: 'cover', open: true }, 'cover-open'],
    ['the printer is unplugged', { type: 'unplug', kind: 'printer' }, 'absent'],
  ];

  test.each(FAULTS)(
    '%s: nothing is begun, the voter counts, and the first copies come out later',
    async (_, fault, problem) => {
      lane = await TestLane.open(election, { matcher: trustingMatcher() });
      const { stepId, voter } = await lane.toVerified(lane.ordinary(0));
      await lane.hand(fault);
      expect(await lane.desk.call('issueReceipt', { stepId })).toEqual(DONE);
      const halted = await lane.step();
      expect(halted).toMatchObject({ kind: 'printer-problem', problem, receiptsDue: 2, receiptsPrinted: 0 });
      expect(lane.desk.snapshot.counts.identified).toBe(1);
      expect(lane.desk.snapshot.handovers).toMatchObject([{ state: 'verified', name: expect.any(String) }]);

      // The voter is put aside for the next one, and comes back with the same card.
      unwrap(await lane.desk.call('leaveDesk', { stepId: halted.stepId }));
      await mend();
      await lane.hand(idCard(0));
      const back = await lane.desk.until('the voter again', ({ desk }) => desk.kind === 'verified');
      expect(back.desk).toMatchObject({
        kind: 'verified',
        voter: { voterId: voter.voterId },
        method: 'fingerprint',
      });
      expect(await lane.desk.call('issueReceipt', { stepId: back.desk.stepId })).toEqual(DONE);
      expect(await lane.step()).toMatchObject({ kind: 'done', receiptNumbers: ['1-0001', '1-0002'] });
      const events = await lane.readLedger();
      expect(events.filter(({ type }) => type === 'identified')).toHaveLength(1);
      const copies = events.filter(({ type }) => type === 'receipt-started').map(({ fields }) => fields.copy);
      expect(copies).toEqual([1, 1]);
    },
  );
});

describe('in the middle of a strip', () => {
  const FAULTS: readonly (readonly [string, DockCommand])[] = [
    ['the roll ends', { type: 'paper', action: { do: 'end-after', millimetres: 5 } }],
    ['the cover is opened', { type: 'cover', open: true }],
    ['the cable is pulled', { type: 'unplug', kind: 'printer' }],
  ];

  test.each(FAULTS)(
    '%s: the torn receipt is printed again under its number, marked as a repeat',
    async (_, fault) => {
      lane = await TestLane.open(election, { matcher: trustingMatcher() });
      const { stepId } = await lane.toVerified(lane.ordinary(0));
      await lane.hand({ type: 'printer-speed', speed: 'slow' });
      const printing = lane.desk.call('issueReceipt', { stepId });
      await lane.desk.until(
        'the strip to come out',
        ({ dock }) => dock?.state.strips[0]?.ending === 'printing',
      );
      await lane.hand(fault);
      expect(await printing).toEqual(DONE);
      const halted = await lane.step();
      expect(halted).toMatchObject({ kind: 'printer-problem', receiptsPrinted: 0 });

      // Power is cut as well: the desk opens on the very step where this voter stood.
      await lane.restartAndReopen();
      const resumed = await lane.step();
      expect(resumed).toMatchObject({
        kind: 'verified',
        voter: { voterId: lane.ordinary(0).voter.id },
        uncertainReceipt: '1-0001',
        receiptsPrinted: 0,
      });
      expect(await lane.desk.call('issueReceipt', { stepId: resumed.stepId })).toEqual(DONE);
      expect(await lane.step()).toMatchObject({ kind: 'done', receiptNumbers: ['1-0001', '1-0002'] });
      expect(lane.desk.snapshot.counts).toMatchObject({ identified: 1, waitingForBallot: 1 });
      const events = await lane.readLedger();
      const started = events.filter(({ type }) => type === 'receipt-started').map(({ fields }) => fields);
      expect(started).toMatchObject([
        { number: '1-0001', index: 0, copy: 1 },
        { number: '1-0001', index: 0, copy: 2 },
        { number: '1-0002', index: 1, copy: 1 },
      ]);
      expect(events.filter(({ type }) => type === 'identified')).toHaveLength(1);
    },
  );

  test('after a power cut somebody finds the receipt whole: it is confirmed, not printed twice', async () => {
    lane = await TestLane.open(election, { matcher: trustingMatcher() });
    const { stepId } = await lane.toVerified(lane.ordinary(0));
    await lane.hand({ type: 'printer-speed', speed: 'slow' });
    const printing = lane.desk.call('issueReceipt', { stepId });
    await lane.desk.until(
      'the strip to come out',
      ({ dock }) => dock?.state.strips[0]?.ending === 'printing',
    );
    await lane.hand({ type: 'unplug', kind: 'printer' });
    await printing;
    await lane.restartAndReopen();
    const resumed = await lane.step();
    expect(await lane.desk.call('receiptCameOut', { stepId: resumed.stepId })).toEqual(DONE);
    const second = await lane.step();
    expect(second).toMatchObject({ kind: 'verified', receiptsPrinted: 1, uncertainReceipt: null });
    expect(await lane.desk.call('issueReceipt', { stepId: second.stepId })).toEqual(DONE);
    expect(await lane.step()).toMatchObject({ kind: 'done', receiptNumbers: ['1-0001', '1-0002'] });
    const started = (await lane.readLedger()).filter(({ type }) => type === 'receipt-started');
    expect(started.map(({ fields }) => fields.copy)).toEqual([1, 1]);
  });
});

test('a voter without a receipt is not "already identified" on whichever way they come back', async () => {
  lane = await TestLane.open(election, { matcher: trustingMatcher() });
  const voter = lane.ordinary(0);
  const verified = await lane.toVerified(voter);
  unwrap(await lane.desk.call('leaveDesk', { stepId: verified.stepId }));
  for (const text of [
    voter.voter.personalNumber,
    String(voter.voter.listNumber),
    voter.documents[0]?.number ?? '',
  ]) {
    const back = await lane.lookUp(text);
    expect(back).toMatchObject({ kind: 'verified', voter: { voterId: voter.voter.id } });
    unwrap(await lane.desk.call('leaveDesk', { stepId: back.stepId }));
  }
  const [listed] = lane.desk.snapshot.handovers;
  unwrap(await lane.desk.call('resumeHandover', { handoverId: listed?.handoverId ?? '' }));
  const resumed = await lane.step();
  unwrap(await lane.desk.call('issueReceipt', { stepId: resumed.stepId }));
  const done = await lane.step();
  unwrap(await lane.desk.call('leaveDesk', { stepId: done.stepId }));
  expect(await lane.lookUp(voter.voter.personalNumber)).toMatchObject({
    kind: 'stop',
    outcome: 'already-identified',
  });
});

test('a reprint by the chair says so on the paper and is counted apart', async () => {
  lane = await TestLane.open(election, { matcher: trustingMatcher() });
  const receiptNumber = await lane.identify(lane.ordinary(0));
  const strips = lane.desk.snapshot.dock?.state.strips.length ?? 0;
  unwrap(await lane.desk.call('reprintReceipt', { receiptNumber, approvals: lane.by('chair') }));
  const { dock } = await lane.desk.until('the copy', (now) => (now.dock?.state.strips.length ?? 0) > strips);
  // The first receipt is the second-newest strip before it; a repeat carries a line more than the original.
  const [copy, , original] = dock?.state.strips ?? [];
  expect(copy?.height).toBeGreaterThan(original?.height ?? Number.POSITIVE_INFINITY);
  const report = unwrap(await lane.desk.call('viewReport', { kind: 'hourly' }));
  expect(report.reconciliation.ledger).toMatchObject({
    identified: 1,
    receiptsPrinted: 2,
    receiptsReprinted: 1,
  });
});

describe('a report that the printer keeps from coming out whole', () => {
  const HOURLY = { kind: 'hourly', language: 'ru' } as const;
  const FAULTS: readonly (readonly [string, DockCommand])[] = [
    ['the paper ends within it', { type: 'paper', action: { do: 'end-after', millimetres: 20 } }],
    ['the cover is open', { type: 'cover', open: true }],
    ['the printer is unplugged', { type: 'unplug', kind: 'printer' }],
  ];

  test.each(FAULTS)('%s: the operator mends it, and one whole report lies there', async (_, fault) => {
    lane = await TestLane.open(election, { matcher: trustingMatcher() });
    await lane.hand(fault);
    expect(await lane.desk.call('printReport', HOURLY)).toEqual({
      ok: false,
      error: { code: 'printer-problem' },
    });
    await lane.operator.printReport(HOURLY.kind, HOURLY.language);
    const strips = lane.desk.snapshot.dock?.state.strips ?? [];
    expect(strips[0]).toMatchObject({ ending: 'cut' });
  });
});
