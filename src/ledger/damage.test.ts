import { existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assertDefined } from '../domain/assert.ts';
import { unwrap } from '../domain/result.ts';
import { exportLedger } from './export-ledger.ts';
import { fileHeadMark } from './head-mark.ts';
import { Ledger } from './ledger.ts';
import type { LedgerOptions } from './open-ledger.ts';
import { identification, TestBench } from './test-bench.ts';

/**
 * What can happen to a disk, and to somebody's patience with it: each damage is found at the start or at an export,
 * says what and where, and nothing is repaired. `TIZME_DAMAGES` sets how many of each kind are tried.
 */
const DAMAGES = Number(process.env.TIZME_DAMAGES ?? 120);
const EVENTS = 40;

let bench: TestBench;
let options: LedgerOptions;
let markFile = '';
const files = (): string[] => [bench.file, `${bench.file}-wal`, markFile].filter((file) => existsSync(file));
type Image = ReadonlyMap<string, Buffer>;

/** Deterministic positions for damage (a linear congruential generator, Numerical Recipes). */
function* numbers(seed: number): Generator<number, never> {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

const readImage = (): Image => new Map(files().map((file) => [file, readFileSync(file)]));

function putImage(image: Image): void {
  // Whoever wrote has ended.
  options.mark?.close();
  for (const file of [...files(), `${bench.file}-shm`]) rmSync(file, { force: true });
  for (const [file, bytes] of image) writeFileSync(file, bytes);
}

/** How a start on what lies there goes: the name of what was found, or `sound`. */
function start(): { readonly found: string; readonly missing: number | null } {
  const store = bench.tryOpenStore();
  if (!store.ok) return { found: store.error.code, missing: null };
  const ledger = Ledger.open(store.value, options);
  const found = ledger.ok ? ledger.value.beginning : ledger.error.code;
  const missing = ledger.ok ? (ledger.value.missing?.seq ?? null) : null;
  bench.closeStores();
  return { found: found === 'continued' ? 'sound' : found, missing };
}

/** A day that was closed in order, and one whose power was cut: the write-ahead log is still full. */
let closed: Image;
let cut: Image;
let early: Image;

beforeAll(async () => {
  bench = new TestBench();
  markFile = join(bench.folder, 'ledger.head');
  options = bench.options({ epoch: 7, mark: fileHeadMark(markFile) });
  const store = bench.openStore();
  const ledger = unwrap(Ledger.open(store, options));
  for (let i = 1; i <= EVENTS; i += 1) {
    unwrap(ledger.commit([identification(`v-${i}`)]));
    if (i === EVENTS / 2) {
      unwrap(store.checkpoint());
      await setImmediate();
      early = readImage();
    }
  }
  // The newest head is marked behind its commit.
  await setImmediate();
  cut = readImage();
  bench.closeStores();
  closed = readImage();
  options = bench.options({ mark: fileHeadMark(markFile) });
});
afterAll(() => bench.dispose());

describe('at the start', () => {
  test('what was left alone is sound, closed in order or not', () => {
    putImage(closed);
    expect(start()).toEqual({ found: 'sound', missing: null });
    putImage(cut);
    expect(start()).toEqual({ found: 'sound', missing: null });
  });

  test('a flipped bit anywhere in the database is found', () => {
    const random = numbers(1);
    for (let i = 0; i < DAMAGES; i += 1) {
      putImage(closed);
      const bytes = Buffer.from(assertDefined(closed.get(bench.file), 'the database'));
      const at = Math.floor(random.next().value * bytes.length);
      bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << Math.floor(random.next().value * 8)), at);
      writeFileSync(bench.file, bytes);
      expect(['corrupt', 'wrong-key', 'chain-damaged'], `byte ${at}`).toContain(start().found);
    }
  });

  test('a flipped bit or a cut anywhere in the write-ahead log is found, and the place where the log ends now', () => {
    const random = numbers(2);
    const log = assertDefined(cut.get(`${bench.file}-wal`), 'the write-ahead log');
    let named = 0;
    for (let i = 0; i < DAMAGES; i += 1) {
      putImage(cut);
      const at = Math.floor(random.next().value * log.length);
      if (i % 2 === 0) truncateSync(`${bench.file}-wal`, at);
      else {
        const bytes = Buffer.from(log);
        bytes.writeUInt8(bytes.readUInt8(at) ^ 0x10, at);
        writeFileSync(`${bench.file}-wal`, bytes);
      }
      const { found, missing } = start();
      expect(['restored', 'corrupt', 'chain-damaged', 'wrong-key'], `byte ${at}`).toContain(found);
      // SQLite itself would have gone on without a word.
      if (found === 'restored') {
        expect(missing).toBe(EVENTS);
        named += 1;
      }
    }
    expect(named).toBeGreaterThan(DAMAGES / 2);
  });

  test('a file that was cut, by a page or by a byte, is found', () => {
    const whole = assertDefined(closed.get(bench.file), 'the database').length;
    for (const size of [whole - 1, whole - 4096, whole - 8192, 8192, 4096, 100, 1]) {
      putImage(closed);
      truncateSync(bench.file, size);
      expect(['corrupt', 'wrong-key', 'chain-damaged'], String(size)).toContain(start().found);
    }
  });

  test('two pages that changed places are found', () => {
    const whole = assertDefined(closed.get(bench.file), 'the database');
    for (let page = 1; page + 1 < whole.length / 4096; page += 1) {
      putImage(closed);
      const bytes = Buffer.from(whole);
      whole.copy(bytes, page * 4096, (page + 1) * 4096, (page + 2) * 4096);
      whole.copy(bytes, (page + 1) * 4096, page * 4096, (page + 1) * 4096);
      writeFileSync(bench.file, bytes);
      expect(['corrupt', 'chain-damaged'], `page ${page}`).toContain(start().found);
    }
  });

  test('an old copy of the database beside the newest head begins a new epoch, and says what is missing', () => {
    putImage(new Map([...early, [markFile, assertDefined(closed.get(markFile), 'the mark')]]));
    expect(start()).toEqual({ found: 'restored', missing: EVENTS });
  });

  test('an old image of the whole disk is told by what others have seen', () => {
    putImage(closed);
    const store = bench.openStore();
    const head = assertDefined(unwrap(Ledger.open(store, options)).head(), 'the head');
    bench.closeStores();
    putImage(early);
    // By itself it looks sound: that is what makes it dangerous.
    expect(start().found).toBe('sound');
    const restored = unwrap(
      Ledger.open(bench.openStore(), { ...options, lastKnown: [{ ...head, seq: 1, epoch: 6 }, head] }),
    );
    expect(restored.beginning).toBe('restored');
    expect(restored.missing).toMatchObject({ epoch: 7, seq: EVENTS });
    // It goes on from what it has, where nobody can mistake the two histories for one.
    const [event] = unwrap(restored.commit([identification('v-after')]));
    expect(event?.public.epoch).toBeGreaterThan(7);
    bench.closeStores();
  });

  test('a mark that is torn, of another device or from the past says nothing', () => {
    for (const mark of ['', 'x', readEarlyMark(), readMark().replace(/[0-9a-f]{4}\n/, 'ffff\n')]) {
      putImage(closed);
      writeFileSync(markFile, mark);
      expect(start(), mark).toEqual({ found: 'sound', missing: null });
    }
  });

  const readMark = (): string => assertDefined(closed.get(markFile), 'the mark').toString('utf8');
  const readEarlyMark = (): string => assertDefined(early.get(markFile), 'the mark').toString('utf8');
});

