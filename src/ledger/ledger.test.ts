import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { unwrap } from '../domain/result.ts';
import type { WritableStore } from '../store/store.ts';
import { createDeviceSeed, deviceKeyFromSeed } from './device-key.ts';
import { MOST_DRIFT_MS } from './event-time.ts';
import { isSignedBy } from './head.ts';
import { type CommittedEvent, Ledger } from './ledger.ts';
import { identification, TestBench } from './test-bench.ts';
import { decodeUploadRange, encodeUploadRange } from './upload-range.ts';
import { verifyChain } from './verify-chain.ts';

let bench: TestBench;
beforeEach(() => {
  bench = new TestBench();
});
afterEach(() => bench.dispose());

function countVoter(store: WritableStore, stored: readonly CommittedEvent[], voter: string): void {
  store.run('INSERT INTO counted (voter, seq) VALUES (?, ?)', [voter, stored[0]?.seq ?? 0]);
}

describe('a commit', () => {
  test('events, projection and signed head are there together, also after a restart', () => {
    const { store, ledger } = bench.open();
    expect(ledger.beginning).toBe('blank');
    expect(ledger.head()).toBeNull();
    const events = [identification('v-1'), { ...identification('v-1'), kind: 'other' as const }];
    const stored = unwrap(ledger.commit(events, (to, made) => countVoter(to, made, 'v-1')));
    expect(stored.map((event) => event.seq)).toEqual([1, 2]);
    const head = unwrap(ledger.signedHead());
    expect(head !== null && isSignedBy(bench.key.publicKey, ledger.identity, head)).toBe(true);
    store.close();

    const again = bench.open();
    expect(again.ledger.beginning).toBe('continued');
    expect(again.ledger.epoch).toBe(ledger.epoch);
    expect(again.ledger.head()).toEqual(stored[1] && { epoch: ledger.epoch, seq: 2, hash: stored[1].hash });
    expect(again.store.all('SELECT * FROM counted')).toEqual([{ voter: 'v-1', seq: 1 }]);
    expect(unwrap(again.ledger.pendingCount())).toBe(2);
    expect(again.ledger.checkpoint()).toEqual(ledger.checkpoint());
    expect(unwrap(again.ledger.commit([identification('v-2')]))[0]?.seq).toBe(3);
  });

  test('goes on in the log of an older program: signatures, what is pending and what forbids a change come along', () => {
    const now = bench.open();
    unwrap(now.ledger.commit([identification('v-1')]));
    const head = unwrap(now.ledger.commit([identification('v-2'), identification('v-3')])).at(-1);
    unwrap(now.ledger.markUploaded({ epoch: now.ledger.epoch, seq: 1 }, new Uint8Array(64)));
    const checkpoint = now.ledger.checkpoint();
    const older = bench.writeAsOlderProgram(now.store);

    const { store, ledger } = bench.open({}, older);
    expect(ledger.beginning).toBe('continued');
    expect(ledger.head()).toEqual({ epoch: ledger.epoch, seq: 3, hash: head?.hash });
    expect(ledger.checkpoint()).toEqual(checkpoint);
    expect(unwrap(ledger.audit())).toBeUndefined();
    expect(unwrap(ledger.pendingCount())).toBe(2);
    expect(unwrap(ledger.pendingRange(null, 10))).toMatchObject({ firstSeq: 2, lastSeq: 3 });
    expect(unwrap(ledger.signedHeads())).toEqual(unwrap(now.ledger.signedHeads()));
    const change = (sql: string) => () => store.transaction(() => store.run(sql).changes);
    expect(change('DELETE FROM ledger_event')).toThrow('never deleted');
    expect(change('UPDATE ledger_event SET seq = seq')).toThrow('never changed');
    unwrap(ledger.commit([identification('v-4')]));
    store.close();
    const again = bench.open({}, older);
    expect(again.ledger.head()?.seq).toBe(4);
    expect(unwrap(again.ledger.pendingCount())).toBe(3);
  });

  test('when the projection fails nothing stays, and the next commit takes the same place', () => {
    const { store, ledger } = bench.open();
    unwrap(ledger.commit([identification('v-1')], (to, made) => countVoter(to, made, 'v-1')));
    const twice = () => ledger.commit([identification('v-1')], (to, made) => countVoter(to, made, 'v-1'));
    expect(twice).toThrow('UNIQUE');
    expect(ledger.head()?.seq).toBe(1);
    expect(unwrap(ledger.events(null, 10))).toHaveLength(1);
    expect(unwrap(ledger.pendingCount())).toBe(1);
    expect(ledger.checkpoint().size).toBe(1);
    unwrap(ledger.commit([identification('v-2')], (to, made) => countVoter(to, made, 'v-2')));
    expect(store.all('SELECT voter, seq FROM counted ORDER BY seq')).toEqual([
      { voter: 'v-1', seq: 1 },
      { voter: 'v-2', seq: 2 },
    ]);
  });

  test('a projection that is async is refused, and nothing stays', () => {
    const { ledger } = bench.open();
    const later = async (): Promise<void> => {};
    expect(() => ledger.commit([identification('v-1')], later)).toThrow('no promise');
    expect(unwrap(ledger.events(null, 10))).toEqual([]);
  });

  test('a full disk is a named error; what was confirmed stays, and the log goes on when there is room', () => {
    const store = bench.openStore({ maxPages: 40 });
    const ledger = unwrap(Ledger.open(store, bench.options()));
    let confirmed = 0;
    let refused: unknown = null;
    while (refused === null && confirmed < 1000) {
      const voter = `v-${confirmed}`;
      const result = ledger.commit([identification(voter)], (to, made) => countVoter(to, made, voter));
      if (result.ok) confirmed += 1;
      else refused = result.error;
    }
    expect(refused).toEqual({ code: 'disk-full' });
    expect(confirmed).toBeGreaterThan(10);
    expect(ledger.head()?.seq).toBe(confirmed);
    store.close();

    const again = bench.open();
    expect(again.ledger.head()?.seq).toBe(confirmed);
    expect(again.store.get('SELECT count(*) AS n FROM counted')).toEqual({ n: confirmed });
    expect(unwrap(again.ledger.commit([identification('v-last')]))[0]?.seq).toBe(confirmed + 1);
  });

  test('events can be neither changed nor deleted, not even by a program that tries', () => {
    const { store, ledger } = bench.open();
    unwrap(ledger.commit([identification('v-1')]));
    for (const sql of [
      'DELETE FROM ledger_event',
      'UPDATE ledger_event SET seq = 2',
      'UPDATE ledger_event SET signature = NULL, first_seq = NULL',
    ]) {
      expect(() => store.transaction(() => store.run(sql))).toThrow('never');
    }
  });

  test('two ledgers over one database: the one that did not see the last event writes nothing', () => {
    const { store, ledger } = bench.open();
    const other = unwrap(Ledger.open(store, bench.options()));
    unwrap(ledger.commit([identification('v-1')]));
    expect(other.commit([identification('v-2')])).toEqual({ ok: false, error: { code: 'head-moved' } });
    expect(unwrap(ledger.events(null, 10))).toHaveLength(1);
  });

  test('its time is in the private part; a clock that is set back shows, and order stays', () => {
    const { ledger } = bench.open();
    const [first] = unwrap(ledger.commit([identification('v-1')]));
    bench.clock.setWall(0);
    bench.clock.advance(5);
    const [second] = unwrap(ledger.commit([identification('v-2')]));
    const at = first && second ? [first.at, second.at] : [];
    expect(at).toMatchObject([
      { wallMs: 1_790_000_000_000, monotonicMs: 0, logicalMs: 1_790_000_000_000, logicalCounter: 0 },
      { wallMs: 5, monotonicMs: 5, logicalMs: 5 + MOST_DRIFT_MS, logicalCounter: 0 },
    ]);
    expect(unwrap(ledger.openPrivate({ epoch: ledger.epoch, seq: 2 }))).toEqual({
      voter: 'v-2',
      operator: 'operator-1',
      at: at[1],
    });
    expect(unwrap(ledger.openCentre({ epoch: ledger.epoch, seq: 2 }))).toEqual(identification('').centre);
  });
});

