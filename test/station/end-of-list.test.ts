import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { err, unwrap } from '../../src/domain/result.ts';
import { makeElection, quick, removeElection, type TestElection, TestLane } from './harness.ts';
import { laptopFromPackage } from './packaged-laptop.ts';

/** What two people do with a laptop that is a lane: on real files, through the screens' own calls. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let election: TestElection;
beforeAll(async () => {
  election = await makeElection();
});
afterAll(() => removeElection(election));

describe('the end of a list', () => {
  test('two people destroy it from the screen after closing; the certificate can be had again and again', async () => {
    const laptop = await laptopFromPackage(election);
    const lane = await TestLane.open(laptop.test, { ...quick(), ...laptop.setup });
    await lane.identify(lane.ordinary(0));
    expect(await lane.desk.call('eraseList', { approvals: lane.two() })).toMatchObject(
      err({ code: 'wrong-phase' }),
    );
    unwrap(await lane.desk.call('enterInside', { inside: 0, approvals: lane.by('chair') }));
    unwrap(await lane.desk.call('printReport', { kind: 'closing', language: 'ky' }));
    unwrap(await lane.desk.call('closeStation', { reason: 'one receipt is waiting', approvals: lane.two() }));
    expect(await lane.desk.call('eraseList', { approvals: lane.by('chair') })).toMatchObject(
      err({ code: 'member-needed' }),
    );
    unwrap(await lane.desk.call('eraseList', { approvals: lane.two() }));
    expect(lane.desk.snapshot.phase).toBe('locked');
    expect(lane.desk.snapshot.custody.erased).toMatchObject({ voters: 24, identified: 1 });
    expect(existsSync(laptop.registerFile)).toBe(false);
    // Nothing of the laptop opens a package any more, not even with two PINs.
    await lane.withVault(({ laneStore, register }) => {
      expect(register).toEqual(err('register-erased'));
      for (const table of ['lane_package', 'lane_custody'])
        expect(laneStore.all(`SELECT 1 FROM ${table}`)).toEqual([]);
    });
    await lane.restart();
    unwrap(await lane.desk.call('printErasure', { language: 'ru' }));
    expect(unwrap(await lane.desk.call('erasureCertificate', { language: 'en' })).fileName).toMatch(/\.pdf$/);
    // A power cut before it was written: it is made again from the log.
    rmSync(join(laptop.directory, 'erasure.json'));
    await lane.restart();
    expect(lane.desk.snapshot.custody.erased).toBe(null);
    expect(await lane.desk.call('unlock', { approvals: lane.two() })).toMatchObject(
      err({ code: 'register-erased' }),
    );
    expect(lane.desk.snapshot.custody.erased).toMatchObject({ voters: 24, identified: 1 });
    await lane.stop();
  });
});
