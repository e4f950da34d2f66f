import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { unwrap } from '../../src/domain/result.ts';
import type { DeskSnapshot } from '../../src/station/api/snapshot.ts';
import { makeElection, quick, removeElection, type TestElection, TestLane } from './harness.ts';

let election: TestElection;
let lane: TestLane;
beforeAll(async () => {
  election = await makeElection();
});
afterEach(() => lane.stop());
afterAll(() => removeElection(election));

const MIRRORED = { dpi: 503, flipRows: false, flipColumns: true };

async function tried(
  kind: 'fingerprint-scanner' | 'card-reader' | 'mrz-reader' | 'printer',
  act: () => unknown,
) {
  unwrap(await lane.desk.call('testDevice', { kind, language: 'ky' }));
  await act();
  const ended = ({ technician: { test: now } }: DeskSnapshot) =>
    now?.kind === kind && now.state !== 'running';
  return (await lane.desk.until(`the test of ${kind} to end`, ended)).technician.test;
}

describe('a technician at a locked laptop', () => {
  test('sees every device with its serial number, and what is pulled out is gone from the list', async () => {
    lane = await TestLane.locked(election, quick());
    const { technician } = await lane.desk.until('the list', (desk) => desk.technician.found.length === 4);
    expect(technician.found.map(({ kind, serialNumber, problem }) => [kind, serialNumber, problem])).toEqual([
      ['fingerprint-scanner', 'SIM-FP-1', null],
      ['card-reader', 'SIM-CR-1', null],
      ['mrz-reader', 'SIM-MRZ-1', null],
      ['printer', 'SIM-RP-1', null],
    ]);
    await lane.hand({ type: 'unplug', kind: 'printer' });
    await lane.desk.until('three devices', (desk) => desk.technician.found.length === 3);
    expect((await tried('printer', () => undefined))?.problem).toBe('absent');
    await lane.hand({ type: 'plug', kind: 'printer' });
    expect(await lane.desk.call('lookForDevices', {})).toEqual({ ok: true, value: undefined });
  });

  test('tries each for what a desk does with it, and nothing of it goes to the desk', async () => {
    lane = await TestLane.locked(election, quick());
    const person = lane.ordinary(0);
    const chip = person.documents.findIndex(({ hasChip }) => hasChip) + 1;
    const document = `${person.key}/document-${chip}`;
    const insert = { type: 'insert-document', person: person.key, document } as const;
    const [finger] = person.fingers;
    const position = finger?.position ?? 2;
    const lay = { type: 'lay-finger', person: person.key, position } as const;
    const passed = { state: 'passed', problem: null };
    expect(await tried('fingerprint-scanner', () => lane.hand(lay))).toMatchObject(passed);
    await lane.hand({ type: 'lift-finger' });
    expect(await tried('card-reader', () => lane.hand(insert))).toMatchObject(passed);
    const scan = { type: 'scan-mrz', person: person.key, document } as const;
    expect(await tried('mrz-reader', () => lane.hand(scan))).toMatchObject(passed);
    expect(await tried('printer', () => undefined)).toMatchObject(passed);
    await lane.desk.until('the strip', (desk) => desk.dock?.state.strips.length === 1);
    unwrap(await lane.desk.call('stopTest', {}));
    const after = await lane.desk.until('the result to be put away', (desk) => desk.technician.test === null);
    expect(after.phase).toBe('locked');
  });

  test('a reader on which nothing is laid says so, and a test that is stopped says nothing', async () => {
    lane = await TestLane.locked(election, quick());
    unwrap(await lane.desk.call('testDevice', { kind: 'mrz-reader', language: 'en' }));
    unwrap(await lane.desk.call('stopTest', {}));
    await lane.desk.until('nothing to be tried', (desk) => desk.technician.test === null);
    expect(await tried('card-reader', () => undefined)).toMatchObject({
      state: 'failed',
      problem: 'nothing-came',
    });
  });

  test('measures the scanner with the printed target, turns its picture, and sees that it was wrong', async () => {
    lane = await TestLane.locked(election, quick());
    await lane.desk.until('the list', (desk) => desk.technician.found.length === 4);
    unwrap(await lane.desk.call('startCalibration', {}));
    await lane.hand({ type: 'lay-target' });
    const right = await lane.desk.until(
      'the target',
      ({ technician }) => technician.calibration?.seen === 'target',
    );
    expect(right.technician.calibration?.measured).toMatchObject({ flipRows: false, flipColumns: false });
    expect(await lane.desk.call('setUpScanner', { calibration: MIRRORED })).toMatchObject({ ok: true });
    const turned = await lane.desk.until(
      'the mirrored target',
      ({ technician }) =>
        technician.calibration?.inForce.flipColumns === true && technician.calibration.measured !== null,
    );
    // Measured against what is in force now: back to where it was.
    expect(turned.technician.calibration?.measured).toMatchObject({ flipRows: false, flipColumns: false });
    expect(turned.technician.found[0]?.calibration).toEqual(MIRRORED);
    unwrap(await lane.desk.call('printTarget', {}));
  });
});

