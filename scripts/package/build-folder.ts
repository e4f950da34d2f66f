import { accessSync, constants, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { err, type Result } from '../../src/domain/result.ts';
import type { ActionFault } from '../action.ts';
import { type HeldFolder, holdFolder } from '../hold-folder.ts';
import { wereBuildSecretsForgotten } from './build-secrets.ts';

/**
 * The folder of packages for one program at a time, without what a run that was killed left half done in it.
 * @throws what the file system says where it can't be made or written to
 */
export function holdBuildFolder(folder: string): Result<HeldFolder, ActionFault> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  accessSync(folder, constants.R_OK | constants.W_OK);
  const held = holdFolder(folder);
  if (!held.ok)
    return err({
      code: 'in-use',
      sentence: `${folder}: another tizme package is at work in it. Let that one end, or stop it; nothing was changed.`,
    });
  if (wereBuildSecretsForgotten(folder)) {
    held.value.release();
    return err({
      code: 'tokens-forgotten',
      sentence: `${folder}: what the tokens and PINs of these packages were drawn from was destroyed (package forget). No further version can be made of them.`,
    });
  }
  for (const name of readdirSync(folder)) {
    if (name.endsWith('.unfinished')) rmSync(join(folder, name), { force: true });
  }
  return held;
}