describe('the stored log', () => {
  test('no voter, operator or method can be read in the public bytes or in the database file', () => {
    const { store, ledger } = bench.open();
    const secret = { ...identification('voter-canary'), centre: { method: 'method-canary' } };
    const [event] = unwrap(ledger.commit([secret]));
    unwrap(store.checkpoint());
    expect(Buffer.from(event?.publicBytes ?? []).includes('canary')).toBe(false);
    const row = store.get<{ c: Uint8Array; p: Uint8Array }>(
      'SELECT centre_sealed AS c, private_sealed AS p FROM ledger_event',
    );
    for (const bytes of [row?.c ?? [], row?.p ?? [], readFileSync(bench.file)]) {
      expect(Buffer.from(bytes).includes('canary')).toBe(false);
    }
  });

  test('erasing the private key erases private parts only; the chain verifies, and the day can go on', () => {
    const { store, ledger } = bench.open();
    unwrap(ledger.commit([identification('v-1')]));
    unwrap(ledger.erase('private'));
    const first = { epoch: ledger.epoch, seq: 1 };
    expect(ledger.openPrivate(first)).toEqual({ ok: false, error: { code: 'erased' } });
    expect(unwrap(ledger.openCentre(first))).toEqual(identification('').centre);
    unwrap(ledger.commit([identification('v-2')]));
    store.close();
    const again = bench.open();
    expect(again.ledger.openPrivate(first)).toEqual({ ok: false, error: { code: 'erased' } });
    expect(unwrap(again.ledger.openPrivate({ ...first, seq: 2 }))).toMatchObject({ voter: 'v-2' });
  });

  test('a database of another election, station, lane, key or kind is refused, by name', () => {
    bench.open().store.close();
    const store = bench.openStore();
    for (const [field, change] of [
      ['election', { election: 'mock-2027' }],
      ['station', { station: '0102' }],
      ['device', { device: 'lane-2' }],
      ['mock', { mock: false }],
      ['key', { key: deviceKeyFromSeed(createDeviceSeed()) }],
    ] as const) {
      expect(Ledger.open(store, bench.options(change))).toEqual({
        ok: false,
        error: { code: 'other-ledger', field },
      });
    }
  });

  test('rows that somebody with the key changed are named when the ledger is opened, and nothing is repaired', () => {
    const { store, ledger } = bench.open();
    for (let i = 1; i <= 5; i += 1) unwrap(ledger.commit([identification(`v-${i}`)]));
    const { epoch } = ledger;
    const tamper = (sql: string): unknown => {
      unwrap(store.transaction(() => void store.run(sql)));
      const opened = Ledger.open(store, bench.options());
      return opened.ok ? 'opened' : opened.error;
    };
    expect(tamper("UPDATE ledger_part_key SET key = randomblob(32) WHERE part = 'centre'")).toEqual({
      code: 'chain-damaged',
      faults: [1, 2, 3, 4, 5].map((seq) => ({ code: 'damaged-part', epoch, seq, part: 'centre' })),
    });
    expect(
      tamper(
        `INSERT INTO ledger_event SELECT place + 2, epoch, 7, hash, public_bytes, centre_key, centre_sealed, private_key,
         private_sealed, first_seq, signature FROM ledger_event WHERE seq = 5`,
      ),
    ).toMatchObject({ code: 'chain-damaged' });
  });
});

