import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { unwrap } from '../domain/result.ts';
import { randomKey } from '../store/keys.ts';
import { readMigrations } from '../store/migrations.ts';
import { openReadOnly, openStore } from '../store/open-store.ts';
import { openForChanges } from './deltas/open-for-changes.ts';
import { openRegister } from './register.ts';

const MIGRATIONS = join(import.meta.dirname, '../../migrations/register');
const directory = mkdtempSync(join(tmpdir(), 'tizme-older-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const key = randomKey();
const file = join(directory, 'register.db');
const expected = { electionId: 'e', stationNumber: 7, mock: true };

describe('a register that an older program made', () => {
  it('is not read as it is, is brought up to date by its writer, and keeps every row', () => {
    const old = unwrap(openStore({ file, key, migrations: readMigrations(MIGRATIONS).slice(0, 1) }));
    unwrap(
      old.transaction(() => {
        old.run(`INSERT INTO register_info VALUES (1, 'e', 1, 7, 1, 'Жети', 'Семь', 'Seven', 1, 1, 0, ?)`, [
          'a'.repeat(64),
        ]);
        old.run(
          `INSERT INTO voter VALUES (4, 'id-1', 12, '10101199000001', 'Асанова', 'Айгүл', NULL, '1990-01-01', 'female',
             'Мектеп 1', 7, 1, 'active', '["president"]', '[]', 1)`,
        );
        old.run(`INSERT INTO voter_document VALUES ('ID0000001', 4, 0, 'id-card', '2030-01-01', 1)`);
        old.run('INSERT INTO voter_photo VALUES (4, ?)', [new Uint8Array([0xff, 0xd8])]);
        old.run(`INSERT INTO voter_template VALUES (4, 2, 'enrolled', ?, ?)`, [
          new Uint8Array(32),
          new Uint8Array(40),
        ]);
      }),
    );
    old.close();
    const options = { file, databaseKey: key, migrations: MIGRATIONS, expected };
    expect(openRegister(options)).toMatchObject({
      ok: false,
      error: { code: 'register-store', store: { code: 'database-from-past' } },
    });
    unwrap(openForChanges({ file, key, migrations: MIGRATIONS })).close();
    const register = unwrap(openRegister(options));
    expect(register.byListNumber(12)).toMatchObject({
      id: 'id-1',
      personalNumber: '10101199000001',
      name: { surname: 'Асанова', given: 'Айгүл', patronymic: null },
      documents: [{ kind: 'id-card', number: 'ID0000001', expires: '2030-01-01', current: true }],
    });
    expect(register.photo('id-1')).toEqual(new Uint8Array([0xff, 0xd8]));
    expect(register.templatePositions('id-1')).toEqual([2]);
    expect(register.search('aigul asanova').hits).toHaveLength(1);
    expect(register.info()).toMatchObject({ packageHash: 'a'.repeat(64), deltaSequence: 0 });
    register.close();
  });

  it('is never opened by an older program, and never reset', () => {
    const before = readFileSync(file);
    const older = { file, key, migrations: readMigrations(MIGRATIONS).slice(0, 1) };
    const refused = { ok: false, error: { code: 'database-from-future' } };
    expect(openReadOnly(older)).toMatchObject(refused);
    expect(openStore(older)).toMatchObject(refused);
    expect(openForChanges(older)).toMatchObject(refused);
    expect(readFileSync(file)).toEqual(before);
  });
});
