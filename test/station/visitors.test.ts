import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { documentZone } from '../../fixtures/election/document-zone.ts';
import { mockCentreFiles } from '../../fixtures/election/mock-centre.ts';
import { documentKey } from '../../fixtures/election/simulated-people.ts';
import type { SyntheticVisitor } from '../../fixtures/election/synthetic-person.ts';
import { TestCentre } from '../../src/collector/test-centre.ts';
import { assertDefined } from '../../src/domain/assert.ts';
import { unwrap } from '../../src/domain/result.ts';
import type { DeskStep } from '../../src/station/api/snapshot.ts';
import type { Fetch } from '../../src/sync/upload/collector-client.ts';
import {
  closeWorkers,
  type LaneSetup,
  makeElection,
  quick,
  removeElection,
  type TestElection,
  TestLane,
} from './harness.ts';

let election: TestElection;
/** President and referendum on one day, and no referendum in the district that the visitor is from. */
let twoQuestions: TestElection;
let centre: TestCentre;
const lanes: TestLane[] = [];
/** Pulled: whoever asks the centre reaches nobody. */
let isCut = false;

beforeAll(async () => {
  election = await makeElection({ anyPrecinct: true });
  twoQuestions = await makeElection({ anyPrecinct: true, twoReceipts: true });
});
afterEach(async () => {
  for (const lane of lanes.splice(0)) await lane.stop();
  await centre.dispose();
  isCut = false;
});
afterAll(async () => {
  await closeWorkers();
  for (const one of [election, twoQuestions]) removeElection(one);
});

const overTheNetwork: Fetch = (url, request) =>
  isCut ? Promise.reject(new TypeError('no network')) : centre.fetch(url, request);

function startCentre(of = election): string {
  const files = assertDefined(mockCentreFiles(of.electionPackage.directory) ?? undefined, 'a centre');
  centre = new TestCentre({ visitors: files });
  return `${files.file}.asked`;
}

async function openLane(setup: LaneSetup = {}, of = election): Promise<TestLane> {
  const lane = await TestLane.open(of, {
    ...{ collectorUrl: 'http://centre.test', fetch: overTheNetwork },
    ...setup,
  });
  lanes.push(lane);
  await lane.desk.until('the centre to know this lane', ({ upload }) => upload.pending === 0);
  return lane;
}

/** By the printed zone alone: no chip answers. */
async function layZone(lane: TestLane, visitor: SyntheticVisitor): Promise<DeskStep> {
  const document = assertDefined(visitor.documents[0], 'a document');
  unwrap(await lane.desk.call('typedByReader', { lines: [...documentZone(document)] }));
  return lane.step();
}

/** The document with its chip on the reader. */
async function layChip(lane: TestLane, visitor: SyntheticVisitor): Promise<DeskStep> {
  const { stepId } = await lane.step();
  await lane.hand({ type: 'remove-document' });
  await lane.hand({ type: 'insert-document', person: visitor.key, document: documentKey(visitor, 0) });
  await lane.desk.until(
    'the document to be read',
    ({ desk }) => desk.stepId !== stepId && desk.kind !== 'reading-document',
  );
  return lane.step();
}

async function leave(lane: TestLane): Promise<void> {
  unwrap(await lane.desk.call('leaveDesk', { stepId: (await lane.step()).stepId }));
}

/** The tokens that the centre compares, of every lane. */
async function compared(): Promise<readonly { readonly token: string; readonly isUndo: boolean }[]> {
  const heads = unwrap(await centre.store.heads());
  const places = heads.map(({ device, epoch }) => ({ device, epoch, seq: 0 }));
  const found = unwrap(await centre.store.participations(places));
  return found.flatMap(({ participations }) =>
    participations.map(({ token, isUndo }) => ({ token: Buffer.from(token).toString('hex'), isUndo })),
  );
}

