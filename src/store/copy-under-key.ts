import { copyFileSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { assert } from '../domain/assert.ts';
import { err, ok, type Result } from '../domain/result.ts';
import { bringToDisk, removeDatabase } from './build-store.ts';
import { fileErrorFrom, giveKey, giveOtherKey } from './open-store.ts';
import { quickCheck } from './pragmas.ts';
import { type StoreError, storeErrorFrom } from './store-error.ts';

export interface CopyOptions {
  /** Closed, and with nothing left in its write-ahead log. */
  readonly file: string;
  readonly key: Uint8Array;
  /** Whatever lies there goes. */
  readonly to: string;
  readonly newKey: Uint8Array;
}

/**
 * The same database once more, each page of it under another key, checked and on the disk. The file itself stays as it
 * is: whoever moves the copy over it has either the one or the other at any moment. Nothing is left where it fails.
 */
export function copyUnderNewKey({ file, key, to, newKey }: CopyOptions): Result<void, StoreError> {
  assert(
    key.length === newKey.length && file !== to,
    'a copy is beside its file, under a key of the same length',
  );
  // What is only in the log would be missing in the copy.
  if ((statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0) return err({ code: 'busy' });
  const copied = copyAndCheck();
  if (!copied.ok) removeDatabase(to);
  return copied;

  function copyAndCheck(): Result<void, StoreError> {
    try {
      removeDatabase(to);
      copyFileSync(file, to);
      withDatabase(to, key, (database) => {
        // Nobody relies on the copy before it is whole; and a journal on the disk would be one more copy of the pages.
        database.pragma('journal_mode = MEMORY');
        giveOtherKey(database, newKey);
        return ok();
      });
      const checked = withDatabase(to, newKey, (database) => {
        database.pragma('journal_mode = WAL');
        return quickCheck(database);
      });
      if (checked.ok) bringToDisk(to);
      return checked;
    } catch (cause) {
      const error = storeErrorFrom(cause) ?? fileErrorFrom(cause);
      if (error === null) throw cause;
      return err(error);
    }
  }
}

function withDatabase(
  file: string,
  key: Uint8Array,
  work: (database: Database.Database) => Result<void, StoreError>,
): Result<void, StoreError> {
  const database = new Database(file, { fileMustExist: true });
  try {
    giveKey(database, key);
    // Throws where it is the wrong one.
    database.pragma('schema_version');
    return work(database);
  } finally {
    database.close();
  }
}
