import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { err, ok, unwrap } from '../../src/domain/result.ts';
import { readLaneFile } from '../../src/station/lane/lane-file.ts';
import { eraseLane } from '../../src/station/provision/erase-lane.ts';
import { recordEvent } from '../../src/station/provision/record-event.ts';
import type { OpenedVault } from '../../src/station/station-dependencies.ts';
import { makeElection, quick, removeElection, type TestElection, TestLane } from './harness.ts';
import { laptopFromPackage } from './packaged-laptop.ts';

/** What two people do with a laptop that is a lane: on real files, through the screens' own calls. */

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
    expect(await lane.desk.call('eraseList', { gone: [], approvals: lane.two() })).toMatchObject(
      err({ code: 'wrong-phase' }),
    );
    unwrap(await lane.desk.call('enterInside', { inside: 0, approvals: lane.by('chair') }));
    unwrap(await lane.desk.call('printReport', { kind: 'closing', language: 'ky' }));
    unwrap(await lane.desk.call('closeStation', { reason: 'one receipt is waiting', approvals: lane.two() }));
    expect(await lane.desk.call('eraseList', { gone: [], approvals: lane.by('chair') })).toMatchObject(
      err({ code: 'member-needed' }),
    );
    unwrap(await lane.desk.call('eraseList', { gone: [], approvals: lane.two() }));
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

  test('a power cut right after the keys were destroyed: the rest goes at the next unlocking', async () => {
    const laptop = await laptopFromPackage(election);
    const lane = await TestLane.open(laptop.test, { ...quick(), ...laptop.setup });
    await lane.identify(lane.ordinary(0));
    unwrap(await lane.desk.call('enterInside', { inside: 0, approvals: lane.by('chair') }));
    unwrap(await lane.desk.call('printReport', { kind: 'closing', language: 'ky' }));
    unwrap(await lane.desk.call('closeStation', { reason: 'one receipt is waiting', approvals: lane.two() }));
    await lane.stop();
    // The disk as it is at that moment: the list's files and the log's private parts are there still.
    const folder = join(laptop.registerFile, '..');
    const left = join(folder, 'v3', 'package.tizme');
    await lane.withVault((vault) => {
      const { identity } = unwrap(readLaneFile(laptop.directory));
      const cut = (): never => {
        throw new Error('the power is cut');
      };
      expect(() =>
        eraseLane({
          vault: { ...vault, register: unwrapped(vault, cut) },
          ...{ identity, registerFile: laptop.registerFile, people: ['chair', 'secretary'], gone: [] },
          clock: lane.clock,
          record: (event, alongside) => recordEvent(vault, event, lane.clock, alongside),
        }),
      ).toThrow('the power is cut');
      expect(unwrap(vault.ledger.events(null, 1)).every((event) => vault.ledger.openPrivate(event).ok)).toBe(
        true,
      );
    });
    mkdirSync(join(folder, 'v3'));
    writeFileSync(left, 'a sealed package');
    expect(existsSync(laptop.registerFile)).toBe(true);
    await lane.start();
    expect(await lane.desk.call('unlock', { approvals: lane.two() })).toMatchObject(
      err({ code: 'register-erased' }),
    );
    expect(lane.desk.snapshot.custody.erased).toMatchObject({ voters: 24, identified: 1 });
    await lane.stop();
    expect([existsSync(laptop.registerFile), existsSync(left)]).toEqual([false, false]);
    await lane.withVault(({ ledger }) => {
      const [first] = unwrap(ledger.events(null, 1));
      expect(first !== undefined && ledger.openPrivate(first).ok).toBe(false);
      expect(ledger.audit().ok).toBe(true);
    });
  });
});

/** The list, whose closing is where the power goes: the first thing after the commit. */
function unwrapped(vault: OpenedVault, close: () => never): OpenedVault['register'] {
  const register = unwrap(vault.register);
  return ok(
    new Proxy(register, {
      get: (list, name) => {
        if (name === 'close') return close;
        const value: unknown = Reflect.get(list, name, list);
        return typeof value === 'function' ? value.bind(list) : value;
      },
    }),
  );
}
