import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { assertDefined } from '../../src/domain/assert.ts';
import { unwrap } from '../../src/domain/result.ts';
import { makeElection, quick, removeElection, type TestElection, TestLane } from './harness.ts';

let election: TestElection;
let lane: TestLane;
beforeAll(async () => {
  election = await makeElection();
});
afterEach(() => lane.stop());
afterAll(() => removeElection(election));

const two = () => ({ approvals: lane.two() });
const listNumberOf = (n: number): number => lane.ordinary(n).voter.listNumber;
const enter = (line: number, listNumber: number) =>
  lane.desk.call('enterPaperLines', { lines: [{ line, listNumber, receipts: 1 }], ...two() });

describe('paper mode', () => {
  test('is declared by two, stops the desk, and is entered afterwards, counted apart', async () => {
    lane = await TestLane.open(election, quick());
    await lane.identify(lane.ordinary(0));
    const alone = { reason: 'no electricity', approvals: lane.by('chair') };
    expect(await lane.desk.call('declarePaperMode', alone)).toMatchObject({ ok: false });
    unwrap(await lane.desk.call('declarePaperMode', { reason: 'no electricity', ...two() }));
    expect(await lane.desk.call('declarePaperMode', { reason: 'once more', ...two() })).toEqual({
      ok: false,
      error: { code: 'paper-mode-on' },
    });
    unwrap(await lane.desk.call('endPaperMode', two()));

    expect(unwrap(await enter(1, listNumberOf(1)))).toEqual({ doubles: [], notCompared: [] });
    expect(unwrap(await enter(2, listNumberOf(2)))).toEqual({ doubles: [], notCompared: [] });
    const report = unwrap(await lane.desk.call('viewReport', { kind: 'hourly' }));
    expect(report.turnout.identified).toBe(1);
    expect(report.reconciliation.ledger.onPaper).toEqual({
      lines: 2,
      receipts: 2,
      doubles: 0,
      openDoubles: 0,
    });
    expect(report.addsUp).toBe(true);
  });

  test('nobody is identified at the desk while it is on', async () => {
    lane = await TestLane.open(election, quick());
    unwrap(await lane.desk.call('declarePaperMode', { reason: 'no electricity', ...two() }));
    const { stepId } = lane.desk.snapshot.desk;
    const text = String(listNumberOf(0));
    expect(await lane.desk.call('lookUp', { stepId, text })).toEqual({
      ok: false,
      error: { code: 'paper-mode-on' },
    });
    expect(lane.desk.snapshot.desk.kind).toBe('idle');
    unwrap(await lane.desk.call('endPaperMode', two()));
    await lane.identify(lane.ordinary(0));
    expect(lane.desk.snapshot.counts.identified).toBe(1);
  });

  test('a document that is laid down while it is on leaves the desk waiting, with one word of it', async () => {
    lane = await TestLane.open(election, quick());
    unwrap(await lane.desk.call('declarePaperMode', { reason: 'no electricity', ...two() }));
    const person = assertDefined(
      election.election.voters.find(({ awkward, documents }) => awkward === null && documents[0]?.hasChip),
      'an ordinary voter whose card has a chip',
    );
    const before = lane.desk.snapshot.desk.stepId;
    await lane.hand({ type: 'insert-document', person: person.key, document: `${person.key}/document-1` });
    const { notices } = await lane.desk.until(
      'the desk to wait again',
      ({ desk }) => desk.kind === 'idle' && desk.stepId !== before,
    );
    expect(notices.filter((one) => one.kind === 'error')).toEqual([{ kind: 'error', code: 'paper-mode-on' }]);
    unwrap(await lane.desk.call('endPaperMode', two()));
    await lane.hand({ type: 'remove-document' });
    await lane.identify(person);
    expect(lane.desk.snapshot.counts.identified).toBe(1);
  });

  test('is not entered where it never was declared, and no line twice', async () => {
    lane = await TestLane.open(election, quick());
    expect(await enter(1, 1)).toEqual({ ok: false, error: { code: 'paper-mode-off' } });
    unwrap(await lane.desk.call('declarePaperMode', { reason: 'no electricity', ...two() }));
    unwrap(await lane.desk.call('endPaperMode', two()));
    expect(await lane.desk.call('endPaperMode', two())).toEqual({
      ok: false,
      error: { code: 'paper-mode-off' },
    });
    unwrap(await enter(1, listNumberOf(1)));
    // Named, so that the one who types finds it on the form.
    expect(await enter(1, listNumberOf(2))).toEqual({
      ok: false,
      error: { code: 'paper-lines-known', lines: [1] },
    });
    const twice = [2, 3, 2].map((line) => ({ line, listNumber: listNumberOf(2), receipts: 1 }));
    expect(await lane.desk.call('enterPaperLines', { lines: twice, ...two() })).toEqual({
      ok: false,
      error: { code: 'paper-lines-known', lines: [2] },
    });
  });

  test('raises every double with both records, keeps both, and stays until two people have settled it', async () => {
    lane = await TestLane.open(election, quick());
    await lane.identify(lane.ordinary(0));
    unwrap(await lane.desk.call('declarePaperMode', { reason: 'no electricity', ...two() }));
    unwrap(await lane.desk.call('endPaperMode', two()));
    unwrap(await enter(1, listNumberOf(1)));
    expect(unwrap(await enter(2, listNumberOf(0)))).toEqual({ doubles: [2], notCompared: [] });
    expect(unwrap(await enter(3, listNumberOf(1)))).toEqual({ doubles: [3], notCompared: [] });
    expect(unwrap(await enter(4, 99_999))).toEqual({ doubles: [4], notCompared: [4] });
    const open = async () => {
      const { reconciliation } = unwrap(await lane.desk.call('viewReport', { kind: 'hourly' }));
      return reconciliation.differences.find(({ name }) => name === 'paper-doubles-open')?.counted ?? 0;
    };
    expect(await open()).toBe(3);
    expect(lane.desk.snapshot.paperMode.openDoubles.map(({ line, doubleOf }) => [line, doubleOf])).toEqual([
      [2, 'identification'],
      [3, 'paper-line'],
      [4, 'unknown-number'],
    ]);
    unwrap(await lane.desk.call('settlePaperLine', { line: 2, note: 'read 12 for 17', ...two() }));
    expect(await open()).toBe(2);
    expect(await lane.desk.call('settlePaperLine', { line: 2, note: 'once more', ...two() })).toEqual({
      ok: false,
      error: { code: 'already-done' },
    });
    // A restart forgets none of it, and what the tables say comes from the events alone.
    await lane.restartAndReopen();
    expect(await open()).toBe(2);
    const report = unwrap(await lane.desk.call('viewReport', { kind: 'hourly' }));
    expect(report.reconciliation.ledger.onPaper).toEqual({
      lines: 4,
      receipts: 4,
      doubles: 3,
      openDoubles: 2,
    });
  });

  test('lines are entered together or not at all: a disk that fails in the middle leaves none of them', async () => {
    lane = await TestLane.open(election, quick());
    unwrap(await lane.desk.call('declarePaperMode', { reason: 'no electricity', ...two() }));
    unwrap(await lane.desk.call('endPaperMode', two()));
    const lines = [1, 2, 3].map((line) => ({ line, listNumber: listNumberOf(line % 2), receipts: 1 }));
    const atOnce = () => lane.desk.call('enterPaperLines', { lines, ...two() });
    // The disk takes one commit, and not the next.
    lane.faults.refuseCommit = 2;
    const first = await atOnce();
    lane.faults.refuseCommit = null;
    await lane.restartAndReopen();
    // Either all were entered, and are known, or none, and are entered now.
    const entered = first.ok ? first : await atOnce();
    expect(unwrap(entered).doubles).toEqual([3]);
    const report = unwrap(await lane.desk.call('viewReport', { kind: 'hourly' }));
    expect(report.reconciliation.ledger.onPaper).toMatchObject({ lines: 3, doubles: 1, openDoubles: 1 });
  });

  test('a voter of a paper line is stopped at the desk afterwards', async () => {
    lane = await TestLane.open(election, quick());
    unwrap(await lane.desk.call('declarePaperMode', { reason: 'no electricity', ...two() }));
    unwrap(await lane.desk.call('endPaperMode', two()));
    unwrap(await enter(1, listNumberOf(3)));
    expect(await lane.serve(lane.ordinary(3))).toMatchObject({ outcome: 'already-identified' });
  });
});

