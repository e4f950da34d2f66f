import { mkdirSync } from 'node:fs';
import { err, type Result } from '../../src/domain/result.ts';
import { type HeldFolder, holdFolder } from '../hold-folder.ts';

/**
 * Keeps a second program from opening the stations of this data directory: two of them would write into one ledger
 * without knowing of each other.
 */
export function holdStation(dataDirectory: string): Result<HeldFolder, { readonly code: 'already-running' }> {
  mkdirSync(dataDirectory, { recursive: true });
  const held = holdFolder(dataDirectory);
  return held.ok ? held : err({ code: 'already-running' });
}
