import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Result, unwrap } from '../../domain/result.ts';
import { centreWitnessName, makeCheckpoint } from '../../ledger/checkpoint.ts';
import { createDeviceSeed, type DeviceKey, deviceKeyFromSeed } from '../../ledger/device-key.ts';
import { hashEvent } from '../../ledger/event.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { MerkleTree } from '../../ledger/merkle.ts';
import { cosignedAt } from '../../ledger/notes/cosignature.ts';
import { ED25519_COSIGNATURE, splitNote } from '../../ledger/notes/signed-note.ts';
import { encodeAddCheckpoint } from '../../ledger/notes/witness.ts';
import { identification, TestBench } from '../../ledger/test-bench.ts';
import { encodeUploadRange } from '../../ledger/upload-range.ts';
import { type SettableClock, settableClock } from '../../store/clock.ts';
import { offeredCheckpointText } from '../../sync/upload/upload-protocol.ts';
import { BothEngines } from '../both-engines.ts';
import type { CollectorStore } from '../collector-store.ts';
import { Intake } from '../intake.ts';
import { CentreWitness } from './centre-witness.ts';
import { MOST_CONFLICTS_PER_DEVICE } from './witness-store.ts';

const key: DeviceKey = deviceKeyFromSeed(createDeviceSeed());
const identity = { election: null, mock: true, publicKey: key.publicKey };
const engines = new BothEngines(identity);

beforeAll(() => engines.start());
afterAll(() => engines.close());

let lanes = 0;

