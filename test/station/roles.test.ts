import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { err, ok, unwrap } from '../../src/domain/result.ts';
import type { WindowKind } from '../../src/domain/window-kind.ts';
import { WINDOW_KINDS } from '../../src/domain/window-kind.ts';
import type { CallName, CallParameters } from '../../src/station/api/calls.ts';
import { CALLS } from '../../src/station/api/calls.ts';
import type { Phase } from '../../src/station/api/snapshot.ts';
import { PERMISSIONS } from '../../src/station/permissions.ts';
import { makeElection, quick, removeElection, type TestElection, TestLane } from './harness.ts';

let election: TestElection;
let lane: TestLane;
beforeAll(async () => {
  election = await makeElection();
});
afterEach(() => lane.stop());
afterAll(() => removeElection(election));

const NOBODY = [{ personId: 'nobody', pin: '0000' }];
const NO_COUNTS = {
  ballotsReceived: 0,
  ballotsUnused: 0,
  ballotsSpoiled: 0,
  ballotStubs: null,
  receiptsCollected: 0,
  signatures: 0,
  ballotsInBox: 0,
};

/** A well-formed call of each name; approvals are of somebody who isn't there, steps long past. */
const EXAMPLES: { readonly [Name in CallName]: CallParameters<Name> } = {
  unlock: { approvals: NOBODY },
  confirmClock: { approvals: NOBODY },
  runChecks: {},
  acceptCheck: { check: 'battery', approvals: NOBODY },
  recordDraw: { job: 'ballots', personId: 'nobody' },
  takeDesk: { personId: 'nobody' },
  openStation: { approvals: NOBODY },
  enterInside: { inside: 1, approvals: NOBODY },
  enterCounts: { counts: NO_COUNTS, approvals: NOBODY },
  closeStation: { reason: '', approvals: NOBODY },
  askLaneAgain: { stepId: 'past' },
  enterLaneCode: { stepId: 'past', code: '12345678' },
  overrideLane: { stepId: 'past', approvals: NOBODY },
  giveByCode: { listNumber: 1, lane: 2 },
  takeOverLane: { lane: 2, approvals: NOBODY },
  resumeLane: { lastReceipt: 0, approvals: NOBODY },
  goAlone: { approvals: NOBODY },
  settleMatter: { matter: 'none', approvals: NOBODY },
  connectLane: { address: '127.0.0.1:9' },
  letSpareIn: { lane: 2, approvals: NOBODY },
  compareSpare: { same: true },
  shutSpareDoor: {},
  lookForTables: {},
  becomeTable: { address: '127.0.0.1:9', stick: null },
  compareTable: { same: true },
  cancelBecoming: {},
  plugNetwork: { plugged: false },
  printLaneSign: { language: 'ky' },
  laneSignsPdf: { language: 'ky' },
  lookAtStick: {},
  takeChanges: { approvals: NOBODY },
  replacePackage: { file: '/none.tizme', approvals: NOBODY },
  changePin: { personId: 'nobody', pin: '1111', newPin: '246813' },
  renewPin: { personId: 'nobody', newPin: '246813', approvals: NOBODY },
  eraseList: { gone: [], approvals: NOBODY },
  erasureCertificate: { language: 'ky' },
  printErasure: { language: 'ky' },
  lookUp: { stepId: 'past', text: '1' },
  typedByReader: { lines: ['rubbish'] },
  chooseVoter: { stepId: 'past', voterId: 'nobody' },
  takeFinger: { stepId: 'past' },
  askCommission: { stepId: 'past', reason: 'no-match' },
  decideByCommission: { stepId: 'past', accept: true, note: '', approvals: NOBODY },
  issueReceipt: { stepId: 'past' },
  receiptCameOut: { stepId: 'past' },
  leaveDesk: { stepId: 'past' },
  resumeHandover: { handoverId: 'none' },
  disputeStop: { stepId: 'past', note: 'a note', approvals: NOBODY },
  printSlip: { stepId: 'past', language: 'ky' },
  undoIdentification: { of: { receiptNumber: '1-0001' }, reason: 'a reason', approvals: NOBODY },
  reprintReceipt: { receiptNumber: '1-0001', approvals: NOBODY },
  openFingerSearch: { reason: 'a reason', approvals: NOBODY },
  searchFinger: {},
  closeFingerSearch: {},
  printNumbers: { language: 'ky', approvals: NOBODY },
  answerCounted: { text: '1', approvals: NOBODY },
  declarePaperMode: { reason: 'a reason', approvals: NOBODY },
  endPaperMode: { approvals: NOBODY },
  enterPaperLines: { lines: [{ line: 1, listNumber: 1, receipts: 1 }], approvals: NOBODY },
  settlePaperLine: { line: 1, note: 'a note', approvals: NOBODY },
  confirmBallot: { code: '1-0001' },
  confirmSignature: { handoverId: 'none' },
  viewReport: { kind: 'hourly' },
  printReport: { kind: 'hourly', language: 'ky' },
  reportPdf: { kind: 'hourly', language: 'ky' },
  paperListPdf: { language: 'ky' },
  practiceBallotsPdf: { language: 'ky', copies: 1 },
  carryUpload: { approvals: NOBODY },
  takeUploadReceipts: { approvals: NOBODY },
  exportLog: { level: 'public', approvals: NOBODY },
  dock: { command: { type: 'lift-finger' } },
  lookForDevices: {},
  testDevice: { kind: 'printer', language: 'ky' },
  stopTest: {},
  startCalibration: {},
  printTarget: {},
  setUpScanner: { calibration: { dpi: 500, flipRows: false, flipColumns: false } },
  calibrateScanner: { calibration: { dpi: 500, flipRows: false, flipColumns: false }, approvals: NOBODY },
  devicesPdf: { language: 'ky' },
  dockStrip: { stripId: 0 },
};
const NAMES = Object.keys(CALLS) as CallName[];

