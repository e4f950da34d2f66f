import type Database from 'better-sqlite3';
import { err, ok, type Result } from '../domain/result.ts';
import type { StoreError } from './store-error.ts';

interface Setting {
  readonly pragma: string;
  readonly set: string;
  /** What the pragma reads back as (https://www.sqlite.org/pragma.html). */
  readonly read: string;
}

/**
 * Set on every connection and read back. The driver is built with `SQLITE_DEFAULT_WAL_SYNCHRONOUS=1`, which
 * can lose acknowledged commits at a power cut, so a setting that did not take is a refusal, not a warning.
 */
export const CONNECTION_SETTINGS: readonly Setting[] = [
  { pragma: 'busy_timeout', set: '5000', read: '5000' },
  { pragma: 'synchronous', set: 'FULL', read: '2' },
  // macOS only; harmless elsewhere.
  { pragma: 'fullfsync', set: 'ON', read: '1' },
  { pragma: 'checkpoint_fullfsync', set: 'ON', read: '1' },
  { pragma: 'foreign_keys', set: 'ON', read: '1' },
  { pragma: 'trusted_schema', set: 'OFF', read: '0' },
  { pragma: 'cell_size_check', set: 'ON', read: '1' },
  // Memory mapping hides I/O errors.
  { pragma: 'mmap_size', set: '0', read: '0' },
  // An erased key must not stay in a free page.
  { pragma: 'secure_delete', set: 'ON', read: '1' },
  // Temporary files would not be encrypted.
  { pragma: 'temp_store', set: 'MEMORY', read: '2' },
  { pragma: 'journal_size_limit', set: '67108864', read: '67108864' },
  { pragma: 'wal_autocheckpoint', set: '1000', read: '1000' },
];

export const SQLITE_FLOOR = '3.51.3';

/** The floor is where the WAL-reset bug was fixed (https://www.sqlite.org/wal.html#walresetbug). */
export function checkSqliteVersion(database: Database.Database): Result<void, StoreError> {
  const found = database
    .prepare<[], { version: string }>('SELECT sqlite_version() AS version')
    .get()?.version;
  if (found === undefined || compareVersions(found, SQLITE_FLOOR) < 0) {
    return err({ code: 'sqlite-too-old', found: found ?? 'unknown', floor: SQLITE_FLOOR });
  }
  return ok();
}

export function compareVersions(a: string, b: string): number {
  const left = a.split('.').map(Number);
  const right = b.split('.').map(Number);
  for (let i = 0; i < Math.max(left.length, right.length); i += 1) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Applies every setting and reads each back; WAL is set by a writer and only checked by a reader. */
export function applySettings(
  database: Database.Database,
  access: 'read' | 'write',
): Result<void, StoreError> {
  const journal: Setting = { pragma: 'journal_mode', set: 'WAL', read: 'wal' };
  if (access === 'write') database.pragma(`${journal.pragma} = ${journal.set}`);
  for (const setting of CONNECTION_SETTINGS) database.pragma(`${setting.pragma} = ${setting.set}`);
  if (access === 'read') database.pragma('query_only = ON');

  const wanted = [journal, ...CONNECTION_SETTINGS];
  for (const { pragma, read } of wanted) {
    const found = String(database.pragma(pragma, { simple: true }));
    if (found !== read) return err({ code: 'unsafe-setting', pragma, wanted: read, found });
  }
  return ok();
}

/**
 * A damaged page, index or free list; SQLite's own words name pages and indexes, never values.
 * @param table Only this one and its indexes.
 */
export function quickCheck(database: Database.Database, table?: string): Result<void, StoreError> {
  const pragma = `quick_check(${table === undefined ? '1' : JSON.stringify(table)})`;
  const found = String(database.pragma(pragma, { simple: true }));
  return found === 'ok' ? ok() : err({ code: 'corrupt', detail: found.slice(0, 200) });
}

/** The check of every table but these. */
export function quickCheckAllBut(
  database: Database.Database,
  others: readonly string[],
): Result<void, StoreError> {
  const tables = database
    .prepare<[], { name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'")
    .all()
    .map(({ name }) => name);
  for (const table of ['sqlite_schema', ...tables]) {
    const checked = others.includes(table) ? ok() : quickCheck(database, table);
    if (!checked.ok) return checked;
  }
  return ok();
}
