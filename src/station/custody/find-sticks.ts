import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Where systems mount what somebody plugs in; below each, one folder for each stick or each user. */
const MOUNTS = ['/media', '/run/media', '/Volumes', '/mnt'];
const WINDOWS_DRIVES = 'DEFGHIJKLMNOPQRSTUVWXYZ';

/**
 * The folders that may be sticks, the laptop's own journal stick first. What lies on them is believed for its
 * signatures, never for where it lies.
 * @param known Folders that are sticks whatever the system says.
 */
export function findSticks(known: readonly string[], platform: NodeJS.Platform = process.platform): string[] {
  const found = known.filter((folder) => existsSync(folder));
  if (platform === 'win32')
    found.push(...[...WINDOWS_DRIVES].map((letter) => `${letter}:\\`).filter((drive) => existsSync(drive)));
  else
    for (const mount of MOUNTS)
      for (const folder of foldersIn(mount)) found.push(folder, ...foldersIn(folder));
  return [...new Set(found)];
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .map((name) => join(folder, name))
      .filter((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true);
  } catch {
    return [];
  }
}

/** Files with this ending on the sticks, by name; not in folders below. */
export function filesOnSticks(sticks: readonly string[], extension: string): string[] {
  return sticks.flatMap((stick) => {
    try {
      return readdirSync(stick)
        .filter((name) => name.endsWith(extension))
        .sort()
        .map((name) => join(stick, name));
    } catch {
      return [];
    }
  });
}
