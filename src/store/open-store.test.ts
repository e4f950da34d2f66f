import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { unwrap } from '../domain/result.ts';
import { settableClock } from './clock.ts';
import { randomKey } from './keys.ts';
import { openReadOnly, openStore } from './open-store.ts';
import { applySettings, CONNECTION_SETTINGS, compareVersions } from './pragmas.ts';
import type { WritableStore } from './store.ts';

const people = {
  number: 1,
  name: 'people',
  sql: 'CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;',
};
const ages = { number: 10, name: 'ages', sql: 'ALTER TABLE person ADD COLUMN age INTEGER;' };

let folder: string;
let file: string;
let key: Uint8Array;
const opened: { close(): void }[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tizme-store-'));
  file = join(folder, 'a.db');
  key = randomKey();
});

afterEach(() => {
  for (const store of opened.splice(0)) store.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(options: { migrations?: (typeof people)[]; maxPages?: number } = {}): WritableStore {
  const { migrations = [people], ...rest } = options;
  const store = unwrap(openStore({ file, key, migrations, ...rest }));
  opened.push(store);
  return store;
}

function addPerson(store: WritableStore, name: string): void {
  unwrap(store.transaction(() => void store.run('INSERT INTO person (name) VALUES (?)', [name])));
}

function addMany(store: WritableStore, count: number): void {
  const add = (): void => {
    for (let i = 0; i < count; i += 1) store.run('INSERT INTO person (name) VALUES (?)', ['x'.repeat(100)]);
  };
  unwrap(store.transaction(add));
}

function countPeople(store: Pick<WritableStore, 'get'>): number | undefined {
  return store.get<{ n: number }>('SELECT count(*) AS n FROM person')?.n;
}

describe('a new database', () => {
  test('is encrypted on the disk, log included, and comes back after closing', () => {
    const store = open();
    addPerson(store, 'recognisable-name');
    for (const part of [file, `${file}-wal`]) {
      const bytes = readFileSync(part);
      expect(bytes.length).toBeGreaterThan(0);
      expect(bytes.includes('SQLite format 3')).toBe(false);
      expect(bytes.includes('recognisable-name')).toBe(false);
    }
    store.close();
    expect(readFileSync(file).includes('recognisable-name')).toBe(false);
    expect(open().all<{ name: string }>('SELECT name FROM person')).toEqual([{ name: 'recognisable-name' }]);
  });

  test('has its log moved into the file and emptied on demand', () => {
    const store = open();
    addPerson(store, 'one');
    expect(readFileSync(`${file}-wal`).length).toBeGreaterThan(0);
    expect(store.checkpoint()).toEqual({ ok: true });
    expect(readFileSync(`${file}-wal`).length).toBe(0);
  });

  test('keeps every setting that durability rests on', () => {
    const database = new Database(join(folder, 'plain.db'));
    expect(applySettings(database, 'write')).toEqual({ ok: true });
    const read = Object.fromEntries(
      ['journal_mode', ...CONNECTION_SETTINGS.map((s) => s.pragma)].map((pragma) => [
        pragma,
        database.pragma(pragma, { simple: true }),
      ]),
    );
    database.close();
    expect(read).toMatchObject({
      journal_mode: 'wal',
      synchronous: 2,
      foreign_keys: 1,
      trusted_schema: 0,
      cell_size_check: 1,
      mmap_size: 0,
      busy_timeout: 5000,
      secure_delete: 1,
      temp_store: 2,
    });
  });

  test('is refused where a setting does not take: a database in memory has no write-ahead log', () => {
    const database = new Database(':memory:');
    expect(applySettings(database, 'write')).toEqual({
      ok: false,
      error: { code: 'unsafe-setting', pragma: 'journal_mode', wanted: 'wal', found: 'memory' },
    });
    database.close();
  });

  test('cannot be made where there is no folder', () => {
    const result = openStore({ file: join(folder, 'missing', 'a.db'), key, migrations: [people] });
    expect(result).toMatchObject({ ok: false, error: { code: 'cannot-open' } });
  });
});

describe('an existing file', () => {
  test('does not open with another key, and stays as it was', () => {
    const store = open();
    addPerson(store, 'one');
    store.close();
    const before = readFileSync(file);
    expect(openStore({ file, key: randomKey(), migrations: [people] })).toEqual({
      ok: false,
      error: { code: 'wrong-key' },
    });
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(countPeople(open())).toBe(1);
  });

  test('is AEGIS-256 under the bytes of the key themselves, whatever the library would choose', () => {
    const store = open();
    addPerson(store, 'one');
    store.close();
    const hex = Buffer.from(key).toString('hex');
    const read = (...settings: readonly string[]): unknown => {
      const database = new Database(file, { readonly: true });
      try {
        for (const setting of [...settings, `key = "x'${hex}'"`]) database.pragma(setting);
        return database.prepare('SELECT count(*) AS n FROM person').get();
      } catch (cause) {
        return (cause as { code: unknown }).code;
      } finally {
        database.close();
      }
    };
    expect(read("cipher = 'aegis'", "algorithm = 'aegis-256'")).toEqual({ n: 1 });
    expect(read("cipher = 'aegis'", "algorithm = 'aegis-128l'")).toBe('SQLITE_NOTADB');
    expect(read("cipher = 'chacha20'")).toBe('SQLITE_NOTADB');
  });

  test('is refused when it is plain SQLite', () => {
    const plain = new Database(file);
    plain.exec('CREATE TABLE t (a)');
    plain.close();
    expect(openStore({ file, key, migrations: [people] })).toEqual({
      ok: false,
      error: { code: 'not-encrypted' },
    });
  });

  test('a table that is checked later may be damaged when it is opened, no other, and none before a migration', () => {
    const big = {
      number: 2,
      name: 'big',
      sql: 'CREATE TABLE big (id INTEGER PRIMARY KEY, bytes BLOB) STRICT;',
    };
    const migrations = [people, big];
    const store = unwrap(openStore({ file, key, migrations }));
    addMany(store, 100);
    const bytes = new Uint8Array(100 * 4096);
    unwrap(store.transaction(() => void store.run('INSERT INTO big (bytes) VALUES (?)', [bytes])));
    const rootOfPeople = store.get<{ page: number }>(
      "SELECT rootpage AS page FROM sqlite_schema WHERE name = 'person'",
    );
    store.close();
    const whole = readFileSync(file);
    const damage = (page: number): void => {
      const damaged = Buffer.from(whole);
      damaged.writeUInt8(damaged.readUInt8((page - 1) * 4096 + 200) ^ 1, (page - 1) * 4096 + 200);
      writeFileSync(file, damaged);
    };
    const openLater = (more: (typeof people)[] = []) =>
      openStore({ file, key, migrations: [...migrations, ...more], checkedLater: ['big'] });

    damage(whole.length / 4096 - 10);
    expect(openStore({ file, key, migrations })).toMatchObject({ ok: false, error: { code: 'corrupt' } });
    expect(openLater([ages])).toMatchObject({ ok: false, error: { code: 'corrupt' } });
    unwrap(openLater()).close();
    damage(rootOfPeople?.page ?? 0);
    expect(openLater()).toMatchObject({ ok: false });
  });

  test('is refused when it is cut short or a page of it is damaged', () => {
    const store = open();
    addMany(store, 500);
    store.close();
    const whole = readFileSync(file);
    const damaged = Buffer.from(whole);
    damaged.writeUInt8(damaged.readUInt8(3 * 4096 + 100) ^ 1, 3 * 4096 + 100);
    for (const bytes of [whole.subarray(0, 1000), whole.subarray(0, whole.length - 4096), damaged]) {
      writeFileSync(file, bytes);
      expect(openStore({ file, key, migrations: [people] })).toMatchObject({
        ok: false,
        error: { code: 'corrupt' },
      });
    }
  });

  test('has one writer in this process, and any number of readers', () => {
    const store = open();
    expect(openStore({ file, key, migrations: [people] })).toEqual({
      ok: false,
      error: { code: 'already-open' },
    });
    const reader = unwrap(openReadOnly({ file, key, migrations: [people] }));
    opened.push(reader);
    addPerson(store, 'one');
    expect(countPeople(reader)).toBe(1);
    store.close();
    addPerson(open(), 'two');
    expect(countPeople(reader)).toBe(2);
  });
});

describe('migrations', () => {
  test('each runs once, in order, also one that comes late with a lower number', () => {
    open({ migrations: [ages, people] }).close();
    const late = { number: 2, name: 'late', sql: 'CREATE TABLE late (id INTEGER PRIMARY KEY) STRICT;' };
    const store = open({ migrations: [people, late, ages] });
    expect(store.all('SELECT number, name FROM schema_migration ORDER BY number')).toEqual([
      { number: 1, name: 'people' },
      { number: 2, name: 'late' },
      { number: 10, name: 'ages' },
    ]);
    expect(store.get('SELECT count(*) AS n FROM late')).toEqual({ n: 0 });
  });

  test('a database of a newer program is refused and left alone', () => {
    open({ migrations: [people, ages] }).close();
    const refused = { ok: false, error: { code: 'database-from-future', found: 10, known: 1 } };
    expect(openStore({ file, key, migrations: [people] })).toEqual(refused);
    expect(openReadOnly({ file, key, migrations: [people] })).toEqual(refused);
    expect(countPeople(open({ migrations: [people, ages] }))).toBe(0);
  });

  test('a reader refuses an older schema, for it may not migrate it', () => {
    open().close();
    expect(openReadOnly({ file, key, migrations: [people, ages] })).toEqual({
      ok: false,
      error: { code: 'database-from-past', found: 1, known: 10 },
    });
    expect(openReadOnly({ file: join(folder, 'none.db'), key, migrations: [people] })).toEqual({
      ok: false,
      error: { code: 'no-database' },
    });
    expect(existsSync(join(folder, 'none.db'))).toBe(false);
  });

  test('one that was changed afterwards, and one that fails, are named; nothing of the failed one stays', () => {
    open().close();
    const changed = { ...people, sql: `${people.sql} -- changed` };
    expect(openStore({ file, key, migrations: [changed] })).toEqual({
      ok: false,
      error: { code: 'migration-changed', migration: 1 },
    });
    const failing = { number: 2, name: 'failing', sql: 'CREATE TABLE half (a TEXT) STRICT; SELECT nothing;' };
    expect(openStore({ file, key, migrations: [people, failing] })).toMatchObject({
      ok: false,
      error: { code: 'migration-failed', migration: 2 },
    });
    expect(open().all("SELECT name FROM sqlite_schema WHERE name = 'half'")).toEqual([]);
  });

  test('are read from a directory, with the time of the clock', () => {
    for (const { number, name, sql } of [people, ages]) {
      writeFileSync(join(folder, `${String(number).padStart(4, '0')}-${name}.sql`), sql);
    }
    const clock = settableClock({ wallMs: 1_234_567 });
    const store = unwrap(openStore({ file, key, migrations: folder, clock }));
    opened.push(store);
    expect(store.all('SELECT number, applied_wall_ms AS at FROM schema_migration')).toEqual([
      { number: 1, at: 1_234_567 },
      { number: 10, at: 1_234_567 },
    ]);
  });

  test('every table of the project is STRICT and every file is named by its number', () => {
    for (const room of ['station', 'register', 'collector']) {
      const directory = join(import.meta.dirname, '../../migrations', room);
      if (!existsSync(directory)) continue;
      const name = join(folder, `${room}.db`);
      const store = unwrap(openStore({ file: name, key, migrations: directory }));
      opened.push(store);
      const loose = store.all(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '%fts%'",
      );
      expect({ room, loose }).toEqual({ room, loose: [] });
    }
  });
});

describe('transactions', () => {
  test('all or nothing: what throws rolls back and goes on', () => {
    const store = open();
    const fail = (): void => {
      store.run('INSERT INTO person (name) VALUES (?)', ['half']);
      throw new Error('a bug');
    };
    expect(() => store.transaction(fail)).toThrow('a bug');
    expect(countPeople(store)).toBe(0);
    addPerson(store, 'whole');
    expect(countPeople(store)).toBe(1);
  });

  test('an async function is refused by the compiler and, if forced, rolled back', () => {
    const store = open();
    const later = async (): Promise<void> => {
      store.run('INSERT INTO person (name) VALUES (?)', ['later']);
    };
    // @ts-expect-error an async function doesn't compile as a transaction
    expect(() => store.transaction(later)).toThrow('not async');
    expect(countPeople(store)).toBe(0);
  });

  test('carry the log over in between, and begin it anew before the next one needs it', async () => {
    const store = open();
    const header = (): string => readFileSync(`${file}-wal`).subarray(0, 32).toString('hex');
    const first = header();
    for (let i = 0; i < 49; i += 1) addPerson(store, `person ${i}`);
    await setImmediate();
    expect(header()).toBe(first);
    addPerson(store, 'the fiftieth');
    expect(header()).toBe(first);
    await setImmediate();
    // New salts: the log begins anew already, and whoever waits for the next commit doesn't wait for its header.
    const second = header();
    expect(second).not.toBe(first);
    addPerson(store, 'the next');
    expect(header()).toBe(second);
    // Somebody who is reading keeps it from beginning anew; nothing is lost by that.
    const reader = unwrap(openReadOnly({ file, key, migrations: [people] }));
    opened.push(reader);
    const reading = reader.iterate('SELECT name FROM person');
    reading.next();
    for (let i = 0; i < 50; i += 1) addPerson(store, `later ${i}`);
    await setImmediate();
    expect(header()).toBe(second);
    reading.return?.();
    expect(countPeople(reader)).toBe(101);
    expect(store.get('SELECT user_version AS version FROM pragma_user_version')).toEqual({ version: 1 });
  });

  test('nested ones and writes outside of one are bugs', () => {
    const store = open();
    expect(() => store.transaction(() => store.transaction(() => 1).ok)).toThrow('not nested');
    expect(() => store.run('DELETE FROM person')).toThrow('inside a transaction');
  });

  test('what was refused once is refused the next time', () => {
    const store = open();
    const add = 'WITH one (name) AS (VALUES (?)) INSERT INTO person (name) SELECT name FROM one RETURNING id';
    for (const _ of [1, 2]) {
      expect(() => store.get(add, ['x'])).toThrow('only reads');
      expect(() => store.transaction(() => void store.run('PRAGMA synchronous = OFF'))).toThrow(
        'the kind that',
      );
    }
    unwrap(store.transaction(() => void store.run(add, ['x'])));
    expect(() => store.get(add, ['x'])).toThrow('only reads');
    expect(countPeople(store)).toBe(1);
  });

  test('a reading call cannot write, nor change a setting, on either handle', () => {
    const store = open();
    const reader = unwrap(openReadOnly({ file, key, migrations: [people] }));
    opened.push(reader);
    for (const handle of [store, reader]) {
      for (const sql of [
        "INSERT INTO person (name) VALUES ('x') RETURNING id",
        '/* SELECT */ DELETE FROM person',
        'WITH n AS (SELECT 1) INSERT INTO person (name) SELECT 1 FROM n RETURNING id',
        'PRAGMA synchronous = OFF',
        "ATTACH 'other.db' AS other",
        'COMMIT',
      ]) {
        expect(() => handle.all(sql)).toThrow();
        expect(() => handle.get(sql)).toThrow();
      }
    }
    expect(() => unwrap(store.transaction(() => store.run('PRAGMA synchronous = OFF')))).toThrow('kind');
    expect(countPeople(store)).toBe(0);
  });

  test('a full disk is a named error: nothing half written, what was there stays, and reading goes on', () => {
    const store = open({ maxPages: 12 });
    let written = 0;
    let refused: unknown = null;
    for (let i = 0; refused === null && i < 1000; i += 1) {
      const result = store.transaction(() => {
        store.run('INSERT INTO person (name) VALUES (?)', ['y'.repeat(1500)]);
        store.run('INSERT INTO person (name) VALUES (?)', ['z'.repeat(1500)]);
      });
      if (result.ok) written += 2;
      else refused = result.error;
    }
    expect(refused).toEqual({ code: 'disk-full' });
    expect(written).toBeGreaterThan(4);
    expect(countPeople(store)).toBe(written);
    expect(store.check()).toEqual({ ok: true });
    store.close();
    const roomier = open();
    addPerson(roomier, 'z'.repeat(1500));
    expect(countPeople(roomier)).toBe(written + 1);
  });

  test('a page that is damaged under an open store is an error of the next reading of it', () => {
    const store = open();
    addMany(store, 500);
    unwrap(store.checkpoint());
    const reader = unwrap(openReadOnly({ file, key, migrations: [people] }));
    opened.push(reader);
    const search = () => reader.all("SELECT * FROM person WHERE name LIKE '%q%'");
    expect(reader.read(search)).toEqual({ ok: true, value: [] });

    const descriptor = openSync(file, 'r+');
    const size = readFileSync(file).length;
    for (let page = 2; page * 4096 < size; page += 1) writeSync(descriptor, 'damage', page * 4096 + 50);
    closeSync(descriptor);
    // A commit elsewhere makes the reader drop the pages that it remembers.
    addPerson(store, 'one more');
    expect(reader.read(search)).toMatchObject({ ok: false, error: { code: 'corrupt' } });
    expect(reader.check().ok).toBe(false);
  });
});

test('versions are compared by number, not by letter', () => {
  expect(compareVersions('3.51.3', '3.51.3')).toBe(0);
  expect(compareVersions('3.9.0', '3.51.3')).toBeLessThan(0);
  expect(compareVersions('3.53', '3.51.3')).toBeGreaterThan(0);
});