describe.each(engines.all())('the centre as a witness, on %s', (_engine, open) => {
  let store: CollectorStore;
  let clock: SettableClock;
  let witness: CentreWitness;
  let bench: TestBench;
  let ledger: Ledger;

  beforeAll(async () => {
    store = await open();
    engines.stores.push(store);
  });
  beforeEach(() => {
    lanes += 1;
    clock = settableClock({ wallMs: 1_790_000_000_000 });
    witness = new CentreWitness({ store, key, clock, mock: true, election: null });
    bench = new TestBench();
    ledger = openLedger(bench);
  });
  afterEach(() => bench.dispose());

  const openLedger = (at: TestBench): Ledger =>
    at.open({ election: 'mock-2026', station: '0101', device: `witnessed-${lanes}`, mock: true }).ledger;
  const commit = (count: number, of = ledger): void => {
    for (let i = 0; i < count; i += 1)
      unwrap(of.commit([identification(`v-${lanes}-${of.head()?.seq ?? 0}`)]));
  };
  const send = async (of = ledger): Promise<void> => {
    const intake = new Intake({ store, key, clock, mock: true, election: null });
    for (;;) {
      const range = unwrap(of.pendingRange(null, 1000));
      if (range === null) return;
      const body = encodeUploadRange(range);
      const taken = unwrap(await intake.take({ device: of.identity.device, body, offeredKey: of.publicKey }));
      if (taken.status !== 'accepted') throw new Error(taken.status);
      unwrap(of.markUploaded(taken.through, taken.receipt));
    }
  };
  const offer = (request: string, of: Ledger | null = null): Promise<Result<string, { code: string }>> =>
    witness.addCheckpoint({
      request,
      signature: of === null ? null : of.signExport(offeredCheckpointText(request)),
    });
  const ask = (oldSize: number, of = ledger): Promise<Result<string, { code: string }>> =>
    offer(unwrap(of.askWitness(oldSize)), of);
  const code = (answer: Result<unknown, { code: string }>): string =>
    answer.ok ? 'signed' : answer.error.code;
  const alarms = async (): Promise<unknown[]> =>
    unwrap(await store.totals()).alarms.filter(({ device }) => device === ledger.identity.device);
  /** A checkpoint of other events, signed with the device's own key: what a second machine with its disk has. */
  const forged = (leaves: number): string => {
    const tree = new MerkleTree();
    for (let i = 0; i < leaves; i += 1) tree.append(hashEvent(Uint8Array.of(lanes, i)));
    return makeCheckpoint(ledger.identity, ledger.epoch, tree, bench.key).note;
  };

  test('countersigns what extends what it has seen, and remembers it over a restart', async () => {
    commit(7);
    await send();
    const line = unwrap(await ask(0));
    const split = unwrap(splitNote(`${ledger.checkpoint().note}${line}`));
    const verifier = {
      name: centreWitnessName(ledger.identity),
      type: ED25519_COSIGNATURE,
      publicKey: key.publicKey,
    } as const;
    expect(cosignedAt(split, verifier)).toBe(1_790_000_000);
    commit(4);
    witness = new CentreWitness({ store, key, clock, mock: true, election: null });
    expect(await ask(0)).toEqual({ ok: false, error: { code: 'other-size', status: 409, size: 7 } });
    expect(code(await ask(7))).toBe('signed');
    expect(code(await ask(11))).toBe('signed');
    expect(await alarms()).toEqual([]);
  });

  test('of many collectors that are asked at once with the same proof, one keeps it', async () => {
    commit(5);
    await send();
    const request = unwrap(ledger.askWitness(0));
    const answers = await Promise.all(Array.from({ length: 8 }, () => offer(request, ledger)));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    for (const answer of answers) if (!answer.ok) expect(answer.error).toMatchObject({ size: 5 });
    expect(await alarms()).toEqual([]);
  });

  test('two trees of one size prove a fork by themselves: refused, kept, raised once however often it comes', async () => {
    commit(6);
    await send();
    unwrap(await ask(0));
    for (let i = 0; i < 2; i += 1) {
      expect(code(await offer(encodeAddCheckpoint(6, [], forged(6))))).toBe('split-view');
    }
    const alarm = { device: ledger.identity.device, code: 'forked-checkpoint', epoch: ledger.epoch, seq: 6 };
    expect(await alarms()).toEqual([{ ...alarm, times: 2 }]);
    // It goes on with the history that it has countersigned.
    commit(1);
    expect(code(await ask(6))).toBe('signed');
  });

  test('a copied disk that went on by itself is raised, longer or shorter than the first', async () => {
    commit(6);
    await send();
    const copy = new TestBench(bench);
    const other = openLedger(copy);
    commit(3, other);
    unwrap(await ask(0));
    // Shorter: what it signs is not what the centre stores of this device.
    expect(code(await ask(0, other))).toBe('other-size');
    expect(await alarms()).toMatchObject([{ code: 'forked-checkpoint', seq: 3 }]);
    // Longer: its own proof doesn't start from what was countersigned.
    commit(7, other);
    expect(code(await ask(6, other))).toBe('not-consistent');
    expect(await alarms()).toMatchObject([{ seq: 3 }, { code: 'forked-checkpoint', seq: 10 }]);
    copy.dispose();
  });

  test('a stranger who sends an honest checkpoint with a wrong proof, or an old one, raises nothing', async () => {
    commit(4);
    await send();
    const photographed = ledger.checkpoint().note;
    commit(5);
    await send();
    unwrap(await ask(0));
    commit(3);
    const newest = ledger.checkpoint().note;
    const wrong = encodeAddCheckpoint(9, [new Uint8Array(32)], newest);
    const stranger = deviceKeyFromSeed(createDeviceSeed());
    expect(code(await offer(wrong))).toBe('not-consistent');
    expect(
      code(
        await witness.addCheckpoint({
          request: wrong,
          signature: stranger.sign(offeredCheckpointText(wrong)),
        }),
      ),
    ).toBe('not-consistent');
    for (let i = 0; i < 2; i += 1) {
      expect(code(await offer(encodeAddCheckpoint(4, [], photographed)))).toBe('other-size');
    }
    expect(await alarms()).toEqual([]);
    expect(code(await ask(9))).toBe('signed');
  });

  test('signs for no stranger, no other election, and nothing that is no request', async () => {
    commit(2);
    const body = unwrap(ledger.askWitness(0));
    // It gets to know a device by its first range, or by its registration.
    expect(code(await offer(body))).toBe('unknown-log');
    await send();
    const real = new CentreWitness({ store, key, clock, mock: false, election: null });
    expect(code(await real.addCheckpoint({ request: body, signature: null }))).toBe('unknown-log');
    const elsewhere = new CentreWitness({ store, key, clock, mock: true, election: 'mock-2027' });
    expect(code(await elsewhere.addCheckpoint({ request: body, signature: null }))).toBe('unknown-log');
    const stranger = deviceKeyFromSeed(createDeviceSeed());
    const tree = new MerkleTree();
    const strange = makeCheckpoint(ledger.identity, ledger.epoch, tree, stranger).note;
    expect(code(await offer(encodeAddCheckpoint(0, [], strange)))).toBe('not-signed-by-log');
    const named = makeCheckpoint({ ...ledger.identity, station: '0102' }, 1, tree, bench.key).note;
    expect(code(await offer(encodeAddCheckpoint(0, [], named)))).toBe('unknown-log');
    for (const bad of ['', 'old 0\n', body.replace('old 0', 'old 9')]) {
      expect(code(await offer(bad))).toBe('malformed');
    }
    expect(code(await offer(body))).toBe('signed');
  });

  test('what one device can make it keep is bounded; the alarm counts on', async () => {
    commit(1);
    await send();
    unwrap(await ask(0));
    const conflict = (n: number) =>
      store.witness.keepConflict({
        ...{ device: ledger.identity.device, epoch: ledger.epoch, size: 1, remembered: 'a note' },
        ...{ request: `request ${n}`, signature: null, receivedWallMs: 5 },
      });
    for (let i = 0; i < MOST_CONFLICTS_PER_DEVICE; i += 1) expect(unwrap(await conflict(i))).toBe('kept');
    expect(unwrap(await conflict(0))).toBe('kept');
    expect(unwrap(await conflict(1000))).toBe('full');
    expect(await alarms()).toMatchObject([{ seq: 1, times: MOST_CONFLICTS_PER_DEVICE + 2 }]);
  });
});
