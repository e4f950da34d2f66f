import { spawnSync } from 'node:child_process';
import { closeSync, cpSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { err, unwrap } from '../../src/domain/result.ts';
import { thisMachine } from '../../src/station/day/machine.ts';
import { makeElection, quick, removeElection, type TestElection, TestLane } from './harness.ts';

/**
 * A disk that really is full: the lane lies in a file system of 24 MiB, and the test takes all the rest of it.
 * Mounting one takes root and Linux; elsewhere the faults of bad-input.test.ts have to do.
 */
const DISK_MEBIBYTES = 24;
const RESERVE_BYTES = 2 * 1024 * 1024;
const mountable = process.platform === 'linux' && process.getuid?.() === 0;

let election: TestElection;
let lane: TestLane;
let disk: string;
beforeAll(async () => {
  election = await makeElection();
});
afterEach(async () => {
  await lane.stop();
  spawnSync('umount', [disk]);
  rmSync(disk, { recursive: true, force: true });
});
afterAll(() => removeElection(election));

/** Takes every byte that is left. */
function fillUp(name: string): void {
  const file = openSync(join(disk, name), 'w');
  for (const size of [65_536, 4096, 512]) {
    const piece = new Uint8Array(size).fill(7);
    try {
      for (;;) writeSync(file, piece);
    } catch {}
  }
  closeSync(file);
}

async function openOnSmallDisk(): Promise<void> {
  disk = mkdtempSync(join(tmpdir(), 'tizme-small-disk-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MEBIBYTES}m`, 'tmpfs', disk]);
  expect(mounted.status).toBe(0);
  const first = await TestLane.open(election, quick());
  await first.stop();
  const directory = join(disk, 'lane');
  cpSync(first.directory, directory, { recursive: true });
  lane = await TestLane.locked(election, {
    ...quick(),
    ...{ directory, boot: 'small-disk', reserveBytes: RESERVE_BYTES },
    freeDiskBytes: () => thisMachine(directory).freeDiskBytes(),
  });
  unwrap(await lane.desk.call('unlock', { approvals: lane.by('chair') }));
  await lane.reserve.fill();
}

/** One act that is on record: a voter is found and put aside again. */
async function act(): Promise<unknown> {
  const { stepId } = await lane.step();
  const found = await lane.desk.call('lookUp', { stepId, text: lane.ordinary(0).voter.personalNumber });
  if (!found.ok) return found;
  return lane.desk.call('leaveDesk', { stepId: (await lane.step()).stepId });
}

describe.runIf(mountable)('a disk without a byte left', () => {
  test('the station gives its reserve free, puts that on record, and the voters notice nothing', async () => {
    await openOnSmallDisk();
    expect(lane.reserve.isHeld()).toBe(true);
    fillUp('other programs');

    for (let acts = 0; lane.reserve.isHeld() === true; acts += 1) {
      expect(await act()).toMatchObject({ ok: true });
      expect(acts).toBeLessThan(2000);
    }

    await lane.identify(lane.ordinary(1));
    expect(lane.desk.snapshot.counts.identified).toBe(1);
    expect(lane.desk.snapshot.notices.map(({ kind }) => kind)).toContain('disk-on-reserve');
    const problems = (await lane.readLedger()).filter(({ type }) => type === 'problem');
    expect(problems.map(({ fields }) => fields.code)).toEqual(['disk-full']);
  });

  test('with the reserve used up as well an act is refused by name; with room again the day goes on', async () => {
    await openOnSmallDisk();
    fillUp('other programs');
    while (lane.reserve.isHeld() === true) await act();
    fillUp('still more');

    let refused: unknown = null;
    for (let acts = 0; refused === null && acts < 2000; acts += 1) {
      const answer = await act();
      if (!(answer as { ok: boolean }).ok) refused = answer;
    }

    expect(refused).toEqual(err({ code: 'disk-full' }));
    rmSync(join(disk, 'other programs'));
    rmSync(join(disk, 'still more'));
    await act();
    await lane.identify(lane.ordinary(1));
    expect(lane.desk.snapshot.counts.identified).toBe(1);
    // Opening the ledger again verifies the whole chain.
    const types = (await lane.readLedger()).map(({ type }) => type);
    expect(types.filter((type) => type === 'identified')).toHaveLength(1);
  });
});
