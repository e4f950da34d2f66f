import Database from 'better-sqlite3';

/**
 * What a disk, a key or an older program can do to a database. No variant carries a path, a statement or a
 * value, so that an error can be shown and logged as it is.
 */
export type StoreError =
  /** The key doesn't open the first page: another key, or that very page is damaged. */
  | { readonly code: 'wrong-key' }
  /** The file is plain SQLite. It is never opened, and never silently encrypted. */
  | { readonly code: 'not-encrypted' }
  /** A page or a structure is damaged; `detail` is SQLite's first finding. */
  | { readonly code: 'corrupt'; readonly detail: string }
  /** Written by a newer program: `found` is its schema number, `known` the newest here. */
  | { readonly code: 'database-from-future'; readonly found: number; readonly known: number }
  /** Opened for reading only, but its schema is older than the program's. */
  | { readonly code: 'database-from-past'; readonly found: number; readonly known: number }
  /** A migration that this database has already had reads differently now. */
  | { readonly code: 'migration-changed'; readonly migration: number }
  | { readonly code: 'migration-failed'; readonly migration: number; readonly sqliteCode: string }
  | { readonly code: 'sqlite-too-old'; readonly found: string; readonly floor: string }
  /** A setting that durability or integrity rests on did not take. */
  | {
      readonly code: 'unsafe-setting';
      readonly pragma: string;
      readonly wanted: string;
      readonly found: string;
    }
  | { readonly code: 'no-database' }
  /** This process has it open for writing already. */
  | { readonly code: 'already-open' }
  | { readonly code: 'cannot-open'; readonly sqliteCode: string }
  | { readonly code: 'disk-full' }
  | { readonly code: 'io-error'; readonly sqliteCode: string }
  /** Another process held the lock for longer than the busy timeout. */
  | { readonly code: 'busy' };

/**
 * The named error behind an exception of the driver, or null when the exception is a bug (a wrong statement,
 * a broken constraint) that has to go on being thrown. Codes: https://www.sqlite.org/rescode.html
 */
export function storeErrorFrom(cause: unknown): StoreError | null {
  if (!(cause instanceof Database.SqliteError)) return null;
  const sqliteCode = cause.code;
  if (sqliteCode === 'SQLITE_FULL') return { code: 'disk-full' };
  if (sqliteCode.startsWith('SQLITE_IOERR') || sqliteCode.startsWith('SQLITE_READONLY')) {
    return { code: 'io-error', sqliteCode };
  }
  if (sqliteCode.startsWith('SQLITE_CANTOPEN')) return { code: 'cannot-open', sqliteCode };
  if (sqliteCode.startsWith('SQLITE_CORRUPT')) return { code: 'corrupt', detail: sqliteCode };
  if (sqliteCode === 'SQLITE_NOTADB') return { code: 'wrong-key' };
  if (sqliteCode.startsWith('SQLITE_BUSY') || sqliteCode.startsWith('SQLITE_LOCKED')) return { code: 'busy' };
  return null;
}
