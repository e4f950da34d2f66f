import { accessSync, constants } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/** The first of these programs that can be run: absolute paths as they are, names looked up in PATH. */
export function findExecutable(
  candidates: readonly string[],
  searchPath: string = process.env.PATH ?? '',
): string | null {
  const directories = searchPath.split(delimiter).filter((directory) => directory !== '');
  for (const candidate of candidates) {
    const paths = isAbsolute(candidate) ? [candidate] : directories.map((folder) => join(folder, candidate));
    const found = paths.find(isExecutable);
    if (found !== undefined) return found;
  }
  return null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
