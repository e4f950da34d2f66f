import type Database from 'better-sqlite3';
import { assert } from '../domain/assert.ts';
import { err, ok, type Result } from '../domain/result.ts';
import { quickCheck } from './pragmas.ts';
import { type StoreError, storeErrorFrom } from './store-error.ts';

export type SqlValue = null | number | bigint | string | Uint8Array;
/** Values for `?` in order, or for `@name` by name. */
export type SqlParameters = readonly SqlValue[] | Readonly<Record<string, SqlValue>>;

/** One extra argument that nobody can give: an async function doesn't compile as a transaction. */
type RefuseAsync<T> = T extends PromiseLike<unknown> ? [asyncIsRefused: never] : [];

declare const readable: unique symbol;
declare const writable: unique symbol;

/**
 * A database as a reading function gets it: nothing here can change a row, whatever SQL it is given.
 * `get`, `all` and `iterate` may throw the driver's error; `read` is the border that turns what a disk does
 * into a `Result`.
 */
export interface ReadableStore {
  readonly [readable]: true;
  /** The first row, or undefined. The row type is the statement author's promise. */
  get<Row>(sql: string, parameters?: SqlParameters): Row | undefined;
  all<Row>(sql: string, parameters?: SqlParameters): Row[];
  iterate<Row>(sql: string, parameters?: SqlParameters): IterableIterator<Row>;
  /** Runs `work` on one snapshot of the database. */
  read<T>(work: () => T, ...refuseAsync: RefuseAsync<T>): Result<T, StoreError>;
  /** `PRAGMA quick_check`: to be called after an I/O error. */
  check(): Result<void, StoreError>;
  close(): void;
}

export interface WritableStore extends ReadableStore {
  readonly [writable]: true;
  /** INSERT, UPDATE or DELETE, inside `transaction` only. */
  run(sql: string, parameters?: SqlParameters): { readonly changes: number };
  /**
   * Runs `work` in one IMMEDIATE transaction. It is on the disk once this has returned ok. What the disk does
   * (`disk-full`, `io-error`, `busy`, `corrupt`) is an error and nothing of `work` stays; any other exception
   * rolls back and goes on. Never nested, never async.
   */
  transaction<T>(work: () => T, ...refuseAsync: RefuseAsync<T>): Result<T, StoreError>;
  /**
   * Moves the write-ahead log into the file and empties it: before an export, after an erasure, at closing.
   * `busy` when a reader is in the middle of a snapshot.
   */
  checkpoint(): Result<void, StoreError>;
}

const LEADING_COMMENTS = /^(?:\s+|--[^\n]*\n|\/\*[\s\S]*?\*\/)+/;
const READING = /^(?:SELECT|WITH|VALUES|EXPLAIN)\b/i;
const WRITING = /^(?:INSERT|UPDATE|DELETE|REPLACE|WITH)\b/i;

/** A commit of an act is a few pages: some hundreds in all, far from the thousand at which SQLite does it by itself. */
const COMMITS_PER_CHECKPOINT = 50;

/** Pages in the log, and how many of them are in the file (https://www.sqlite.org/pragma.html#pragma_wal_checkpoint). */
interface Checkpointed {
  readonly log: number;
  readonly checkpointed: number;
}

/** The one implementation of both handles; `openStore` and `openReadOnly` decide which is given out. */
export class SqliteStore implements WritableStore {
  declare readonly [readable]: true;
  declare readonly [writable]: true;
  readonly #database: Database.Database;
  readonly #onClose: () => void;
  readonly #readers = new Map<string, Database.Statement>();
  readonly #writers = new Map<string, Database.Statement>();
  readonly #begin: Database.Statement;
  readonly #beginImmediate: Database.Statement;
  readonly #commit: Database.Statement;
  #commits = 0;
  #soon: NodeJS.Immediate | null = null;

  constructor(database: Database.Database, onClose: () => void) {
    this.#database = database;
    this.#onClose = onClose;
    this.#begin = database.prepare('BEGIN');
    this.#beginImmediate = database.prepare('BEGIN IMMEDIATE');
    this.#commit = database.prepare('COMMIT');
  }

  get<Row>(sql: string, parameters: SqlParameters = []): Row | undefined {
    return this.#reader(sql).get(...asArguments(parameters)) as Row | undefined;
  }

  all<Row>(sql: string, parameters: SqlParameters = []): Row[] {
    return this.#reader(sql).all(...asArguments(parameters)) as Row[];
  }

  iterate<Row>(sql: string, parameters: SqlParameters = []): IterableIterator<Row> {
    // A statement of its own: an iterator that is still open must not block the next use of the same SQL.
    const statement = this.#database.prepare(sql);
    assert(READING.test(bare(sql)) && statement.readonly, 'a reading statement only reads');
    return statement.iterate(...asArguments(parameters)) as IterableIterator<Row>;
  }

