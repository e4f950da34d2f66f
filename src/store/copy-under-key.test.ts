import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { err, unwrap } from '../domain/result.ts';
import { copyUnderNewKey } from './copy-under-key.ts';
import { randomKey } from './keys.ts';
import { openStore } from './open-store.ts';

const migrations = [
  { number: 1, name: 'notes', sql: 'CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT) STRICT;' },
];
let folder: string;
let file: string;
let to: string;
const [key, newKey] = [randomKey(), randomKey()];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tizme-copy-'));
  file = join(folder, 'a.db');
  to = join(folder, 'b.db');
  const store = unwrap(openStore({ file, key, migrations }));
  unwrap(
    store.transaction(() => {
      for (let id = 1; id <= 300; id += 1) store.run('INSERT INTO note VALUES (?, ?)', [id, 'x'.repeat(id)]);
    }),
  );
  store.close();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const countIn = (which: string, with_: Uint8Array) => {
  const store = openStore({ file: which, key: with_, migrations });
  if (!store.ok) return store;
  const found = store.value.get<{ rows: number; length: number }>(
    'SELECT count(*) AS rows, sum(length(text)) AS length FROM note',
  );
  store.value.close();
  return found;
};
const ALL = { rows: 300, length: 45_150 };

test('the copy has everything under the new key and nothing under the old one; the file stays as it is', () => {
  const before = readFileSync(file);
  unwrap(copyUnderNewKey({ file, key, to, newKey }));
  expect(countIn(to, newKey)).toEqual(ALL);
  expect(countIn(to, key)).toEqual(err({ code: 'wrong-key' }));
  expect(readFileSync(file).equals(before)).toBe(true);
  expect(countIn(file, key)).toEqual(ALL);
  expect(countIn(file, newKey)).toEqual(err({ code: 'wrong-key' }));
  // No page of it is as it was.
  const copy = readFileSync(to);
  for (let at = 0; at < before.length; at += 4096)
    expect(copy.subarray(at, at + 4096).equals(before.subarray(at, at + 4096))).toBe(false);
});

test('what a copy before left there goes; with a wrong key, or with something in the log, there is none', () => {
  unwrap(copyUnderNewKey({ file, key, to, newKey: randomKey() }));
  unwrap(copyUnderNewKey({ file, key, to, newKey }));
  expect(countIn(to, newKey)).toEqual(ALL);
  expect(copyUnderNewKey({ file, key: newKey, to, newKey: key })).toEqual(err({ code: 'wrong-key' }));
  expect(existsSync(to)).toBe(false);
  const store = unwrap(openStore({ file, key, migrations }));
  unwrap(store.transaction(() => store.run('DELETE FROM note WHERE id = 1')));
  expect(copyUnderNewKey({ file, key, to, newKey })).toEqual(err({ code: 'busy' }));
  store.close();
  expect(readdirSync(folder)).toEqual(['a.db']);
});
