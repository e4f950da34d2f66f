import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where systems mount what somebody plugs in; below each, one folder for each stick or each user. */
const MOUNTS = ['/media', '/run/media', '/Volumes', '/mnt'];
const WINDOWS_DRIVES = 'DEFGHIJKLMNOPQRSTUVWXYZ';

/**
 * The folders that may be sticks, those that are known first. What lies on them is believed for its signatures, never for
 * where it lies.
 * @param known Folders that are sticks whatever the system says.
 * @param mounts Where to look; a folder there counts once something is mounted on it.
 */
export function findSticks(
  known: readonly string[],
  platform: NodeJS.Platform = process.platform,
  mounts: readonly string[] = MOUNTS,
): string[] {
  const found = known.filter((folder) => existsSync(folder));
  if (platform === 'win32')
    found.push(...[...WINDOWS_DRIVES].map((letter) => `${letter}:\\`).filter((drive) => existsSync(drive)));
  else
    for (const mount of mounts) {
      if (isMounted(mount)) found.push(mount);
      for (const folder of foldersIn(mount))
        found.push(...[folder, ...foldersIn(folder)].filter((one) => isMounted(one)));
    }
  return [...new Set(found)];
}

/** Those of them that something can be kept on. */
export function writable(sticks: readonly string[]): string[] {
  return sticks.filter((stick) => {
    try {
      accessSync(stick, constants.W_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** A folder under which a stick appears is there without it, too, and then lies on the laptop's own disk. */
function isMounted(folder: string): boolean {
  const [own, above] = [folder, dirname(folder)].map((path) => statSync(path, { throwIfNoEntry: false }));
  return own !== undefined && own.dev !== above?.dev && own.dev !== statSync('/').dev;
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
