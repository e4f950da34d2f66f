import Database from 'better-sqlite3';
import { SqliteStore, type WritableStore } from './store.ts';

/**
 * A store of its own in memory, with these tables: to make something again that lies on the disk, and compare.
 * Nothing of it is ever on a disk, so it has no key, and it is gone with `close`.
 */
export function openScratchStore(schema: readonly string[]): WritableStore {
  const database = new Database(':memory:');
  // Sorting in memory as well.
  database.pragma('temp_store = MEMORY');
  for (const statement of schema) database.exec(statement);
  return new SqliteStore(database, () => {});
}
