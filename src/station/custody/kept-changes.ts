import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CHANGES_EXTENSION } from '../../packages/changes/change-file.ts';
import { writeWhole } from '../../store/write-whole.ts';

/**
 * The signed changes that a lane carried out, as they came, sealed to the package's key: a spare that is let in gets them
 * with the package. They lie beside the list that they changed, and go with it.
 */
const FOLDER = 'changes';

/**
 * @param sequence From 1: the number of the delta.
 * @returns false where the disk refuses
 */
export function keepChanges(registerFile: string, sequence: number, sealed: Uint8Array): boolean {
  const folder = join(dirname(registerFile), FOLDER);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeWhole(join(folder, nameOf(sequence)), sealed);
    return true;
  } catch {
    return false;
  }
}

/** Files of the first so many deltas, oldest first, as far as none is missing between them. */
export function keptChanges(registerFile: string, through: number): readonly string[] {
  const folder = join(dirname(registerFile), FOLDER);
  let names: ReadonlySet<string>;
  try {
    names = new Set(readdirSync(folder));
  } catch {
    return [];
  }
  const files: string[] = [];
  for (let sequence = 1; sequence <= through && names.has(nameOf(sequence)); sequence += 1)
    files.push(join(folder, nameOf(sequence)));
  return files;
}

/** With the list they are of no use, and are destroyed with it. */
export function removeKeptChanges(registerFile: string): void {
  rmSync(join(dirname(registerFile), FOLDER), { recursive: true, force: true });
}

function nameOf(sequence: number): string {
  return `${String(sequence).padStart(6, '0')}${CHANGES_EXTENSION}`;
}
