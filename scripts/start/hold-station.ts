import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { err, ok, type Result } from '../../src/domain/result.ts';

const LOCK_FILE = 'in-use.db';

export interface HeldStation {
  release(): void;
}

/**
 * Keeps a second program from opening the stations of this data directory: two of them would write into one ledger without knowing of
 * each other. The lock is SQLite's own on an empty file, so that a crash or a power cut releases it.
 */
export function holdStation(
  dataDirectory: string,
): Result<HeldStation, { readonly code: 'already-running' }> {
  mkdirSync(dataDirectory, { recursive: true });
  const lock = new Database(join(dataDirectory, LOCK_FILE), { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch {
    lock.close();
    return err({ code: 'already-running' });
  }
  return ok({ release: () => lock.close() });
}
