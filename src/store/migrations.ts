import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { assert } from '../domain/assert.ts';
import { err, ok, type Result } from '../domain/result.ts';
import type { Clock } from './clock.ts';
import { type StoreError, storeErrorFrom } from './store-error.ts';

/** One step of a schema. Bundles carry the list inline; from sources it is read from a directory. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
}

const MIGRATION_FILE = /^(\d{4})-([a-z0-9-]+)\.sql$/;

const MIGRATION_TABLE = `CREATE TABLE IF NOT EXISTS schema_migration (
  number INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  applied_wall_ms INTEGER NOT NULL
) STRICT`;

/** The migrations of a directory (`0001-name.sql`, ...), in order. Throws on a file that is named otherwise. */
export function readMigrations(directory: string): Migration[] {
  const migrations = readdirSync(directory)
    .filter((file) => file.endsWith('.sql'))
    .map((file) => {
      const match = MIGRATION_FILE.exec(file);
      assert(match?.[1] !== undefined && match[2] !== undefined, 'a migration is named 0001-name.sql');
      return { number: Number(match[1]), name: match[2], sql: readFileSync(join(directory, file), 'utf8') };
    });
  return sortMigrations(migrations);
}

export function sortMigrations(migrations: readonly Migration[]): Migration[] {
  const sorted = migrations.toSorted((a, b) => a.number - b.number);
  assert(new Set(sorted.map((m) => m.number)).size === sorted.length, 'migration numbers are unique');
  return sorted;
}

export function newestMigration(migrations: readonly Migration[]): number {
  return migrations.at(-1)?.number ?? 0;
}

/**
 * Applies what is missing, each migration in a transaction of its own together with its row in
 * `schema_migration` and `user_version`. Nothing is ever reset: a newer database, or one whose past reads
 * differently, is refused as it is.
 */
export function applyMigrations(
  database: Database.Database,
  migrations: readonly Migration[],
  clock: Clock,
): Result<void, StoreError> {
  const known = newestMigration(migrations);
  const found = Number(database.pragma('user_version', { simple: true }));
  if (found > known) return err({ code: 'database-from-future', found, known });

  database.exec(MIGRATION_TABLE);
  const applied = new Map(
    database
      .prepare<[], { number: number; sha256: string }>('SELECT number, sha256 FROM schema_migration')
      .all()
      .map((row) => [row.number, row.sha256]),
  );
  for (const number of applied.keys()) {
    if (!migrations.some((m) => m.number === number)) {
      return err({ code: 'database-from-future', found: number, known });
    }
  }
  for (const migration of migrations) {
    const digest = digestOf(migration);
    const before = applied.get(migration.number);
    if (before !== undefined && before !== digest) {
      return err({ code: 'migration-changed', migration: migration.number });
    }
    if (before === undefined) {
      const done = applyOne(database, migration, digest, clock);
      if (!done.ok) return done;
    }
  }
  return ok();
}

function applyOne(
  database: Database.Database,
  migration: Migration,
  digest: string,
  clock: Clock,
): Result<void, StoreError> {
  try {
    database.exec('BEGIN IMMEDIATE');
    database.exec(migration.sql);
    database
      .prepare('INSERT INTO schema_migration (number, name, sha256, applied_wall_ms) VALUES (?, ?, ?, ?)')
      .run(migration.number, migration.name, digest, clock.wallMs());
    const version = Math.max(Number(database.pragma('user_version', { simple: true })), migration.number);
    database.pragma(`user_version = ${version}`);
    database.exec('COMMIT');
    return ok();
  } catch (cause) {
    if (database.inTransaction) database.exec('ROLLBACK');
    const error = storeErrorFrom(cause);
    if (error !== null) return err(error);
    const sqliteCode =
      cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : null;
    if (sqliteCode === null) throw cause;
    return err({ code: 'migration-failed', migration: migration.number, sqliteCode });
  }
}

/** Line endings are made equal first: a checkout on another system may have turned them. */
function digestOf(migration: Migration): string {
  return createHash('sha256').update(migration.sql.replaceAll('\r\n', '\n')).digest('hex');
}
