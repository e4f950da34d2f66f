import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { err, unwrap } from '../../src/domain/result.ts';
import { readLaneFile } from '../../src/station/lane/lane-file.ts';
import { findFontFiles } from '../../src/station/paper/fonts.ts';
import { readPdfText } from '../../src/station/paper/pdf/read-pdf-text.ts';
import { DayProjection } from '../../src/station/projection/day-projection.ts';
import { eraseLane } from '../../src/station/provision/erase-lane.ts';
import { writeErasureCertificatePdf } from '../../src/station/provision/erasure-certificate-pdf.ts';
import { recordEvent } from '../../src/station/provision/record-event.ts';
import { makeElection, quick, removeElection, type TestElection, TestLane } from './harness.ts';
import { becomeLane, makePackage } from './provisioned-lane.ts';

/** The end of a list, on real files. */

let election: TestElection;
beforeAll(async () => {
  election = await makeElection();
});
afterAll(() => removeElection(election));

describe('after the election', () => {
  test('the list is destroyed for good by two people, with a certificate, and the figures stay', async () => {
    const own = await makePackage(election, { name: 'to-erase.tizme' });
    const opened = await own.open();
    const made = await becomeLane(election, opened, own.laptop);
    const lane = await TestLane.open(made.test, { ...quick(), directory: made.directory });
    await lane.identify(lane.ordinary(0));
    const { registerFile } = made.test.electionPackage;
    const { identity } = unwrap(readLaneFile(made.directory));
    const erase = () =>
      lane.withVault((vault) =>
        eraseLane({
          ...{ vault, identity, registerFile, people: ['chair', 'secretary'], gone: [], clock: lane.clock },
          record: (event, alongside) => recordEvent(vault, event, lane.clock, alongside),
        }),
      );
    unwrap(await lane.desk.call('enterInside', { inside: 0, approvals: lane.by('chair') }));
    await lane.stop();
    // A day that isn't closed needs its list.
    expect(await erase()).toEqual(err('not-closed'));
    expect(existsSync(registerFile)).toBe(true);

    await lane.start();
    unwrap(await lane.desk.call('unlock', { approvals: lane.two() }));
    unwrap(await lane.desk.call('printReport', { kind: 'closing', language: 'ky' }));
    unwrap(await lane.desk.call('closeStation', { reason: 'one receipt is waiting', approvals: lane.two() }));
    await lane.stop();
    const keys = await lane.withVault(({ laneStore }) =>
      laneStore
        .all<{ value: Uint8Array }>(`SELECT value FROM lane_secret WHERE name LIKE 'register-%'`)
        .map(({ value }) => Buffer.from(value)),
    );
    expect(keys.length).toBe(2);

    const certificate = unwrap(await erase());
    expect(certificate).toMatchObject({
      ...{ voters: 24, identified: 1, register: opened.manifest.register, people: ['chair', 'secretary'] },
      device: own.laptop.device,
    });
    expect(existsSync(registerFile)).toBe(false);
    await lane.withVault(({ laneStore, ledger, register, procedure }) => {
      expect(register).toEqual(err('register-erased'));
      expect(laneStore.all('SELECT 1 FROM lane_package')).toEqual([]);
      // Nor do the tables beside the log say who it was, or when exactly.
      const rows = ['handovers', 'visitors', 'paper_lines', 'finger_mismatches'].flatMap((table) =>
        laneStore.all<Record<string, unknown>>(`SELECT * FROM ${table}`),
      );
      expect(rows).toMatchObject([{ voter_id: 'erased-1', begun_at_ms: 0, changed_at_ms: 0 }]);
      expect(JSON.stringify(rows)).not.toContain(lane.ordinary(0).voter.id);
      // Figures and the chain are there; who it was is not.
      expect(new DayProjection(laneStore).figures(procedure).identified).toBe(1);
      expect(ledger.audit().ok).toBe(true);
      const events = unwrap(ledger.events(null, 10_000));
      const privately = events.slice(0, -1).map((event) => ledger.openPrivate(event));
      expect(privately.every((part) => !part.ok)).toBe(true);
      const centre = events.map((event) => unwrap(ledger.openCentre(event)) as Record<string, unknown>);
      expect(centre.at(-1)).toMatchObject({ type: 'register-erased', voters: 24 });
      expect(centre.filter(({ type }) => type === 'identified').length).toBe(1);
    });
    // The station says why it can't be opened any more.
    await lane.start();
    expect(await lane.desk.call('unlock', { approvals: lane.two() })).toMatchObject(
      err({ code: 'register-erased' }),
    );
    await lane.stop();
    const names = ['A', 'B'];
    for (const language of ['ky', 'ru', 'en'] as const) {
      const pdf = await writeErasureCertificatePdf(findFontFiles(undefined), certificate, names, language);
      const text = readPdfText(pdf).join('\n');
      expect(text).toContain(certificate.register.slice(0, 20));
    }
  });
});
