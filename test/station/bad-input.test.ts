import { copyFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { writeElection } from '../../fixtures/election/election-package.ts';
import { generateElection } from '../../fixtures/election/generate-election.ts';
import { generatedFingers } from '../../fixtures/election/generated-fingers.ts';
import { err, ok, unwrap } from '../../src/domain/result.ts';
import { openTemplate, sealTemplate } from '../../src/register/template-seal.ts';
import type { StationErrorCode } from '../../src/station/api/errors.ts';
import { openStore } from '../../src/store/open-store.ts';
import {
  closeWorkers,
  makeElection,
  type RecordedEvent,
  removeElection,
  type TestElection,
  TestLane,
} from './harness.ts';

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

const shown = (code: StationErrorCode) => ({ kind: 'error', code });
const problems = (events: readonly RecordedEvent[]) =>
  events.filter(({ type }) => type === 'problem').map(({ fields }) => fields.code);

describe('an unreadable image', () => {
  test('is said, recorded and counted as a try; with the glass wiped the voter passes', async () => {
    lane = await TestLane.open(election);
    const voter = lane.ordinary(0);
    const { stepId } = await lane.lookUp(voter.voter.personalNumber);
    lane.faults.blankImages = true;
    unwrap(await lane.desk.call('takeFinger', { stepId }));
    await lane.layFinger(voter);
    const { desk, notices } = await lane.desk.until(
      'the image to be called unreadable',
      ({ desk: now }) => now.kind === 'finger' && now.finger.state === 'unreadable',
    );
    expect(desk).toMatchObject({ finger: { attempt: 2, attempts: 3 } });
    expect(notices).toContainEqual(shown('image-unreadable'));
    lane.faults.blankImages = false;
    await lane.hand({ type: 'lift-finger' });
    await lane.desk.until(
      'a free glass',
      ({ desk: now }) => now.kind === 'finger' && now.finger.state === 'waiting',
    );
    await lane.layFinger(voter);
    await lane.desk.until('the decision', ({ desk: now }) => now.kind === 'verified');
    expect(problems(await lane.readLedger())).toContain('image-unreadable');
  });

  test('three times over leads to the next finger, and at last to the commission, never to a dead end', async () => {
    lane = await TestLane.open(election);
    lane.faults.blankImages = true;
    const visit = await lane.serve(lane.ordinary(0));
    expect(visit).toMatchObject({ outcome: 'identified', method: 'commission' });
    const asked = (await lane.readLedger()).filter(({ type }) => type === 'commission-asked');
    expect(asked.map(({ fields }) => fields.reason)).toEqual(['no-match']);
  });
});

const MIGRATIONS = join(import.meta.dirname, '../../migrations/register');

/** A copy of the register in which each of one voter's sealed templates was changed. */
function damagedRegister(
  voterId: string,
  damage: (sealed: Uint8Array, position: number) => Uint8Array,
): string {
  const { registerFile, keys } = election.electionPackage;
  const file = join(mkdtempSync(join(election.directory, 'damaged-')), 'register.db');
  copyFileSync(registerFile, file);
  const store = unwrap(openStore({ file, key: keys.database, migrations: MIGRATIONS }));
  unwrap(
    store.transaction(() => {
      const rows = store.all<{ voter_key: number; position: number; sealed: Uint8Array }>(
        `SELECT voter_template.voter_key, position, sealed
           FROM voter_template JOIN voter USING (voter_key) WHERE id = ?`,
        [voterId],
      );
      expect(rows.length).toBeGreaterThan(0);
      for (const { voter_key, position, sealed } of rows)
        store.run(`UPDATE voter_template SET sealed = ? WHERE voter_key = ? AND position = ?`, [
          damage(new Uint8Array(sealed), position),
          voter_key,
          position,
        ]);
    }),
  );
  unwrap(store.checkpoint());
  store.close();
  return file;
}

describe('a template cut short in the register', () => {
  test('whose seal is broken: the desk says so and goes to the commission, other voters are served', async () => {
    const registerFile = damagedRegister(lane.ordinary(0).voter.id, (sealed) => sealed.slice(0, 40));
    lane = await TestLane.open(election, { registerFile });
    const { stepId } = await lane.lookUp(lane.ordinary(0).voter.personalNumber);
    unwrap(await lane.desk.call('askCommission', { stepId, reason: 'no-fingers' }));
    expect(lane.desk.snapshot.notices).toContainEqual(shown('template-damaged'));
    const asked = await lane.step();
    expect(asked).toMatchObject({ kind: 'commission', reason: 'no-templates' });
    unwrap(await lane.desk.call('leaveDesk', { stepId: asked.stepId }));
    await lane.identify(lane.ordinary(1));
    expect(problems(await lane.readLedger())).toContain('template-damaged');
  });

  test('that is sealed and no template any more: the comparison says so, and the commission decides', async () => {
    const { keys, content } = election.electionPackage;
    const voter = lane.ordinary(0);
    const registerFile = damagedRegister(voter.voter.id, (sealed, position) => {
      const place = { electionId: content.procedure.electionId, voterId: voter.voter.id, position };
      const record = unwrap(openTemplate(keys.templates, sealed, place));
      return sealTemplate(keys.templates, record.slice(0, 20), place);
    });
    lane = await TestLane.open(election, { registerFile });
    const { stepId } = await lane.lookUp(voter.voter.personalNumber);
    unwrap(await lane.desk.call('takeFinger', { stepId }));
    await lane.layFinger(voter);
    const { desk, notices } = await lane.desk.until(
      'the commission',
      ({ desk: now }) => now.kind === 'commission',
    );
    expect(desk).toMatchObject({ reason: 'no-templates' });
    expect(notices).toContainEqual(shown('template-damaged'));
    const decide = { stepId: desk.stepId, accept: true, note: '', approvals: lane.two() };
    unwrap(await lane.desk.call('decideByCommission', decide));
    const events = await lane.readLedger();
    expect(problems(events)).toContain('template-damaged');
    const identified = events.filter(({ type }) => type === 'identified');
    expect(identified).toMatchObject([{ fields: { counted: { exception: 'no-templates' } } }]);
  });

  test('fails the check of the register before the station opens', async () => {
    const registerFile = damagedRegister(lane.ordinary(0).voter.id, (sealed) => sealed.slice(0, 40));
    lane = await TestLane.locked(election, { registerFile });
    unwrap(await lane.desk.call('unlock', { approvals: lane.two() }));
    unwrap(await lane.desk.call('runChecks', {}));
    expect(lane.desk.snapshot.opening.checks).toContainEqual(
      expect.objectContaining({ name: 'register', result: 'failed' }),
    );
  });
});

describe('text that can lead to nobody', () => {
  test.each([
    ['a personal number with an impossible date', '13002198500123', 'personal-number-invalid'],
    ['a personal number that is too long', '123456789012345', 'personal-number-invalid'],
    ['one letter', 'Б', 'search-too-short'],
  ] as const)('%s', async (_, text, code) => {
    lane = await TestLane.open(election);
    const before = await lane.step();
    expect(await lane.desk.call('lookUp', { stepId: before.stepId, text })).toEqual(err({ code }));
    expect(lane.desk.snapshot.notices).toContainEqual(shown(code));
    expect(lane.desk.snapshot.desk).toEqual(before);
    const events = await lane.readLedger();
    expect(problems(events)).toEqual([code]);
    expect(JSON.stringify(events)).not.toContain(text);
  });

  test('lines from a reader that are no machine-readable zone', async () => {
    lane = await TestLane.open(election);
    expect(await lane.desk.call('typedByReader', { lines: ['IDKGZ<<<', 'rubbish'] })).toEqual(
      err({ code: 'mrz-invalid' }),
    );
    expect(await lane.step()).toMatchObject({ kind: 'idle', problem: 'mrz-invalid' });
    expect(problems(await lane.readLedger())).toEqual(['mrz-invalid']);
  });
});

describe('a register that is not this lane’s', () => {
  test('of another election: refused by name, on record, and the right one opens afterwards', async () => {
    const other = generateElection({ voters: 24, seed: 99 });
    const { keys } = election.electionPackage;
    const written = unwrap(
      await writeElection(mkdtempSync(join(election.directory, 'other-')), other, {
        fingers: generatedFingers(),
        photos: false,
        keys,
      }),
    );
    lane = await TestLane.locked(election, { registerFile: written.registerFile });
    expect(await lane.desk.call('unlock', { approvals: lane.two() })).toEqual(
      err({ code: 'register-other-election' }),
    );
    expect(lane.desk.snapshot.phase).toBe('locked');
    await lane.stop();
    const { directory } = lane;
    lane = await TestLane.locked(election, { directory });
    unwrap(await lane.desk.call('unlock', { approvals: lane.two() }));
    expect(lane.desk.snapshot.phase).toBe('preparing');
    expect(problems(await lane.readLedger())).toEqual(['register-other-election']);
  });

  test('that no key of this lane opens: refused as damaged, on record', async () => {
    const registerFile = join(mkdtempSync(join(election.directory, 'noise-')), 'register.db');
    writeFileSync(registerFile, new Uint8Array(8192).fill(7));
    lane = await TestLane.locked(election, { registerFile });
    expect(await lane.desk.call('unlock', { approvals: lane.two() })).toEqual(
      err({ code: 'register-damaged' }),
    );
    expect(problems(await lane.readLedger())).toEqual(['register-damaged']);
  });
});

describe('a full disk', () => {
  test('at the finding of a voter: named, nothing begun; with space again the same text finds the voter', async () => {
    lane = await TestLane.open(election);
    const before = await lane.step();
    lane.faults.diskFull = true;
    const text = lane.ordinary(0).voter.personalNumber;
    expect(await lane.desk.call('lookUp', { stepId: before.stepId, text })).toEqual(
      err({ code: 'disk-full' }),
    );
    expect(lane.desk.snapshot.desk).toEqual(before);
    lane.faults.diskFull = false;
    expect(await lane.lookUp(text)).toMatchObject({ kind: 'voter' });
  });

  test('at the comparison: the voter is not identified, and the next finger decides', async () => {
    lane = await TestLane.open(election);
    const voter = lane.ordinary(0);
    const { stepId } = await lane.lookUp(voter.voter.personalNumber);
    unwrap(await lane.desk.call('takeFinger', { stepId }));
    lane.faults.diskFull = true;
    await lane.layFinger(voter);
    const { desk } = await lane.desk.until('the disk to be named', ({ notices }) =>
      notices.some((notice) => notice.kind === 'error' && notice.code === 'disk-full'),
    );
    expect(desk.kind).toBe('finger');
    expect(lane.desk.snapshot.counts.identified).toBe(0);
    lane.faults.diskFull = false;
    await lane.hand({ type: 'lift-finger' });
    unwrap(await lane.desk.call('takeFinger', { stepId: desk.stepId }));
    await lane.layFinger(voter);
    await lane.desk.until('the decision', ({ desk: now }) => now.kind === 'verified');
    expect(lane.desk.snapshot.counts.identified).toBe(1);
  });

  test('at the receipt: nothing is printed, the voter stays verified; with space again the first copy is', async () => {
    lane = await TestLane.open(election);
    const { stepId } = await lane.toVerified(lane.ordinary(0));
    const strips = lane.desk.snapshot.dock?.state.strips.length;
    lane.faults.diskFull = true;
    expect(await lane.desk.call('issueReceipt', { stepId })).toEqual(err({ code: 'disk-full' }));
    const again = await lane.step();
    expect(again).toMatchObject({ kind: 'verified', receiptsPrinted: 0, uncertainReceipt: null });
    expect(lane.desk.snapshot.dock?.state.strips).toHaveLength(strips ?? 0);
    lane.faults.diskFull = false;
    unwrap(await lane.desk.call('issueReceipt', { stepId: again.stepId }));
    expect(await lane.step()).toMatchObject({ kind: 'done', receiptNumbers: ['1-0001'] });
    const started = (await lane.readLedger()).filter(({ type }) => type === 'receipt-started');
    expect(started.map(({ fields }) => fields.copy)).toEqual([1]);
  });

  test('when the receipt has come out: the same receipt is asked about, not lost and not doubled', async () => {
    lane = await TestLane.open(election);
    const { stepId } = await lane.toVerified(lane.ordinary(0));
    const printing = lane.desk.call('issueReceipt', { stepId });
    await lane.desk.until(
      'the strip to come out',
      ({ dock }) => dock?.state.strips[0]?.ending === 'printing',
    );
    lane.faults.diskFull = true;
    expect(await printing).toEqual(err({ code: 'disk-full' }));
    const again = await lane.step();
    expect(again).toMatchObject({ kind: 'verified', uncertainReceipt: '1-0001' });
    lane.faults.diskFull = false;
    expect(await lane.desk.call('receiptCameOut', { stepId: again.stepId })).toEqual(ok(undefined));
    expect(await lane.step()).toMatchObject({ kind: 'done', receiptNumbers: ['1-0001'] });
    expect(lane.desk.snapshot.counts).toMatchObject({ identified: 1, waitingForBallot: 1 });
  });

  test('at the unlock: refused by name, and opens when there is space', async () => {
    lane = await TestLane.locked(election);
    lane.faults.diskFull = true;
    expect(await lane.desk.call('unlock', { approvals: lane.two() })).toEqual(err({ code: 'disk-full' }));
    lane.faults.diskFull = false;
    unwrap(await lane.desk.call('unlock', { approvals: lane.two() }));
    expect(lane.desk.snapshot.phase).toBe('preparing');
  });
});