describe('a technician on the day', () => {
  test('a scanner that is set up while the laptop is locked goes on record when it is unlocked', async () => {
    lane = await TestLane.locked(election, quick());
    await lane.desk.until('the list', (desk) => desk.technician.found.length === 4);
    unwrap(await lane.desk.call('setUpScanner', { calibration: MIRRORED }));
    unwrap(await lane.desk.call('unlock', { approvals: lane.two() }));
    const listed = (await lane.readLedger()).filter(({ type }) => type === 'devices-found');
    expect(listed.map(({ fields }) => fields)).toMatchObject([
      {
        devices: [
          { device: 'fingerprint-scanner', serialNumber: 'SIM-FP-1', calibration: MIRRORED },
          {},
          {},
          {},
        ],
      },
    ]);
  });

  test('a scanner whose pictures come otherwise than the ledger says goes on record, once', async () => {
    lane = await TestLane.prepared(election, quick());
    unwrap(await lane.desk.call('calibrateScanner', { calibration: MIRRORED, approvals: lane.two() }));
    // The simulated scanner forgets what was set, as one does whose settings were written by another hand.
    await lane.restart();
    unwrap(await lane.desk.call('unlock', { approvals: lane.two() }));
    await lane.desk.until('the list', (desk) => desk.technician.found.length === 4);
    await lane.hand({ type: 'unplug', kind: 'printer' });
    await lane.desk.until('three devices', (desk) => desk.technician.found.length === 3);
    const listed = (await lane.readLedger()).filter(({ type }) => type === 'devices-found');
    const asBuilt = { calibration: { flipRows: false, flipColumns: false } };
    expect(listed.map(({ fields }) => fields)).toMatchObject([
      { devices: [asBuilt, {}, {}, {}] },
      { devices: [asBuilt, {}, {}, {}] },
    ]);
  });

  test('needs two people to change the scanner; what it was checked with is on record', async () => {
    lane = await TestLane.prepared(election, quick());
    expect(await lane.desk.call('setUpScanner', { calibration: MIRRORED })).toEqual({
      ok: false,
      error: { code: 'wrong-phase' },
    });
    expect(
      await lane.desk.call('calibrateScanner', { calibration: MIRRORED, approvals: lane.by('chair') }),
    ).toEqual({
      ok: false,
      error: { code: 'member-needed' },
    });
    unwrap(await lane.desk.call('calibrateScanner', { calibration: MIRRORED, approvals: lane.two() }));
    unwrap(await lane.desk.call('runChecks', {}));
    const events = await lane.readLedger();
    expect(events.find(({ type }) => type === 'scanner-calibrated')?.fields).toMatchObject({
      ...MIRRORED,
      people: lane.two().map(({ personId }) => personId),
    });
    const listed = events.findLast(({ type }) => type === 'devices-found');
    expect(listed?.fields).toMatchObject({
      devices: [
        { device: 'fingerprint-scanner', serialNumber: 'SIM-FP-1', calibration: MIRRORED },
        { device: 'card-reader' },
        { device: 'mrz-reader' },
        { device: 'printer' },
      ],
    });
  });

  test('never tries a device while a voter stands at the desk, and a document that comes ends the test', async () => {
    lane = await TestLane.open(election, quick());
    const person = lane.ordinary(1);
    unwrap(await lane.desk.call('testDevice', { kind: 'card-reader', language: 'ru' }));
    await lane.hand({ type: 'insert-document', person: person.key, document: `${person.key}/document-1` });
    const { desk, technician } = await lane.desk.until(
      'the voter',
      ({ desk: step }) => step.kind === 'voter',
    );
    expect(desk).toMatchObject({ kind: 'voter', voter: { lookup: 'chip' } });
    expect(technician.test).toBeNull();
    expect(await lane.desk.call('testDevice', { kind: 'printer', language: 'ru' })).toEqual({
      ok: false,
      error: { code: 'desk-in-use' },
    });
  });
});
