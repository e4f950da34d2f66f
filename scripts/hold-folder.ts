import { join } from 'node:path';
import Database from 'better-sqlite3';
import { err, ok, type Result } from '../src/domain/result.ts';

const LOCK_FILE = 'in-use.db';

export interface HeldFolder {
  release(): void;
}

/**
 * Keeps a second program out of a folder that one writes into. The lock is SQLite's own on an empty file, so that a
 * crash or a power cut releases it.
 */
export function holdFolder(folder: string): Result<HeldFolder, 'in-use'> {
  const lock = new Database(join(folder, LOCK_FILE), { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch {
    lock.close();
    return err('in-use');
  }
  return ok({ release: () => lock.close() });
}
