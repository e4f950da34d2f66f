import { copyFileSync, existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type OpenedPackage, sharedFileName } from '../../packages/open-package.ts';
import type { Argon2Cost } from '../../store/unlock.ts';
import { KIT_FILE, makeChairKit } from './chair-kit.ts';

/**
 * The package as it is, and the kit that lets a spare open it, each whole or not at all.
 * @returns false where the package has no envelopes, or the stick can't be written to
 */
export async function writeChairKit(options: {
  readonly stick: string;
  /** The package's file, and where its shared parts lie. */
  readonly file: string;
  readonly sharedDirectory: string | undefined;
  readonly opened: OpenedPackage;
  readonly cost?: Argon2Cost;
}): Promise<boolean> {
  const { stick, file, sharedDirectory, opened, cost } = options;
  const { manifest, people, packageKey } = opened;
  if (people.envelopes.length === 0) return false;
  const kit = await makeChairKit({
    electionId: manifest.electionId,
    station: manifest.station.number,
    packageVersion: manifest.version,
    ...{ packageKey, people },
    ...(cost === undefined ? {} : { cost }),
  });
  try {
    const copy = join(stick, basename(file));
    if (!existsSync(copy)) {
      copyFileSync(file, `${copy}.unfinished`);
      renameSync(`${copy}.unfinished`, copy);
    }
    for (const { name, sha256 } of manifest.shared) {
      const part = sharedFileName(name, sha256);
      mkdirSync(join(stick, 'shared'), { recursive: true });
      if (!existsSync(join(stick, 'shared', part)))
        copyFileSync(join(sharedDirectory ?? '', part), join(stick, 'shared', part));
    }
    const kitFile = join(stick, KIT_FILE);
    writeFileSync(`${kitFile}.unfinished`, `${JSON.stringify(kit, null, 2)}\n`, { mode: 0o600, flush: true });
    renameSync(`${kitFile}.unfinished`, kitFile);
    return true;
  } catch {
    return false;
  }
}

/** Where a newer package came on the chair's own stick, its kit is made for that one. */
export async function refreshChairKit(
  stick: string,
  packageName: string,
  opened: OpenedPackage,
  cost: Argon2Cost | undefined,
): Promise<boolean> {
  if (!existsSync(join(stick, KIT_FILE))) return false;
  return writeChairKit({
    ...{ stick, opened, file: join(stick, packageName), sharedDirectory: join(stick, 'shared') },
    ...(cost === undefined ? {} : { cost }),
  });
}