describe('the grid of numbers', () => {
  test('prints the numbers that are taken, at the desk and on paper, and who asked for it is on record', async () => {
    const grids: unknown[] = [];
    const { paper, matcher } = quick();
    if (paper === undefined || matcher === undefined) throw new Error('a plain press');
    lane = await TestLane.open(election, {
      matcher,
      paper: {
        ...paper,
        numbersStrip: (content, language, dotsAcross) => {
          grids.push(content);
          return paper.numbersStrip(content, language, dotsAcross);
        },
      },
    });
    await lane.identify(lane.ordinary(0));
    unwrap(await lane.desk.call('declarePaperMode', { reason: 'no electricity', ...two() }));
    unwrap(await lane.desk.call('endPaperMode', two()));
    unwrap(await enter(1, listNumberOf(1)));
    unwrap(await lane.desk.call('printNumbers', { language: 'ky', approvals: lane.by('chair') }));
    const taken = [listNumberOf(0), listNumberOf(1)].toSorted((a, b) => a - b);
    expect(grids).toMatchObject([{ listNumbers: taken, lanes: [{ lane: 1, lastReceipt: '1-0001' }] }]);
    await lane.stop();
    await lane.withVault(({ ledger }) => {
      const last = unwrap(ledger.openCentre({ epoch: ledger.epoch, seq: ledger.head()?.seq ?? 0 }));
      expect(last).toEqual({ type: 'numbers-printed' });
    });
  });
});

describe('"am I counted once?"', () => {
  const ask = (n: number) =>
    lane.desk.call('answerCounted', { text: String(listNumberOf(n)), approvals: lane.by('chair') });

  test('is not answered unless the procedure says so', async () => {
    lane = await TestLane.open(election, quick());
    await lane.identify(lane.ordinary(0));
    expect(await ask(0)).toEqual({ ok: false, error: { code: 'not-allowed' } });
  });

  test('is answered in person by the chair; that it was asked is on record, the answer is not', async () => {
    lane = await TestLane.open(election, { ...quick(), change: () => ({ answersCountedOnce: true }) });
    await lane.identify(lane.ordinary(0));
    expect([unwrap(await ask(0)), unwrap(await ask(1))]).toEqual([{ counted: 1 }, { counted: 0 }]);
    unwrap(await lane.desk.call('declarePaperMode', { reason: 'no electricity', ...two() }));
    unwrap(await lane.desk.call('endPaperMode', two()));
    unwrap(await enter(1, listNumberOf(0)));
    expect(unwrap(await ask(0))).toEqual({ counted: 2 });
    await lane.stop();
    await lane.withVault(({ ledger }) => {
      const record = unwrap(ledger.openPrivate({ epoch: ledger.epoch, seq: ledger.head()?.seq ?? 0 }));
      expect(Object.keys(record).toSorted()).toEqual(['at', 'operator', 'people', 'type', 'voter']);
    });
  });
});
