import { existsSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { NATIONAL_INDEX_FILE } from '../../register/national-index/national-index.ts';
import { removeKeptChanges } from '../custody/kept-changes.ts';

const REGISTER_FILE = 'register.db';
/** The sealed package itself beside its list, so that this lane can let a spare in. */
export const PACKAGE_FILE = 'package.tizme';
const OF_VERSION = /^v(\d+)$/;

/** Where the list of a newer package is made, beside that of the first one. */
export function folderOfVersion(firstRegisterFile: string, version: number): string {
  return join(dirname(firstRegisterFile), `v${version}`);
}

/** The list of the package that the ledger says is in force. */
export function registerFileOf(firstRegisterFile: string, version: number | null): string {
  if (version === null) return firstRegisterFile;
  const newer = join(folderOfVersion(firstRegisterFile, version), REGISTER_FILE);
  return existsSync(newer) ? newer : firstRegisterFile;
}

/** Every list that is not in force is removed: one that was replaced, or one that never came to be. */
export function removeOtherRegisters(firstRegisterFile: string, version: number): void {
  const folder = dirname(firstRegisterFile);
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const found = OF_VERSION.exec(name)?.[1];
    if (found !== undefined && Number(found) !== version)
      rmSync(join(folder, name), { recursive: true, force: true });
  }
  if (registerFileOf(firstRegisterFile, version) === firstRegisterFile) return;
  for (const part of ['', '-wal', '-shm', '-journal']) rmSync(firstRegisterFile + part, { force: true });
  for (const name of [NATIONAL_INDEX_FILE, PACKAGE_FILE]) rmSync(join(folder, name), { force: true });
  removeKeptChanges(firstRegisterFile);
}
