import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { assertDefined } from '../../domain/assert.ts';
import { manualTimer } from '../../domain/manual-timer.ts';
import { unwrap } from '../../domain/result.ts';
import { witnessName } from '../../ledger/checkpoint.ts';
import { exportLedger } from '../../ledger/export-ledger.ts';
import { ED25519_COSIGNATURE, type NoteVerifier } from '../../ledger/notes/signed-note.ts';
import { identification, TestBench } from '../../ledger/test-bench.ts';
import { verifyExport } from '../../ledger/verify-export.ts';
import { PeerWitnesses } from './peer-witnesses.ts';
import { LanesBench, type RunningLane, until } from './testing/lanes-bench.ts';

let bench: LanesBench | null = null;
let folder: string | null = null;
let exports = 0;
afterEach(async () => {
  await bench?.dispose();
  if (folder !== null) rmSync(folder, { recursive: true, force: true });
});

async function openThree(): Promise<[RunningLane, RunningLane, RunningLane]> {
  bench = await LanesBench.provision(3);
  const lanes: RunningLane[] = [];
  for (let lane = 1; lane <= 3; lane += 1) lanes.push(await bench.start(lane));
  await until('all to own', () => lanes.every(({ lanes: one }) => one.node.standing.name() === 'owning'));
  return lanes as [RunningLane, RunningLane, RunningLane];
}

function verifierOf({ ledger }: RunningLane): NoteVerifier {
  return { name: witnessName(ledger.identity), type: ED25519_COSIGNATURE, publicKey: ledger.publicKey };
}

/**
 * The newest checkpoint once everybody who is `there` has countersigned it. Two lanes that dialled each other at once hang
 * up once more, and whoever is not heard at that moment is asked again once they meet.
 */
async function countersigned(
  lane: RunningLane,
  there: readonly RunningLane[],
  known: readonly RunningLane[] = there,
) {
  folder ??= mkdtempSync(join(tmpdir(), 'tizme-witness-'));
  for (;;) {
    await until('the others to be heard', () => there.every((one) => lane.lanes.node.isUp(one.lane)));
    await lane.lanes.witnesses.countersign();
    exports += 1;
    const directory = join(folder, `export-${exports}`);
    unwrap(await exportLedger(lane.ledger, directory, { level: 'public' }));
    const { cosigned } = unwrap(verifyExport(directory, { witnesses: known.map(verifierOf) }));
    if (cosigned === null || cosigned.size !== lane.ledger.head()?.seq) continue;
    if (cosigned.by.length >= there.length) return cosigned;
  }
}

test('the lanes that are there countersign a checkpoint, and each later one with a proof from there', async () => {
  const [one, two, three] = await openThree();
  for (let visit = 1; visit <= 3; visit += 1) {
    one.record([{ type: 'identified', voter: `v1-${visit}`, handover: `h${visit}` }]);
    const { size, by } = await countersigned(one, [two, three]);
    expect(size).toBe(one.ledger.head()?.seq);
    expect(by.map(({ name }) => name)).toEqual([verifierOf(two).name, verifierOf(three).name]);
  }
});

test('a lane that is away holds nothing up, and its line is missing', async () => {
  const [one, two, three] = await openThree();
  await three.stop();
  await until('the lane to be missed', () => !one.lanes.node.isUp(3));
  one.record([{ type: 'identified', voter: 'v1-1', handover: 'h1' }]);
  const { by } = await countersigned(one, [two], [two, three]);
  expect(by.map(({ name }) => name)).toEqual([verifierOf(two).name]);
});

test('it is stopped while a lane is still asked: nobody is asked afterwards, when the log is closed', async () => {
  const log = new TestBench();
  const { store, ledger } = log.open();
  unwrap(ledger.commit([identification('v-1')]));
  const timer = manualTimer();
  const asked: number[] = [];
  const witnesses = new PeerWitnesses({
    ...{ ledger, store, lane: 1, clock: log.clock, timer, isUp: () => true, sawTwoHistories: () => {} },
    devices: new Map([[2, { device: 'lane-2', publicKey: ledger.publicKey }]]),
    send: (lane) => asked.push(lane),
  });
  witnesses.start();
  await timer.advance(5 * 60_000);
  expect(asked).toEqual([2]);
  witnesses.stop();
  log.dispose();
  await timer.advance(60 * 60_000);
  expect(asked).toEqual([2]);
});

test('logical time follows what the others are at, within bounds', async () => {
  const [one, two] = await openThree();
  two.record([{ type: 'identified', voter: 'v2-1', handover: 'h1' }]);
  await until('the event to arrive', () => one.lanes.node.state.identifications.isIdentified('v2-1'));
  one.record([{ type: 'identified', voter: 'v1-1', handover: 'h2' }]);
  const timeOf = ({ ledger }: RunningLane): number => {
    const at = unwrap(ledger.openPrivate(assertDefined(ledger.head() ?? undefined, 'a head'))).at;
    return (at as { logicalMs: number; logicalCounter: number }).logicalMs;
  };
  expect(timeOf(one)).toBeGreaterThanOrEqual(timeOf(two));
});