describe('a voter of another district, where the procedure lets them in', () => {
  test('is identified by the finger with one record from the centre, and counted as a visitor', async () => {
    const asked = startCentre();
    const lane = await openLane();
    const visitor = lane.visitor('elsewhere-other-district');
    const step = await layZone(lane, visitor);
    expect(step).toMatchObject({
      kind: 'voter',
      voter: { listNumber: 0, visitor: { stationNumber: visitor.homeStation, source: 'centre' } },
      fingers: [2, 7],
    });
    unwrap(await lane.desk.call('takeFinger', { stepId: step.stepId }));
    await lane.layFinger(visitor);
    const verified = await lane.desk.until('the decision', ({ desk }) => desk.kind !== 'finger');
    expect(verified.desk).toMatchObject({ kind: 'verified', method: 'fingerprint', receiptsDue: 1 });
    unwrap(await lane.desk.call('issueReceipt', { stepId: verified.desk.stepId }));
    expect((await lane.step()).kind).toBe('done');
    await leave(lane);

    // With the same document, and after a restart: the earlier visit is named, and nobody asks the centre again.
    const again = { kind: 'stop', outcome: 'already-identified', details: { earlier: { lane: 1 } } };
    expect(await layZone(lane, visitor)).toMatchObject(again);
    await lane.restartAndReopen();
    expect(await layZone(lane, visitor)).toMatchObject(again);
    const report = unwrap(await lane.desk.call('viewReport', { kind: 'hourly' }));
    expect(report).toMatchObject({ visitors: 1, turnout: { identified: 1 }, addsUp: true });
    await lane.desk.until('everything to be uploaded', ({ upload }) => upload.pending === 0);
    expect(await compared()).toHaveLength(1);

    // On record at both ends under one number; neither names the voter.
    const events = await lane.readLedger();
    const question = events.find(({ type }) => type === 'visitor-asked')?.fields.question;
    const lines = readFileSync(asked, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { id: question, station: '9901', outcome: 'found' },
    ]);
    expect(JSON.stringify(events)).not.toContain(visitor.personalNumber);
    expect(readFileSync(asked, 'utf8')).not.toContain(visitor.personalNumber);
  });

  test('without the centre is identified by the face from the chip, before the commission, and is compared later', async () => {
    startCentre();
    const lane = await openLane(quick());
    isCut = true;
    const visitor = lane.visitor('elsewhere-other-district');
    const step = await layChip(lane, visitor);
    expect(step).toMatchObject({
      kind: 'voter',
      voter: { visitor: { source: 'chip' }, chip: 'genuine' },
      fingers: [],
    });
    expect(step.kind === 'voter' ? step.voter.photo : null).not.toBeNull();
    unwrap(await lane.desk.call('takeFinger', { stepId: step.stepId }));
    expect(await lane.step()).toMatchObject({ kind: 'commission', reason: 'visitor-without-record' });
    await lane.operator.goOnWith(visitor);
    await lane.hand({ type: 'remove-document' });

    // Another laptop, at another station as it were, had the record: the centre finds that it is the same person.
    isCut = false;
    const other = await openLane(quick());
    await other.serve(visitor);
    await lane.desk.until('everything to be uploaded', ({ upload }) => upload.pending === 0);
    await other.desk.until('everything to be uploaded', ({ upload }) => upload.pending === 0);
    const tokens = (await compared()).map(({ token }) => token);
    expect(tokens).toHaveLength(2);
    expect(new Set(tokens).size).toBe(1);

    // An undo takes the visit out of the comparison again.
    const receiptNumber = '1-0001';
    unwrap(
      await lane.desk.call('undoIdentification', {
        ...{ of: { receiptNumber }, reason: 'left without a ballot', approvals: lane.two() },
      }),
    );
    await lane.desk.until('everything to be uploaded', ({ upload }) => upload.pending === 0);
    expect((await compared()).filter(({ isUndo }) => isUndo)).toHaveLength(1);
    const identified = (await lane.readLedger()).find(({ type }) => type === 'identified');
    expect(identified?.fields).toMatchObject({
      visitor: true,
      counted: { exception: 'visitor-without-record' },
    });
    expect(identified?.fields.token).toBeUndefined();
  });

  test('without the centre and without a chip is told so calmly, with the own station on a slip', async () => {
    startCentre();
    const lane = await openLane(quick());
    isCut = true;
    const step = await layZone(lane, lane.visitor('elsewhere-other-district'));
    expect(step).toMatchObject({
      kind: 'stop',
      outcome: 'wrong-station',
      details: { notHere: 'no-centre-no-chip', slip: true },
    });
    unwrap(await lane.desk.call('printSlip', { stepId: step.stepId, language: 'ky' }));
    // Of the own district, nobody asks the centre at all.
    expect(await lane.serve(lane.visitor('elsewhere-own-district'))).toMatchObject({
      outcome: 'wrong-station-own-district',
    });
    const events = await lane.readLedger();
    expect(events.filter(({ type }) => type === 'visitor-asked')).toHaveLength(1);
    expect(events.find(({ type }) => type === 'visitor-answered')?.fields.answer).toBe('unreachable');
  });

  test('whose visit a power cut ended goes on once the document lies there again, and gets one receipt', async () => {
    startCentre();
    const lane = await openLane(quick());
    const visitor = lane.visitor('elsewhere-other-district');
    expect((await layZone(lane, visitor)).kind).toBe('voter');
    await lane.restartAndReopen();
    const [waiting] = lane.desk.snapshot.handovers;
    const handoverId = assertDefined(waiting, 'the visit').handoverId;
    expect(await lane.desk.call('resumeHandover', { handoverId })).toMatchObject({
      error: { code: 'visitor-document-again' },
    });
    expect(await lane.serve(visitor)).toMatchObject({ outcome: 'identified', method: 'fingerprint' });
    expect(lane.desk.snapshot.counts.identified).toBe(1);
    const found = (await lane.readLedger()).filter(({ type }) => type === 'voter-found');
    expect(found).toHaveLength(1);
  });
});

