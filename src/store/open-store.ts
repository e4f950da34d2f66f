import { closeSync, openSync, readSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { assert } from '../domain/assert.ts';
import { err, ok, type Result } from '../domain/result.ts';
import { type Clock, systemClock } from './clock.ts';
import {
  applyMigrations,
  type Migration,
  newestMigration,
  readMigrations,
  sortMigrations,
} from './migrations.ts';
import { applySettings, checkSqliteVersion, quickCheck, quickCheckAllBut } from './pragmas.ts';
import { type ReadableStore, SqliteStore, type WritableStore } from './store.ts';
import { type StoreError, storeErrorFrom } from './store-error.ts';

export interface OpenOptions {
  readonly file: string;
  /** 32 random bytes, used as they are. The caller wipes its own copy. */
  readonly key: Uint8Array;
  /** A directory of `0001-name.sql` files, or the same as a list (bundles inline it). */
  readonly migrations: string | readonly Migration[];
}

export interface OpenStoreOptions extends OpenOptions {
  readonly clock?: Clock;
  /** The most pages of 4096 bytes that the file may grow to; `disk-full` beyond. Unlimited by default. */
  readonly maxPages?: number;
  /**
   * Tables that are too large to be gone through before the program begins: the caller does it afterwards, in its own
   * time. Everything is checked all the same where a migration is due.
   */
  readonly checkedLater?: readonly string[];
}

/**
 * AEGIS-256 per page (draft-irtf-cfrg-aegis-aead): each page is authenticated, and with a processor's AES instructions
 * encrypting one takes a tenth of what ChaCha20-Poly1305 does (docs/decisions/0002-encrypted-sqlite.md).
 */
const CIPHER = 'aegis';
const ALGORITHM = 'aegis-256';
const KEY_BYTES = 32;
const PAGE_BYTES = 4096;
const PLAIN_HEADER = 'SQLite format 3\0';

/** Files that this process has open, and how. */
const openFiles = new Map<string, { writers: number; readers: number }>();

/**
 * Opens a database for writing, creating it where there is none: encrypted, WAL with synchronous=FULL, every
 * setting read back, structure checked, migrations applied. One writer per file; nothing is ever reset.
 */
export function openStore(options: OpenStoreOptions): Result<WritableStore, StoreError> {
  const migrations = listMigrations(options.migrations);
  const isDue = (database: Database.Database): boolean =>
    Number(database.pragma('user_version', { simple: true })) !== newestMigration(migrations);
  const later = options.checkedLater ?? [];
  const check = (database: Database.Database): Result<void, StoreError> =>
    later.length === 0 || isDue(database) ? quickCheck(database) : quickCheckAllBut(database, later);
  return open(options, 'write', check, (database) => {
    if (options.maxPages !== undefined) database.pragma(`max_page_count = ${options.maxPages}`);
    return applyMigrations(database, migrations, options.clock ?? systemClock());
  });
}

export interface ReadOnlyOptions extends OpenOptions {
  /**
   * Another thread of this process has the file open and checked it. It is not gone through again, and above all not
   * opened and closed by itself, which would drop that thread's POSIX locks
   * (https://www.sqlite.org/howtocorrupt.html, 2.2).
   */
  readonly openInOtherThread?: boolean;
}

/** Opens an existing database of exactly this program's schema; the connection itself refuses to write. */
export function openReadOnly(options: ReadOnlyOptions): Result<ReadableStore, StoreError> {
  const known = newestMigration(listMigrations(options.migrations));
  const check = options.openInOtherThread === true ? () => ok() : quickCheck;
  return open(options, 'read', check, (database) => {
    const found = Number(database.pragma('user_version', { simple: true }));
    if (found > known) return err({ code: 'database-from-future', found, known });
    if (found < known) return err({ code: 'database-from-past', found, known });
    return ok();
  });
}

function open(
  options: ReadOnlyOptions,
  access: 'read' | 'write',
  check: (database: Database.Database) => Result<void, StoreError>,
  prepare: (database: Database.Database) => Result<void, StoreError>,
): Result<SqliteStore, StoreError> {
  const isKnownGood = options.openInOtherThread === true;
  assert(options.key.length === KEY_BYTES, 'a database key has 32 bytes');
  let database: Database.Database | undefined;
  try {
    const file = resolveFile(options.file);
    if (file === null) return err({ code: 'cannot-open', sqliteCode: 'SQLITE_CANTOPEN' });
    if (access === 'write' && (openFiles.get(file)?.writers ?? 0) > 0) return err({ code: 'already-open' });
    const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    if (size === 0 && access === 'read') return err({ code: 'no-database' });
    if (size === 0) createEncrypted(file, options.key);
    const encrypted = isKnownGood ? ok() : checkEncrypted(file);
    if (!encrypted.ok) return encrypted;

    database = new Database(file, { readonly: access === 'read', fileMustExist: true });
    const opened = prepareConnection(database, { key: options.key, access, check }, prepare);
    if (!opened.ok) {
      database.close();
      return opened;
    }
    return ok(new SqliteStore(database, holdOpen(file, access)));
  } catch (cause) {
    database?.close();
    const error = storeErrorFrom(cause) ?? fileErrorFrom(cause);
    if (error === null) throw cause;
    return err(error);
  }
}

function prepareConnection(
  database: Database.Database,
  {
    key,
    access,
    check,
  }: {
    readonly key: Uint8Array;
    readonly access: 'read' | 'write';
    readonly check: (database: Database.Database) => Result<void, StoreError>;
  },
  prepare: (database: Database.Database) => Result<void, StoreError>,
): Result<void, StoreError> {
  giveKey(database, key);
  // The first page is read here: a wrong key shows now, before any setting could write.
  database.pragma('schema_version');
  const version = checkSqliteVersion(database);
  if (!version.ok) return version;
  const settings = applySettings(database, access);
  if (!settings.ok) return settings;
  const sound = check(database);
  if (!sound.ok) return sound;
  return prepare(database);
}

/**
 * A new file gets its first, encrypted page and is closed again, so that the check of its header never opens
 * a file that SQLite holds: closing any descriptor of it drops the process's POSIX locks
 * (https://www.sqlite.org/howtocorrupt.html, 2.2).
 */
export function createEncrypted(file: string, key: Uint8Array): void {
  closeSync(openSync(file, 'a', 0o600));
  const database = new Database(file, { fileMustExist: true });
  try {
    giveKey(database, key);
    database.pragma('synchronous = FULL');
    database.pragma('journal_mode = WAL');
  } finally {
    database.close();
  }
}

function checkEncrypted(file: string): Result<void, StoreError> {
  if (openFiles.has(file)) return ok();
  const header = Buffer.alloc(PLAIN_HEADER.length);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, header, 0, header.length, 0);
  } finally {
    closeSync(descriptor);
  }
  if (header.toString('latin1') === PLAIN_HEADER) return err({ code: 'not-encrypted' });
  if (statSync(file).size < PAGE_BYTES)
    return err({ code: 'corrupt', detail: 'the file is shorter than a page' });
  return ok();
}