describe('epochs', () => {
  test('an old copy of the disk begins a new epoch that continues from what it has', () => {
    const { store, ledger } = bench.open();
    unwrap(ledger.commit([identification('v-1')]));
    store.close();
    const copy = `${bench.file}.copy`;
    copyFileSync(bench.file, copy);
    expect(existsSync(`${bench.file}-wal`)).toBe(false);
    const later = bench.open();
    unwrap(later.ledger.commit([identification('v-2')]));
    const lastKnown = later.ledger.head();
    later.store.close();

    writeFileSync(bench.file, readFileSync(copy));
    const restored = bench.open(lastKnown === null ? {} : { lastKnown });
    expect(restored.ledger.beginning).toBe('restored');
    expect(restored.ledger.epoch).toBeGreaterThan(ledger.epoch);
    const [event] = unwrap(restored.ledger.commit([identification('v-3')]));
    expect(event?.seq).toBe(1);
    expect(event?.public.prev).toEqual(ledger.head()?.hash);
    restored.store.close();
    expect(bench.open().ledger.beginning).toBe('continued');
  });

  test('a blank database of a device that was seen before passes the epoch that is known', () => {
    const lastKnown = { epoch: 2_000_000_000, seq: 7, hash: new Uint8Array(32) };
    const { ledger } = bench.open({ lastKnown });
    expect([ledger.beginning, ledger.epoch]).toEqual(['blank', 2_000_000_001]);
  });

  test('an epoch can be asked for, but never one of the past', () => {
    const { store, ledger } = bench.open({ epoch: 4 });
    expect(ledger.epoch).toBe(4);
    expect(unwrap(Ledger.open(store, bench.options({ epoch: 5 }))).beginning).toBe('requested');
    expect(Ledger.open(store, bench.options({ epoch: 4 }))).toEqual({
      ok: false,
      error: { code: 'epoch-behind', newest: 5 },
    });
  });
});

