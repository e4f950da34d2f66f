import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { err, ok, unwrap } from '../domain/result.ts';
import { buildStore, type StoreBuilder } from './build-store.ts';
import { randomKey } from './keys.ts';
import { openReadOnly } from './open-store.ts';

const directory = mkdtempSync(join(tmpdir(), 'tizme-build-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const key = randomKey();
const migrations = [
  {
    number: 1,
    name: 'rows',
    sql: 'CREATE TABLE item (key INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT; CREATE UNIQUE INDEX item_name ON item (name);',
  },
];
const options = (name: string) => ({ file: join(directory, name), key, migrations });

function insert(builder: StoreBuilder, names: readonly string[]): void {
  const run = builder.statement('INSERT INTO item (name) VALUES (?)');
  for (const name of names) run([name]);
}

describe('a database that is built', () => {
  it('is there as a whole, encrypted, with its indexes, for readers of the usual kind', () => {
    const built = buildStore(options('whole.db'), (builder) => {
      const makeIndexes = builder.withoutIndexes(['item_name']);
      insert(builder, ['б', 'а']);
      makeIndexes();
      return ok('done');
    });
    expect(built).toEqual({ ok: true, value: 'done' });
    expect(readFileSync(join(directory, 'whole.db')).toString('latin1')).not.toContain('SQLite format 3');
    const store = unwrap(openReadOnly(options('whole.db')));
    expect(store.all('SELECT name FROM item ORDER BY name')).toEqual([{ name: 'а' }, { name: 'б' }]);
    const plan = store.all<{ detail: string }>("EXPLAIN QUERY PLAN SELECT * FROM item WHERE name = 'а'");
    expect(plan[0]?.detail).toContain('item_name');
    store.close();
  });

  it('leaves nothing behind where it is refused, broken off or doubled', () => {
    const before = readdirSync(directory);
    const refused = buildStore(options('refused.db'), (builder) => {
      insert(builder, ['а']);
      return err({ code: 'no' });
    });
    expect(refused).toEqual({ ok: false, error: { code: 'no' } });
    expect(() =>
      buildStore(options('broken.db'), () => {
        throw new Error('a bug');
      }),
    ).toThrow('a bug');
    expect(() =>
      buildStore(options('double.db'), (builder) => {
        const makeIndexes = builder.withoutIndexes(['item_name']);
        insert(builder, ['а', 'а']);
        makeIndexes();
        return ok();
      }),
    ).toThrow();
    expect(readdirSync(directory)).toEqual(before);
  });

  it('never takes the place of a file, and says what the disk says', () => {
    writeFileSync(join(directory, 'there.db'), 'something');
    expect(buildStore(options('there.db'), () => ok())).toEqual({
      ok: false,
      error: { code: 'already-exists' },
    });
    expect(readFileSync(join(directory, 'there.db'), 'utf8')).toBe('something');
    expect(buildStore(options('no-folder/x.db'), () => ok())).toMatchObject({
      ok: false,
      error: { code: 'cannot-open' },
    });
    expect(existsSync(join(directory, 'no-folder'))).toBe(false);
  });
});