const PREPARED = { preparing: true, open: true, closing: true, closed: true, locked: false } as const;

async function goTo(phase: Phase): Promise<void> {
  lane = await TestLane.locked(election, quick());
  if (!PREPARED[phase]) return;
  await lane.stop();
  lane = await (phase === 'preparing'
    ? TestLane.prepared(election, quick())
    : TestLane.open(election, quick()));
  if (phase === 'closing' || phase === 'closed') await close(phase);
}

async function close(until: 'closing' | 'closed'): Promise<void> {
  unwrap(await lane.desk.call('enterInside', { inside: 0, approvals: lane.by('chair') }));
  if (until === 'closing') return;
  unwrap(await lane.desk.call('enterCounts', { counts: NO_COUNTS, approvals: lane.by('member-3') }));
  unwrap(await lane.desk.call('printReport', { kind: 'closing', language: 'ru' }));
  unwrap(await lane.desk.call('closeStation', { reason: '', approvals: lane.two() }));
}

function call(window: WindowKind, name: CallName) {
  const screen = { desk: lane.desk, observer: lane.observer, issuing: lane.issuing }[window];
  return screen.call(name, EXAMPLES[name] as never);
}

describe.each(['locked', 'preparing', 'open', 'closing', 'closed'] as const)('while %s', (phase) => {
  test('each window may make the calls that the table gives it, and no other; approvals of nobody never pass', async () => {
    await goTo(phase);
    const openings: Partial<Record<CallName, unknown>> = {};
    for (const window of WINDOW_KINDS) {
      for (const name of NAMES) {
        const permission = PERMISSIONS[name];
        const answer = await call(window, name);
        const code = answer.ok ? 'done' : answer.error.code;
        if (!permission.windows.includes(window)) expect([name, code]).toEqual([name, 'not-allowed']);
        else if (!permission.phases.includes(phase)) expect([name, code]).toEqual([name, 'wrong-phase']);
        else {
          expect([name, code]).not.toEqual([name, 'not-allowed']);
          if (permission.approvals !== undefined) expect([name, answer.ok]).toEqual([name, false]);
          openings[name] = code;
        }
      }
    }
    expect(Object.keys(openings)).not.toHaveLength(0);
    expect(lane.desk.snapshot.phase).toBe(phase);
  });
});