describe('upload', () => {
  test('the centre gets ranges that end at a commit, verifies them alone, and learns nothing private', () => {
    const { ledger } = bench.open();
    for (let i = 1; i <= 4; i += 1) {
      unwrap(ledger.commit([identification(`voter-canary-${i}`), { ...identification('x'), kind: 'other' }]));
    }
    const sent: number[][] = [];
    for (;;) {
      const range = unwrap(ledger.pendingRange(null, 5));
      if (range === null) break;
      const bytes = encodeUploadRange(range);
      expect(Buffer.from(bytes).includes('canary')).toBe(false);
      const received = unwrap(decodeUploadRange(bytes));
      expect(received).toEqual(range);
      const verified = verifyChain(received.records, bench.key.publicKey, {
        identity: received.identity,
        heads: [received.head],
        after: 'anywhere',
      });
      expect(unwrap(verified).map((event) => event.seq)).toEqual(
        Array.from({ length: received.records.length }, (_, i) => received.firstSeq + i),
      );
      sent.push([range.firstSeq, range.lastSeq]);
      const through = { epoch: range.epoch, seq: range.lastSeq };
      unwrap(ledger.markUploaded(through, Buffer.from('receipt')));
      unwrap(ledger.markUploaded(through, Buffer.from('receipt')));
    }
    expect(sent).toEqual([
      [1, 4],
      [5, 8],
    ]);
    expect(unwrap(ledger.pendingCount())).toBe(0);
    expect(unwrap(ledger.receipts()).map((receipt) => receipt.throughSeq)).toEqual([4, 8]);
  });

  test('when the centre lost something it asks, and gets it again from there', () => {
    const { ledger } = bench.open();
    for (let i = 1; i <= 4; i += 1) unwrap(ledger.commit([identification(`v-${i}`)]));
    const { epoch } = ledger;
    unwrap(ledger.markUploaded({ epoch, seq: 4 }, Buffer.from('receipt')));
    expect(unwrap(ledger.pendingRange(null, 100))).toBeNull();
    expect(unwrap(ledger.pendingRange({ epoch, seq: 2 }, 100))).toMatchObject({ firstSeq: 3, lastSeq: 4 });
    expect(unwrap(ledger.pendingRange({ epoch, seq: 4 }, 100))).toBeNull();
  });

  test('a receipt for events that are not here means an old copy, and is not kept', () => {
    const { ledger } = bench.open();
    unwrap(ledger.commit([identification('v-1')]));
    const { epoch } = ledger;
    expect(ledger.markUploaded({ epoch, seq: 2 }, Buffer.from('receipt'))).toEqual({
      ok: false,
      error: { code: 'centre-is-ahead', epoch, throughSeq: 2 },
    });
    expect(unwrap(ledger.receipts())).toEqual([]);
  });

  test('a range that is cut, padded or of another shape is refused before anything is looked up', () => {
    const { ledger } = bench.open();
    unwrap(ledger.commit([identification('v-1')]));
    const range = unwrap(ledger.pendingRange(null, 10));
    if (range === null) throw new Error('there is something to send');
    const bytes = encodeUploadRange(range);
    const refused = { ok: false, error: { code: 'malformed' } };
    for (let cut = 0; cut < bytes.length; cut += 7) {
      expect(decodeUploadRange(bytes.subarray(0, cut))).toEqual(refused);
    }
    expect(decodeUploadRange(Buffer.concat([bytes, Buffer.of(0)]))).toEqual(refused);
    expect(decodeUploadRange(encodeUploadRange({ ...range, lastSeq: 2 }))).toEqual(refused);
  });
});