describe('a visitor from a district that is asked one question, where voters here are asked two', () => {
  test('gets the ballot of the own district and no other: by the record, and without the centre by the index', async () => {
    startCentre(twoQuestions);
    for (const cut of [false, true]) {
      isCut = false;
      const lane = await openLane(quick(), twoQuestions);
      isCut = cut;
      const visitor = lane.visitor('elsewhere-other-district');
      const step = await layChip(lane, visitor);
      expect(step).toMatchObject({
        kind: 'voter',
        voter: { visitor: { source: cut ? 'chip' : 'centre' } },
      });
      unwrap(await lane.desk.call('takeFinger', { stepId: step.stepId }));
      await lane.operator.goOnWith(visitor);
      await lane.hand({ type: 'remove-document' });
      // Whoever is on this list has both.
      await lane.serve(lane.ordinary(0));
      const report = unwrap(await lane.desk.call('viewReport', { kind: 'hourly' }));
      const { receiptsDue, receiptsPrinted } = report.reconciliation.ledger;
      expect([receiptsDue, receiptsPrinted]).toEqual([3, 3]);
      expect((await lane.readLedger()).filter(({ type }) => type === 'voter-found')).toMatchObject([
        { fields: { receiptsDue: 1 } },
        { fields: { receiptsDue: 2 } },
      ]);
    }
  });

  test('is sent to the own station where this one has no such ballot, and nothing of theirs stays', async () => {
    startCentre(twoQuestions);
    const lane = await openLane(
      {
        ...quick(),
        change: ({ receipts }) => ({ receipts: receipts.filter(({ id }) => id === 'referendum') }),
      },
      twoQuestions,
    );
    const visitor = lane.visitor('elsewhere-other-district');
    const stop = {
      kind: 'stop',
      outcome: 'wrong-station',
      details: { notHere: 'other-ballots', elsewhere: { stationNumber: visitor.homeStation }, slip: true },
    };
    expect(await layChip(lane, visitor)).toMatchObject(stop);
    await leave(lane);
    await lane.hand({ type: 'remove-document' });
    isCut = true;
    expect(await layChip(lane, visitor)).toMatchObject(stop);
    expect((await lane.readLedger()).filter(({ type }) => type === 'visitor-admitted')).toEqual([]);
  });
});