test('the observers’ window can call nothing at all, in any phase', () => {
  expect(Object.values(PERMISSIONS).some(({ windows }) => windows.includes('observer'))).toBe(false);
});

test('a call that is none, or carries more than it should, is refused before anybody is asked', async () => {
  lane = await TestLane.open(election, quick());
  const odd = lane.desk.call as (name: string, parameters: unknown) => Promise<unknown>;
  const bad = err({ code: 'bad-request' });
  expect(await odd.call(lane.desk, 'constructor', {})).toEqual(bad);
  expect(await odd.call(lane.desk, 'lookUp', { stepId: 'x' })).toEqual(bad);
  expect(await odd.call(lane.desk, 'lookUp', { stepId: 'x', text: '1', people: ['chair'] })).toEqual(bad);
  expect(
    await odd.call(lane.desk, 'undoIdentification', {
      of: { receiptNumber: '1-0001' },
      approvals: lane.two(),
      reason: ' ',
    }),
  ).toEqual(bad);
});

test('a desk without an operator identifies nobody, by call or by card', async () => {
  lane = await TestLane.locked(election, quick());
  unwrap(await lane.desk.call('unlock', { approvals: lane.two() }));
  expect(await lane.desk.call('openStation', { approvals: lane.two() })).toEqual(
    err({ code: 'operator-needed' }),
  );
  const { key } = lane.ordinary(0);
  await lane.hand({ type: 'insert-document', person: key, document: `${key}/document-1` });
  unwrap(await lane.desk.call('runChecks', {}));
  expect(lane.desk.snapshot.desk.kind).toBe('idle');
});

describe('who decides', () => {
  test('the commission decides with chair and a member, each in person', async () => {
    lane = await TestLane.open(election, quick());
    const { stepId } = await lane.lookUp(lane.awkward('no-fingers').voter.personalNumber);
    unwrap(await lane.desk.call('askCommission', { stepId, reason: 'no-fingers' }));
    const asked = await lane.step();
    const decide = (...ids: string[]) =>
      lane.desk.call('decideByCommission', {
        stepId: asked.stepId,
        accept: true,
        note: '',
        approvals: lane.by(...ids),
      });
    expect(await decide('chair')).toEqual(err({ code: 'member-needed' }));
    expect(await decide('secretary', 'member-3')).toEqual(err({ code: 'chair-needed' }));
    expect(await decide('chair', 'operator-1')).toEqual(err({ code: 'member-needed' }));
    expect(await decide('chair', 'chair')).toEqual(err({ code: 'same-person-twice' }));
    expect(await decide('chair', 'member-3')).toEqual(ok(undefined));
  });

  test('a refusal by the commission wants a reason, and the voter may come again', async () => {
    lane = await TestLane.open(election, quick());
    const voter = lane.awkward('no-fingers');
    const { stepId } = await lane.lookUp(voter.voter.personalNumber);
    unwrap(await lane.desk.call('askCommission', { stepId, reason: 'no-fingers' }));
    const asked = await lane.step();
    const refuse = (note: string) =>
      lane.desk.call('decideByCommission', {
        stepId: asked.stepId,
        accept: false,
        note,
        approvals: lane.two(),
      });
    expect(await refuse('')).toEqual(err({ code: 'reason-missing' }));
    unwrap(await refuse('not the face of the photo'));
    expect(await lane.step()).toMatchObject({ kind: 'stop', outcome: 'refused-by-commission' });
    expect(await lane.lookUp(voter.voter.personalNumber)).toMatchObject({ kind: 'voter' });
  });

  test('an operator who is no operator can’t take the desk, and two operators change over in two taps', async () => {
    lane = await TestLane.open(election, quick());
    expect(await lane.desk.call('takeDesk', { personId: 'chair' })).toEqual(err({ code: 'operator-needed' }));
    unwrap(await lane.desk.call('takeDesk', { personId: 'operator-2' }));
    await lane.identify(lane.ordinary(0));
    const events = await lane.readLedger();
    expect(events.filter(({ type }) => type === 'identified')).toMatchObject([
      { fields: { operator: 'operator-2' } },
    ]);
  });
});

