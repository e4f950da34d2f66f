import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { assert } from '../domain/assert.ts';
import { err, type Result } from '../domain/result.ts';
import { type Clock, systemClock } from './clock.ts';
import { applyMigrations } from './migrations.ts';
import { createEncrypted, fileErrorFrom, giveKey, listMigrations, type OpenOptions } from './open-store.ts';
import type { SqlValue } from './store.ts';
import { type StoreError, storeErrorFrom } from './store-error.ts';

/** A new database while it is filled. Its methods let the driver's error through to `buildStore`. */
export interface StoreBuilder {
  /** An INSERT, UPDATE or DELETE, prepared once. */
  statement(sql: string): (values: readonly SqlValue[]) => void;
  all<Row>(sql: string, parameters?: readonly SqlValue[]): Row[];
  /**
   * Takes the named indexes away and gives back what makes them again: sorting once is far cheaper than placing
   * each row of millions.
   */
  withoutIndexes(names: readonly string[]): () => void;
}

export type BuildError = StoreError | { readonly code: 'already-exists' };

export interface BuildOptions extends OpenOptions {
  readonly clock?: Clock;
}

/**
 * Makes a database as a whole or not at all: it is filled beside its place, under another name and in one
 * transaction, brought onto the disk, and moved there. An existing file is never touched. What `fill` refuses
 * leaves nothing behind; an exception of its own goes on being thrown.
 */
export function buildStore<T, E>(
  options: BuildOptions,
  fill: (builder: StoreBuilder) => Result<T, E>,
): Result<T, E | BuildError> {
  const { file } = options;
  if (existsSync(file)) return err({ code: 'already-exists' });
  const unfinished = `${file}.unfinished`;
  removeDatabase(unfinished);
  try {
    const filled = fillNew({ ...options, file: unfinished }, fill);
    if (!filled.ok) return filled;
    bringToDisk(unfinished);
    renameSync(unfinished, file);
    bringToDisk(dirname(file));
    return filled;
  } catch (cause) {
    const error = storeErrorFrom(cause) ?? fileErrorFrom(cause);
    if (error === null) throw cause;
    return err(error);
  } finally {
    removeDatabase(unfinished);
  }
}

function fillNew<T, E>(
  options: BuildOptions,
  fill: (builder: StoreBuilder) => Result<T, E>,
): Result<T, E | StoreError> {
  createEncrypted(options.file, options.key);
  const database = new Database(options.file, { fileMustExist: true });
  try {
    giveKey(database, options.key);
    const migrated = applyMigrations(
      database,
      listMigrations(options.migrations),
      options.clock ?? systemClock(),
    );
    if (!migrated.ok) return migrated;
    // Nobody relies on this file before it is whole, and then it is brought to the disk at once.
    for (const pragma of BUILDING) database.pragma(pragma);
    database.exec('BEGIN IMMEDIATE');
    const filled = fill(builderOf(database));
    if (!filled.ok) return filled;
    database.exec('COMMIT');
    database.pragma('synchronous = FULL');
    database.pragma('journal_mode = WAL');
    return filled;
  } finally {
    database.close();
  }
}

const BUILDING = [
  'journal_mode = MEMORY',
  'synchronous = OFF',
  'foreign_keys = ON',
  'trusted_schema = OFF',
  // Temporary files would not be encrypted.
  'temp_store = MEMORY',
  // KiB.
  'cache_size = -131072',
];

function builderOf(database: Database.Database): StoreBuilder {
  const statements = new Map<string, (values: readonly SqlValue[]) => void>();
  return {
    statement(sql) {
      const known = statements.get(sql);
      if (known !== undefined) return known;
      assert(/^(?:INSERT|UPDATE|DELETE)\b/i.test(sql), 'a builder writes rows');
      const statement = database.prepare(sql);
      const run = (values: readonly SqlValue[]): void => {
        statement.run(values);
      };
      statements.set(sql, run);
      return run;
    },
    all: <Row>(sql: string, parameters: readonly SqlValue[] = []) =>
      database.prepare(sql).all(...parameters) as Row[],
    withoutIndexes(names) {
      const definition = database.prepare<[string], { sql: string }>(
        "SELECT sql FROM sqlite_schema WHERE type = 'index' AND name = ?",
      );
      const made = names.map((name) => {
        const sql = definition.get(name)?.sql;
        assert(sql !== undefined, 'the index is there');
        return { name, sql };
      });
      for (const { name } of made) database.exec(`DROP INDEX "${name}"`);
      return () => {
        for (const { sql } of made) database.exec(sql);
      };
    },
  };
}

export function bringToDisk(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

export function removeDatabase(file: string): void {
  for (const part of ['', '-wal', '-shm', '-journal']) rmSync(file + part, { force: true });
}