describe('at an export', () => {
  test('a bit that flipped on the disk since the start is found, and nothing is written', async () => {
    const random = numbers(3);
    for (let i = 0; i < Math.ceil(DAMAGES / 4); i += 1) {
      putImage(closed);
      const ledger = unwrap(Ledger.open(bench.openStore(), options));
      const bytes = readFileSync(bench.file);
      const at = Math.floor(random.next().value * bytes.length);
      bytes.writeUInt8(bytes.readUInt8(at) ^ 0x01, at);
      writeFileSync(bench.file, bytes, { flag: 'r+' });
      const directory = join(bench.folder, `export-${i}`);
      const exported = await exportLedger(ledger, directory, { level: 'full' });
      expect(exported.ok ? 'exported' : exported.error.code, `byte ${at}`).toMatch(
        /^(corrupt|chain-damaged|io-error)$/,
      );
      expect(existsSync(directory)).toBe(false);
      bench.closeStores();
    }
  });

  test('rows that were exchanged since the start are named', async () => {
    putImage(closed);
    const store = bench.openStore();
    const ledger = unwrap(Ledger.open(store, options));
    // The trigger that forbids it is SQL's; who has the key and a program of his own has no trigger.
    unwrap(
      store.transaction(() => {
        store.run(
          `INSERT OR REPLACE INTO ledger_event SELECT place + 14 - 2 * seq, epoch, 14 - seq, hash, public_bytes, centre_key,
             centre_sealed, private_key, private_sealed, min(first_seq, 14 - seq), signature
           FROM ledger_event WHERE seq IN (5, 9)`,
        );
      }),
    );
    const exported = await exportLedger(ledger, join(bench.folder, 'swapped'), { level: 'public' });
    const faults = !exported.ok && exported.error.code === 'chain-damaged' ? exported.error.faults : [];
    const named = faults.map((fault) => `${fault.code} ${'seq' in fault ? fault.seq : ''}`);
    expect(named).toContain('out-of-order 5');
    expect(named).toContain('damaged-part 9');
    bench.closeStores();
  });
});
