import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { REOPEN_FILE } from './lane-file.ts';

/**
 * The plain files of a lane that a newer package changes (who sits there, their shares, whom it trusts) are made in a
 * folder beside the others, named by the version. The ledger's commit decides: once it says that version, they are
 * moved to their places, at once or after a power cut; before that they count for nothing.
 */
const OF_VERSION = /^next-v(\d+)$/;

export function makeNextFolder(directory: string, version: number): string {
  const folder = join(directory, `next-v${version}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** @returns whether files were moved to their places: whoever read the old ones begins again */
export function settleNextFiles(directory: string, version: number): boolean {
  let moved = false;
  for (const name of readdirSync(directory)) {
    const found = OF_VERSION.exec(name)?.[1];
    if (found === undefined) continue;
    const folder = join(directory, name);
    if (Number(found) === version) {
      // First: whoever unlocked before may not be named any more, and comes back alone with it.
      rmSync(join(directory, REOPEN_FILE), { force: true });
      for (const file of readdirSync(folder)) moveOver(join(folder, file), join(directory, file));
      moved = true;
    }
    rmSync(folder, { recursive: true, force: true });
  }
  return moved;
}

function moveOver(from: string, to: string): void {
  // A folder can't take the place of one with something in it.
  if (existsSync(to) && statSync(to).isDirectory()) rmSync(to, { recursive: true });
  renameSync(from, to);
}
