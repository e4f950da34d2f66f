import { statSync } from 'node:fs';

/** A slip in the name is no difference in a log: nobody is told to keep evidence of it. Null where there is a folder. */
export function whyNoFolder(directory: string): string | null {
  const found = statSync(directory, { throwIfNoEntry: false });
  if (found === undefined) return `${directory}: there is no such folder. Check the name`;
  return found.isDirectory() ? null : `${directory} is a file, and an export is a folder. Check the name`;
}
