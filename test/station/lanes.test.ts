import { cpSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { SyntheticVoter } from '../../fixtures/election/synthetic-person.ts';
import { runLedger } from '../../scripts/commands/ledger.ts';
import { assertDefined } from '../../src/domain/assert.ts';
import { laneOfListNumber } from '../../src/domain/lanes/list-shares.ts';
import type { Report } from '../../src/domain/report.ts';
import { unwrap } from '../../src/domain/result.ts';
import {
  type FingerprintWorkers,
  startFingerprintWorkers,
} from '../../src/fingerprint/fingerprint-workers.ts';
import type { DeskSnapshot } from '../../src/station/api/snapshot.ts';
import { makeElection, removeElection, type TestElection } from './harness.ts';
import { type Table, TwoTables } from './two-tables.ts';

let election: TestElection;
let workers: FingerprintWorkers;
let tables: TwoTables;

beforeAll(async () => {
  election = await makeElection();
  workers = startFingerprintWorkers({ size: 1 });
  tables = new TwoTables(election, workers);
});
afterEach(() => tables.close());
afterAll(async () => {
  await workers.close();
  removeElection(election);
});

const openBoth = (recipient: string | null = null) => tables.open(recipient);

/** Ordinary voters of a lane's share of the list. */
function votersOf(lane: number): SyntheticVoter[] {
  const { shares } = assertDefined(tables.networks.get(1), 'a roster').roster;
  return election.election.voters.filter(
    ({ voter, awkward }) => awkward === null && laneOfListNumber(shares, [1, 2], voter.listNumber) === lane,
  );
}

async function lookUp({ lane }: Table, person: SyntheticVoter) {
  const { stepId } = lane.desk.snapshot.desk;
  unwrap(await lane.desk.call('lookUp', { stepId, text: String(person.voter.listNumber) }));
  await lane.desk.until(
    'the voter, or a stop',
    ({ desk }) => desk.stepId !== stepId && desk.kind !== 'reading-document',
  );
  return lane.desk.snapshot.desk;
}

async function leave({ lane }: Table): Promise<void> {
  unwrap(await lane.desk.call('leaveDesk', { stepId: lane.desk.snapshot.desk.stepId }));
}

describe('two tables of one station', () => {
  test('identify each other’s voters without anybody noticing, and nobody twice', async () => {
    const [one, two] = await openBoth();
    const [person] = votersOf(2) as [SyntheticVoter];
    expect(await one.operator.serve(person, 0)).toMatchObject({ outcome: 'identified' });

    const again = await lookUp(two, person);
    expect(again).toMatchObject({
      kind: 'stop',
      outcome: 'already-identified',
      details: { earlier: { lane: 1 }, otherLane: null },
    });
  });

  test('serve a voter who came while the other table was starting again, once it is back', async () => {
    const [one, two] = await openBoth();
    const [person] = votersOf(2) as [SyntheticVoter];
    await two.lane.stop();
    await one.lane.desk.until('the cut', ({ lanes }) => lanes?.lanes[1]?.up === false);
    const stopped = await lookUp(one, person);
    expect(stopped).toMatchObject({
      kind: 'stop',
      outcome: 'other-lane',
      details: { otherLane: { lane: 2, why: 'unreachable' } },
    });
    const visit = one.operator.serveUntilHeard(person, 0);
    await one.lane.desk.until('a new visit', ({ desk }) => desk.stepId !== stopped.stepId);
    await two.lane.restart();
    unwrap(await two.lane.desk.call('unlock', { approvals: two.operator.approvals('chair') }));
    expect(await visit).toMatchObject({ outcome: 'identified' });
    const report = unwrap(await two.lane.desk.call('viewReport', { kind: 'hourly' }));
    expect(report.turnout.identified).toBe(0);
    expect((await lookUp(two, person)).kind).toBe('stop');
  });

  test('ask the other table once more without the document, and say where the own table itself waits for two people', async () => {
    const [one, two] = await openBoth();
    const [away] = votersOf(2) as [SyntheticVoter];
    const [own, later] = votersOf(1) as [SyntheticVoter, SyntheticVoter];
    const askAgain = async ({ lane }: Table, word: string) => {
      const { stepId } = lane.desk.snapshot.desk;
      unwrap(await lane.desk.call('askLaneAgain', { stepId }));
      await lane.desk.until(word, ({ desk }) => desk.stepId !== stepId && desk.kind !== 'reading-document');
      return lane.desk.snapshot.desk;
    };
    for (const { cable } of tables.networks.values()) cable.set('cut');
    await one.lane.desk.until('the cut', ({ lanes }) => lanes?.lanes[1]?.up === false);
    expect(await lookUp(one, away)).toMatchObject({ kind: 'stop', outcome: 'other-lane' });
    expect(await askAgain(one, 'the same answer')).toMatchObject({ kind: 'stop', outcome: 'other-lane' });
    for (const { cable } of tables.networks.values()) cable.set('whole');
    await one.lane.desk.until('the other table', ({ lanes }) => lanes?.lanes[1]?.up === true);
    expect(await askAgain(one, 'the voter')).toMatchObject({ kind: 'voter' });
    await leave(one);

    // Started again while nobody can be heard: it is this table that waits, and no other one is named.
    for (const { cable } of tables.networks.values()) cable.set('cut');
    await one.lane.restart();
    unwrap(await one.lane.desk.call('unlock', { approvals: one.operator.approvals('chair') }));
    expect(await lookUp(one, own)).toMatchObject({
      kind: 'stop',
      outcome: 'table-waits',
      details: { otherLane: { lane: 1, why: 'not-owning' } },
    });
    const approvals = one.operator.approvals('chair', 'secretary');
    expect(await one.lane.desk.call('takeOverLane', { lane: 2, approvals })).toMatchObject({
      error: { code: 'this-table-waits' },
    });
    const { listNumber } = later.voter;
    expect(await one.lane.desk.call('giveByCode', { listNumber, lane: 2 })).toMatchObject({
      error: { code: 'this-table-waits' },
    });
    unwrap(await one.lane.desk.call('resumeLane', { lastReceipt: 0, approvals }));
    expect(await askAgain(one, 'the voter')).toMatchObject({ kind: 'voter' });
    await leave(one);

    // Taken over while it is away, the other table is told where its voters are asked for.
    unwrap(await one.lane.desk.call('takeOverLane', { lane: 2, approvals }));
    for (const { cable } of tables.networks.values()) cable.set('whole');
    await two.lane.desk.until('the fence', ({ lanes }) => lanes?.lanes[1]?.heldBy === 1);
    expect(two.lane.desk.snapshot.lanes?.lanes.map(({ heldBy }) => heldBy)).toEqual([1, 1]);
  });

  test('that lose each other send the voter over, read a code aloud, and leave the rest to two people', async () => {
    const [one, two] = await openBoth();
    const [coded, overridden, taken] = votersOf(2) as [SyntheticVoter, SyntheticVoter, SyntheticVoter];
    // The switch is dead: nobody hears anybody.
    for (const { cable } of tables.networks.values()) cable.set('cut');
    await one.lane.desk.until('the cut to be noticed', ({ lanes }) => lanes?.lanes[1]?.up === false);
    await two.lane.desk.until('the cut to be noticed', ({ lanes }) => lanes?.lanes[0]?.up === false);

    expect(await lookUp(one, coded)).toMatchObject({
      kind: 'stop',
      outcome: 'other-lane',
      details: { otherLane: { lane: 2, why: 'unreachable' } },
    });
    const listNumber = coded.voter.listNumber;
    expect(await two.lane.desk.call('giveByCode', { listNumber, lane: 1 })).toMatchObject({
      error: { code: 'no-second-copy' },
    });
    unwrap(await two.lane.desk.call('goAlone', { approvals: two.operator.approvals('chair', 'secretary') }));
    const { code } = unwrap(await two.lane.desk.call('giveByCode', { listNumber, lane: 1 }));
    const stop = one.lane.desk.snapshot.desk.stepId;
    const wrong = code === '00000000' ? '00000001' : '00000000';
    expect(await one.lane.desk.call('enterLaneCode', { stepId: stop, code: wrong })).toMatchObject({
      error: { code: 'wrong-lane-code' },
    });
    unwrap(await one.lane.desk.call('enterLaneCode', { stepId: stop, code }));
    expect(one.lane.desk.snapshot.desk.kind).toBe('voter');
    await leave(one);

    const second = await lookUp(one, overridden);
    const approvals = one.operator.approvals('chair', 'secretary');
    unwrap(await one.lane.desk.call('overrideLane', { stepId: second.stepId, approvals }));
    expect(one.lane.desk.snapshot.desk.kind).toBe('voter');
    await leave(one);

    unwrap(await one.lane.desk.call('takeOverLane', { lane: 2, approvals }));
    expect((await lookUp(one, taken)).kind).toBe('voter');
    await leave(one);

    // The switch is back: the lane that was taken over owns nothing, and asks like any other.
    for (const { cable } of tables.networks.values()) cable.set('whole');
    await two.lane.desk.until('the fence', ({ lanes }) => lanes?.lanes[1]?.heldBy === 1);
    expect((await lookUp(two, taken)).kind).toBe('voter');
  });

  test('say that the stick is out until it is back, also when the next voter was served', async () => {
    const [one, two] = await openBoth(await identityToRecipient(await generateIdentity()));
    const { stick } = assertDefined(one.lane.setup.stick, 'a stick');
    const isSaid = ({ notices }: DeskSnapshot): boolean =>
      notices.some((notice) => notice.kind === 'error' && notice.code === 'stick-missing');
    renameSync(stick, `${stick}-out`);
    await one.lane.desk.until('the stick to be missed', isSaid);
    const [person] = votersOf(1) as [SyntheticVoter];
    await one.operator.serve(person, 0);
    expect(isSaid(one.lane.desk.snapshot)).toBe(true);
    expect(isSaid(two.lane.desk.snapshot)).toBe(false);
    renameSync(`${stick}-out`, stick);
    await one.lane.desk.until('the stick to be back', (snapshot) => !isSaid(snapshot));
  });

  test('that lose each other go on alone with the stick as second copy; a laptop without one asks two people', async () => {
    const identity = await generateIdentity();
    const [one] = await openBoth(await identityToRecipient(identity));
    const [own, later] = votersOf(1) as [SyntheticVoter, SyntheticVoter];
    for (const { cable } of tables.networks.values()) cable.set('cut');
    await one.lane.desk.until('the cut to be noticed', ({ lanes }) => lanes?.lanes[1]?.up === false);
    expect(await one.operator.serve(own, 0)).toMatchObject({ outcome: 'identified' });

    // The stick is out: nobody but this disk would know.
    const { stick } = assertDefined(one.lane.setup.stick, 'a stick');
    renameSync(stick, `${stick}-out`);
    const served = one.operator.serve(later, 0);
    await one.lane.desk.until('the wait for a second copy', ({ desk }) => desk.kind === 'securing');
    renameSync(`${stick}-out`, stick);
    expect(await served).toMatchObject({ outcome: 'identified' });

    // The laptop is lost, and the last piece of the journal with it: what went to the stick act by act is all there.
    await one.lane.restart();
    const [device] = readdirSync(join(stick, 'tizme-journal'));
    const folder = join(stick, 'tizme-journal', assertDefined(device, 'a journal'));
    const pieces = readdirSync(folder).filter((name) => /^\d/.test(name));
    const open = async (): Promise<readonly string[]> => {
      const said: string[] = [];
      const key = join(election.directory, 'member.key');
      writeFileSync(key, `${identity}\n`);
      const to = join(election.directory, 'recovered');
      const io = { out: (line: string) => said.push(line), progress: () => {} };
      expect(await runLedger(['journal', 'open', stick, '--identity', key, '--to', to], io)).toBe(0);
      return said;
    };
    const whole = await open();
    expect(whole[1]).toBe('  everything matches');
    if (pieces.length > 1) rmSync(join(folder, assertDefined(pieces.toSorted().at(-1), 'a piece')));
    expect(await open()).toEqual(whole);
  });

  test('start again in the middle of a visit: the desk opens on the same voter once the other table has answered', async () => {
    const [one, two] = await openBoth();
    const [person] = votersOf(1) as [SyntheticVoter];
    expect(await lookUp(one, person)).toMatchObject({ kind: 'voter' });
    for (const { cable } of tables.networks.values()) cable.set('cut');
    await one.lane.restart();
    unwrap(await one.lane.desk.call('unlock', { approvals: one.operator.approvals('chair') }));
    // Nobody has told it yet whether its log is the newest: the voter is neither identified nor sent away.
    expect(one.lane.desk.snapshot).toMatchObject({ lanes: { standing: 'unproven' }, desk: { kind: 'idle' } });

    for (const { cable } of tables.networks.values()) cable.set('whole');
    await one.lane.desk.until('the voter again', ({ desk }) => desk.kind !== 'idle');
    expect(one.lane.desk.snapshot.desk).toMatchObject({
      kind: 'voter',
      voter: { listNumber: person.voter.listNumber },
    });
    expect(await lookUp(two, person)).toMatchObject({ kind: 'stop' });
  });

  test('a disk that was put back goes on after the last receipt on paper: no number is on two papers, and both records are shown', async () => {
    const [one, two] = await openBoth();
    const [first, lost] = votersOf(1) as [SyntheticVoter, SyntheticVoter];
    const { directory } = one.lane.setup;
    const comeBack = async (): Promise<void> => {
      await one.lane.restart();
      unwrap(await one.lane.desk.call('unlock', { approvals: one.operator.approvals('chair') }));
    };
    expect(await one.operator.serve(first, 0)).toMatchObject({ receiptNumbers: ['1-0001'] });
    await one.lane.stop();
    cpSync(directory, `${directory}-image`, { recursive: true });
    await comeBack();
    await one.lane.desk.until('the other table', ({ lanes }) => lanes?.standing === 'owning');
    expect(await one.operator.serve(lost, 0)).toMatchObject({ receiptNumbers: ['1-0002'] });

    // The image is put back, and nobody is there who knows better but the people, who have the receipt in hand.
    await one.lane.stop();
    for (const { cable } of tables.networks.values()) cable.set('cut');
    rmSync(directory, { recursive: true });
    cpSync(`${directory}-image`, directory, { recursive: true });
    await comeBack();
    const approvals = one.operator.approvals('chair', 'secretary');
    const resume = (lastReceipt: number) => one.lane.desk.call('resumeLane', { lastReceipt, approvals });
    expect(await resume(10_002)).toMatchObject({ error: { code: 'number-out-of-range' } });
    unwrap(await resume(2));
    unwrap(await one.lane.desk.call('goAlone', { approvals }));
    expect(await one.operator.serve(lost, 0)).toMatchObject({ receiptNumbers: ['1-0003'] });

    for (const { cable } of tables.networks.values()) cable.set('whole');
    for (const { lane } of [one, two]) {
      await lane.desk.until('both records', ({ lanes }) => {
        const found = (lanes?.matters ?? []).flatMap((one) => (one.kind === 'collision' ? one.records : []));
        return found.map(({ receiptNumber }) => receiptNumber).join() === '1-0002,1-0003';
      });
    }
    // The other table knows how far the numbers went, and so does this one the next time.
    await comeBack();
    await one.lane.desk.until('the other table', ({ lanes }) => lanes?.lanes[1]?.up === true);
    expect(one.lane.desk.snapshot.lanes?.matters.some(({ kind }) => kind === 'collision')).toBe(true);
    // The reports say that people's word stood for the log, beside the totals; the other table's say nothing of it.
    const resumptions = async ({ lane }: Table): Promise<unknown> => {
      const report: Report = unwrap(await lane.desk.call('viewReport', { kind: 'closing' }));
      return report.lanes?.resumptions;
    };
    expect(await resumptions(one)).toMatchObject({ unproven: 1, 'older-copy': 0 });
    expect(await resumptions(two)).toMatchObject({ unproven: 0, 'older-copy': 0 });
  });

  test('countersign each other’s checkpoints: the reports and the exports carry it, and a stranger can check', async () => {
    const [one, two] = await openBoth();
    const [person] = votersOf(1) as [SyntheticVoter];
    expect(await one.operator.serve(person, 0)).toMatchObject({ outcome: 'identified' });
    // The record and its receipt arrive at the other table.
    const stop = await lookUp(two, person);
    expect(stop).toMatchObject({
      details: { earlier: { lane: 1, receiptNumber: '1-0001', period: '08:00-09:00' } },
    });
    await leave(two);

    unwrap(await one.lane.desk.call('printReport', { kind: 'hourly', language: 'ky' }));
    const { lastCheckpoint } = one.lane.observer.snapshot;
    expect(lastCheckpoint).not.toBeNull();
    unwrap(await one.lane.desk.call('reportPdf', { kind: 'hourly', language: 'ky' }));
    const report = unwrap(await one.lane.desk.call('viewReport', { kind: 'hourly' }));
    expect(report.lanes).toMatchObject({ overrides: 0, overridesDuringCut: 0, matters: [] });
  });

  test('raise on both what a line of the paper form contradicts, until two people have settled it', async () => {
    const [one, two] = await openBoth();
    const [early, late, onlyPaper] = votersOf(1) as [SyntheticVoter, SyntheticVoter, SyntheticVoter];
    expect(await one.operator.serve(early, 0)).toMatchObject({ outcome: 'identified' });
    const approvals = two.operator.approvals('chair', 'secretary');
    unwrap(await two.lane.desk.call('declarePaperMode', { reason: 'no electricity', approvals }));
    unwrap(await two.lane.desk.call('endPaperMode', { approvals }));
    await two.lane.desk.until('the record of the other table', ({ lanes }) => lanes?.lanes[0]?.up === true);
    const enter = async (line: number, { voter }: SyntheticVoter): Promise<readonly number[]> =>
      unwrap(
        await two.lane.desk.call('enterPaperLines', {
          lines: [{ line, listNumber: voter.listNumber, receipts: 1 }],
          approvals,
        }),
      ).doubles;
    expect(await enter(1, early)).toEqual([1]);
    // Of the second voter nobody knows yet that another table identified them: the two are cut off.
    for (const { cable } of tables.networks.values()) cable.set('cut');
    await one.lane.desk.until('the cut', ({ lanes }) => lanes?.lanes[1]?.up === false);
    unwrap(await one.lane.desk.call('goAlone', { approvals: one.operator.approvals('chair', 'secretary') }));
    expect(await one.operator.serve(late, 0)).toMatchObject({ outcome: 'identified' });
    unwrap(await two.lane.desk.call('goAlone', { approvals }));
    expect(await enter(2, late)).toEqual([]);
    expect(await enter(3, onlyPaper)).toEqual([]);
    for (const { cable } of tables.networks.values()) cable.set('whole');
    for (const { lane } of [one, two]) {
      // A record's receipt is an event of its own, and may come a moment later.
      await lane.desk.until('both to be raised, with their receipts', ({ lanes }) => {
        const pairs = (lanes?.matters ?? []).map((one) => (one.kind === 'collision' ? one.records : []));
        const isWhole = pairs.flat().every((one) => (one.receiptNumber ?? one.paperLine) !== null);
        return pairs.length === 2 && isWhole;
      });
      const found = lane.desk.snapshot.lanes?.matters ?? [];
      const records = found.map((matter) => (matter.kind === 'collision' ? matter.records : []));
      expect(records.map((pair) => pair.map(({ paperLine }) => paperLine))).toEqual([
        [null, 1],
        [null, 2],
      ]);
      expect(records[1]?.map(({ receiptNumber }) => receiptNumber)).toEqual(['1-0002', null]);
      const report = unwrap(await lane.desk.call('viewReport', { kind: 'hourly' }));
      expect(report.lanes?.matters).toHaveLength(2);
      // Also the one that nobody knew of when its line was entered stands in the figures of that table.
      expect(openDoubles(report)).toBe(lane === two.lane ? 2 : 0);
    }
    // One is settled where its line was entered, the other as a matter at the other table.
    unwrap(await two.lane.desk.call('settlePaperLine', { line: 1, note: 'copied twice', approvals }));
    await one.lane.desk.until(
      'one to be settled',
      ({ lanes }) => lanes?.matters.filter(({ settled }) => !settled).length === 1,
    );
    const open = one.lane.desk.snapshot.lanes?.matters.find(({ settled }) => !settled);
    unwrap(
      await one.lane.desk.call('settleMatter', {
        matter: open?.name ?? '',
        approvals: one.operator.approvals('chair', 'secretary'),
      }),
    );
    for (const { lane } of [one, two]) {
      await lane.desk.until(
        'all to be settled',
        ({ lanes }) => lanes?.matters.some(({ settled }) => !settled) === false,
      );
      const report = unwrap(await lane.desk.call('viewReport', { kind: 'hourly' }));
      expect(report.lanes?.matters).toEqual([]);
      expect(openDoubles(report)).toBe(0);
    }
    // The figures of the table where the lines were entered say that both were doubles, and that none is open.
    const report = unwrap(await two.lane.desk.call('viewReport', { kind: 'hourly' }));
    expect(report.reconciliation.ledger.onPaper).toMatchObject({ lines: 3, doubles: 2, openDoubles: 0 });
    expect(two.lane.desk.snapshot.paperMode.openDoubles).toEqual([]);
    // It is settled: the table where it was entered says so, too, and keeps nothing to be settled a second time.
    expect(await two.lane.desk.call('settlePaperLine', { line: 2, note: 'once more', approvals })).toEqual({
      ...{ ok: false, error: { code: 'already-done' } },
    });
  });

  test('that are cut off settle one contradiction both: it is settled once, and a further record raises it again', async () => {
    const [one, two] = await openBoth();
    const [person] = votersOf(1) as [SyntheticVoter];
    const { listNumber } = person.voter;
    expect(await one.operator.serve(person, 0)).toMatchObject({ outcome: 'identified' });
    const by = ({ operator }: Table) => ({ approvals: operator.approvals('chair', 'secretary') });
    unwrap(await two.lane.desk.call('declarePaperMode', { reason: 'no electricity', ...by(two) }));
    unwrap(await two.lane.desk.call('endPaperMode', by(two)));
    const enter = async (line: number) =>
      unwrap(
        await two.lane.desk.call('enterPaperLines', {
          lines: [{ line, listNumber, receipts: 1 }],
          ...by(two),
        }),
      ).doubles;
    expect(await enter(1)).toEqual([1]);
    const open = ({ lane }: Table) =>
      lane.desk.snapshot.lanes?.matters.filter(({ settled }) => !settled).map(({ name }) => name);
    await one.lane.desk.until('it to be raised', ({ lanes }) => lanes?.matters.length === 1);
    expect(open(two)).toEqual(open(one));

    for (const { cable } of tables.networks.values()) cable.set('cut');
    await one.lane.desk.until('the cut', ({ lanes }) => lanes?.lanes[1]?.up === false);
    unwrap(await one.lane.desk.call('settleMatter', { matter: open(one)?.[0] ?? '', ...by(one) }));
    // The table where it was entered has not heard of that.
    const closed = async ({ lane }: Table) =>
      openDoubles(unwrap(await lane.desk.call('viewReport', { kind: 'hourly' })));
    expect(await closed(two)).toBe(1);
    unwrap(await two.lane.desk.call('settlePaperLine', { line: 1, note: 'copied twice', ...by(two) }));
    for (const { cable } of tables.networks.values()) cable.set('whole');
    await one.lane.desk.until('the other table', ({ lanes }) => lanes?.lanes[1]?.up === true);
    for (const table of [one, two]) {
      expect(open(table)).toEqual([]);
      expect(await closed(table)).toBe(0);
    }

    // The same voter on a second line: both are open again, at both tables.
    expect(await enter(2)).toEqual([2]);
    await one.lane.desk.until('it to be raised', ({ lanes }) =>
      (lanes?.matters ?? []).some((matter) => matter.kind === 'collision' && matter.records.length === 3),
    );
    expect(open(one)).toHaveLength(1);
    expect(two.lane.desk.snapshot.paperMode.openDoubles.map(({ line }) => line)).toEqual([1, 2]);
    expect(await closed(two)).toBe(2);
    // One word about all three settles both lines, and a restart forgets none of it.
    unwrap(await two.lane.desk.call('settlePaperLine', { line: 2, note: 'read 12 for 17', ...by(two) }));
    await one.lane.desk.until('it to be settled', () => open(one)?.length === 0);
    expect(await closed(two)).toBe(0);
    await two.lane.restart();
    unwrap(await two.lane.desk.call('unlock', { approvals: two.operator.approvals('chair') }));
    await two.lane.desk.until('the other table', ({ lanes }) => lanes?.lanes[0]?.up === true);
    expect(await closed(two)).toBe(0);
  });
});

/** The lines of paper mode that the table's own reconciliation says are open. */
function openDoubles({ reconciliation }: Report): number {
  return reconciliation.differences.find(({ name }) => name === 'paper-doubles-open')?.counted ?? 0;
}
