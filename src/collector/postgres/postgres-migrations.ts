import { createHash } from 'node:crypto';
import type { PoolClient } from 'pg';
import { err, ok, type Result } from '../../domain/result.ts';
import { type Migration, newestMigration } from '../../store/migrations.ts';
import type { StoreError } from '../../store/store-error.ts';

/** Any number: only the collectors of one database agree on it. */
const MIGRATION_LOCK = 7_426_183;

/**
 * Applies what is missing, in one transaction; collectors that start together wait for one another. A newer database
 * and one whose past reads differently are refused as they are.
 */
export async function applyPostgresMigrations(
  client: PoolClient,
  migrations: readonly Migration[],
): Promise<Result<void, StoreError>> {
  await client.query('BEGIN');
  try {
    const applied = await applyMissing(client, migrations);
    await client.query(applied.ok ? 'COMMIT' : 'ROLLBACK');
    return applied;
  } catch (cause) {
    await client.query('ROLLBACK');
    throw cause;
  }
}

async function applyMissing(
  client: PoolClient,
  migrations: readonly Migration[],
): Promise<Result<void, StoreError>> {
  await client.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
  await client.query(
    'CREATE TABLE IF NOT EXISTS schema_migration (number integer PRIMARY KEY, name text NOT NULL, sha256 text NOT NULL)',
  );
  const { rows } = await client.query<{ number: number; sha256: string }>(
    'SELECT number, sha256 FROM schema_migration ORDER BY number',
  );
  const newest = rows.at(-1)?.number ?? 0;
  const known = newestMigration(migrations);
  if (newest > known) return err({ code: 'database-from-future', found: newest, known });
  for (const { number, name, sql } of migrations) {
    const sha256 = createHash('sha256').update(sql.replaceAll('\r\n', '\n')).digest('hex');
    const before = rows.find((row) => row.number === number);
    if (before !== undefined && before.sha256 !== sha256) {
      return err({ code: 'migration-changed', migration: number });
    }
    if (before !== undefined) continue;
    await client.query(sql);
    await client.query('INSERT INTO schema_migration (number, name, sha256) VALUES ($1, $2, $3)', [
      number,
      name,
      sha256,
    ]);
  }
  return ok();
}
