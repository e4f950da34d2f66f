import { spawnSync } from 'node:child_process';

/**
 * Whether a test may lean on a program of somebody else's (`minisign`, `age`). Where changes are taken each is
 * installed, and one that is missing there fails its tests; elsewhere they are left out.
 */
export function hasProgram(name: string): boolean {
  return process.env.CI === 'true' || spawnSync(name, ['--version']).error === undefined;
}