describe('unlocking', () => {
  test('wants two different people of the commission', async () => {
    lane = await TestLane.locked(election, quick());
    const unlock = (...ids: string[]) => lane.desk.call('unlock', { approvals: lane.by(...ids) });
    expect(lane.desk.snapshot.unlockPeopleNeeded).toBe(2);
    expect(await unlock('chair')).toEqual(err({ code: 'two-people-needed' }));
    expect(await unlock('chair', 'chair')).toEqual(err({ code: 'same-person-twice' }));
    expect(await unlock('chair', 'operator-1')).toEqual(err({ code: 'member-needed' }));
    expect(await unlock('secretary', 'member-3')).toEqual(ok(undefined));
  });

  test('is slowed down after three wrong PINs, longer each time, for that person only', async () => {
    lane = await TestLane.locked(election, quick());
    const wrong = [{ personId: 'chair', pin: '000000' }, ...lane.by('secretary')];
    const guess = () => lane.desk.call('unlock', { approvals: wrong });
    for (let n = 1; n <= 3; n += 1) expect(await guess()).toEqual(err({ code: 'wrong-pin' }));
    expect(await guess()).toEqual(err({ code: 'pin-locked', retryAfterSeconds: 30 }));
    lane.clock.setWall(lane.clock.wallMs() + 3_600_000);
    expect(await guess()).toEqual(err({ code: 'pin-locked', retryAfterSeconds: 30 }));
    lane.clock.setWall(lane.clock.wallMs() - 3_600_000);
    lane.clock.advance(30_000);
    expect(await guess()).toEqual(err({ code: 'wrong-pin' }));
    expect(await guess()).toEqual(err({ code: 'pin-locked', retryAfterSeconds: 60 }));
    expect(await lane.desk.call('unlock', { approvals: lane.by('secretary', 'member-3') })).toEqual(
      ok(undefined),
    );
  });

  test('after a restart that day, one of the two who unlocked is enough, and nobody else', async () => {
    lane = await TestLane.open(election, quick());
    await lane.restart();
    expect(lane.desk.snapshot).toMatchObject({ phase: 'locked', unlockPeopleNeeded: 1 });
    expect(await lane.desk.call('unlock', { approvals: lane.by('member-3') })).toEqual(
      err({ code: 'two-people-needed' }),
    );
    expect(await lane.desk.call('unlock', { approvals: lane.by('secretary') })).toEqual(ok(undefined));
    expect(lane.desk.snapshot).toMatchObject({ phase: 'open', counts: { restarts: 1 } });
  });

  test('on the next day, and after closing, two are needed again', async () => {
    lane = await TestLane.open(election, quick());
    lane.clock.advance(24 * 3_600_000);
    await lane.restart();
    expect(lane.desk.snapshot.unlockPeopleNeeded).toBe(2);
    unwrap(await lane.desk.call('unlock', { approvals: lane.two() }));
    await close('closed');
    for (let restart = 1; restart <= 2; restart += 1) {
      await lane.restart();
      expect(lane.desk.snapshot.unlockPeopleNeeded).toBe(2);
      expect(await lane.desk.call('unlock', { approvals: lane.by('chair') })).toEqual(
        err({ code: 'two-people-needed' }),
      );
      unwrap(await lane.desk.call('unlock', { approvals: lane.two() }));
      expect(lane.desk.snapshot.phase).toBe('closed');
    }
  });
});

test('the chair’s wrong PIN in the middle of the day is on record, and makes the chair wait', async () => {
  lane = await TestLane.open(election, quick());
  const receiptNumber = await lane.identify(lane.ordinary(0));
  const guess = () =>
    lane.desk.call('reprintReceipt', { receiptNumber, approvals: [{ personId: 'chair', pin: '000000' }] });
  for (let n = 1; n <= 3; n += 1) expect(await guess()).toEqual(err({ code: 'wrong-pin' }));
  expect(await guess()).toEqual(err({ code: 'pin-locked', retryAfterSeconds: 30 }));
  const refused = (await lane.readLedger()).filter(({ type }) => type === 'pin-refused');
  expect(refused.map(({ fields }) => fields.person)).toEqual(['chair', 'chair', 'chair']);
});