/** The fork's own method, which the shared type declarations don't know: takes the key as bytes, not as text. */
interface KeyedDatabase extends Database.Database {
  key(secret: Buffer): number;
  rekey(secret: Buffer): number;
}

function takesKey(database: Database.Database): database is KeyedDatabase {
  return 'key' in database && typeof database.key === 'function';
}

export function giveKey(database: Database.Database, key: Uint8Array): void {
  assert(takesKey(database), 'the driver encrypts');
  database.pragma(`cipher = '${CIPHER}'`);
  database.pragma(`algorithm = '${ALGORITHM}'`);
  const secret = rawSecret(key);
  database.key(secret);
  secret.fill(0);
}

/** Writes every page of an open database anew under another key (https://utelle.github.io/SQLite3MultipleCiphers, rekey). */
export function giveOtherKey(database: Database.Database, key: Uint8Array): void {
  assert(takesKey(database), 'the driver encrypts');
  const secret = rawSecret(key);
  database.rekey(secret);
  secret.fill(0);
}

/** "raw:" before 32 bytes: used as they are, no derivation (SQLite3 Multiple Ciphers, sqleet). */
function rawSecret(key: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from('raw:'), key]);
}

function resolveFile(file: string): string | null {
  try {
    return join(realpathSync(dirname(file)), basename(file));
  } catch {
    return null;
  }
}

function holdOpen(file: string, access: 'read' | 'write'): () => void {
  const uses = openFiles.get(file) ?? { writers: 0, readers: 0 };
  openFiles.set(file, uses);
  const kind = access === 'write' ? 'writers' : 'readers';
  uses[kind] += 1;
  return () => {
    uses[kind] -= 1;
    if (uses.writers === 0 && uses.readers === 0) openFiles.delete(file);
  };
}

export function listMigrations(migrations: string | readonly Migration[]): Migration[] {
  return typeof migrations === 'string' ? readMigrations(migrations) : sortMigrations(migrations);
}

/** What the file system says before SQLite is asked. */
export function fileErrorFrom(cause: unknown): StoreError | null {
  if (!(cause instanceof Error) || !('code' in cause) || typeof cause.code !== 'string') return null;
  if (cause.code === 'ENOSPC' || cause.code === 'EDQUOT') return { code: 'disk-full' };
  if (cause.code === 'EIO') return { code: 'io-error', sqliteCode: cause.code };
  if (['EACCES', 'EPERM', 'EROFS', 'EISDIR', 'ENOENT'].includes(cause.code)) {
    return { code: 'cannot-open', sqliteCode: cause.code };
  }
  return null;
}