  run(sql: string, parameters: SqlParameters = []): { readonly changes: number } {
    assert(this.#database.inTransaction, 'a statement that writes runs inside a transaction');
    const { changes } = this.#writer(sql).run(...asArguments(parameters));
    return { changes };
  }

  read<T>(work: () => T, ..._refuseAsync: RefuseAsync<T>): Result<T, StoreError> {
    // Inside a transaction the snapshot is already there.
    return this.#database.inTransaction ? ok(work()) : this.#within(this.#begin, work);
  }

  transaction<T>(work: () => T, ..._refuseAsync: RefuseAsync<T>): Result<T, StoreError> {
    assert(!this.#database.inTransaction, 'transactions are not nested');
    const done = this.#within(this.#beginImmediate, work);
    if (done.ok) this.#checkpointSoon();
    return done;
  }

  check(): Result<void, StoreError> {
    return catchStoreError(() => {
      // What is in memory may be sound while the disk is not.
      this.#database.pragma('shrink_memory');
      return quickCheck(this.#database);
    });
  }

  checkpoint(): Result<void, StoreError> {
    return catchStoreError(() => {
      // 1 where a reader kept the log from being emptied (https://www.sqlite.org/pragma.html#pragma_wal_checkpoint).
      const busy = this.#database.pragma('wal_checkpoint(TRUNCATE)', { simple: true });
      return busy === 0 ? ok() : err({ code: 'busy' });
    });
  }

  close(): void {
    if (!this.#database.open) return;
    if (this.#soon !== null) clearImmediate(this.#soon);
    this.#readers.clear();
    this.#writers.clear();
    this.#database.close();
    this.#onClose();
  }

  /**
   * Carries the write-ahead log over to the file behind a commit, once whoever waits for it has the answer. SQLite
   * would do it within the commit that fills the log's thousand pages, which is one in a hundred and takes five times as long.
   * The log then begins anew, and whoever writes first into it brings its new header to the disk before the pages: two
   * waits instead of one. That is done here as well, by a commit that changes nothing.
   */
  #checkpointSoon(): void {
    this.#commits += 1;
    if (this.#commits % COMMITS_PER_CHECKPOINT !== 0) return;
    this.#soon ??= setImmediate(() => {
      this.#soon = null;
      try {
        const [carried] = this.#database.pragma('wal_checkpoint(PASSIVE)') as Checkpointed[];
        if (carried?.log !== carried?.checkpointed) return;
        const version = Number(this.#database.pragma('user_version', { simple: true }));
        this.#database.pragma(`user_version = ${version}`);
      } catch {
        // Somebody is reading on this connection, or the disk fails: the next commit, for which somebody waits, says so.
      }
    });
  }

  #within<T>(begin: Database.Statement, work: () => T): Result<T, StoreError> {
    return catchStoreError(() => {
      try {
        begin.run();
        const value = work();
        assert(!isThenable(value), 'a transaction is not async');
        this.#commit.run();
        return ok(value);
      } catch (cause) {
        // After SQLITE_FULL and SQLITE_IOERR SQLite may have rolled back by itself.
        if (this.#database.inTransaction) this.#database.exec('ROLLBACK');
        throw cause;
      }
    });
  }

  /** A reader must not write. */
  #reader(sql: string): Database.Statement {
    const known = this.#readers.get(sql);
    if (known !== undefined) return known;
    assert(READING.test(bare(sql)), 'the statement is of the kind that the method is for');
    const statement = this.#database.prepare(sql);
    assert(statement.readonly, 'a reading statement only reads');
    this.#readers.set(sql, statement);
    return statement;
  }

  /** A writer must not change settings, attach files or end the transaction. */
  #writer(sql: string): Database.Statement {
    const known = this.#writers.get(sql);
    if (known !== undefined) return known;
    // Before it is prepared: some settings are changed by that alone.
    assert(WRITING.test(bare(sql)), 'the statement is of the kind that the method is for');
    const statement = this.#database.prepare(sql);
    this.#writers.set(sql, statement);
    return statement;
  }
}

function bare(sql: string): string {
  return sql.replace(LEADING_COMMENTS, '');
}

function asArguments(parameters: SqlParameters): unknown[] {
  return Array.isArray(parameters) ? [...parameters] : [parameters];
}

function isThenable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

function catchStoreError<T>(action: () => Result<T, StoreError>): Result<T, StoreError> {
  try {
    return action();
  } catch (cause) {
    const error = storeErrorFrom(cause);
    if (error === null) throw cause;
    return err(error);
  }
}
