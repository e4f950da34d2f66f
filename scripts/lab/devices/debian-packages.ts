import { spawnSync } from 'node:child_process';
import { err, ok, type Result } from '../../../src/domain/result.ts';

/** A program that the lab runs, and the package that brings it. */
export interface NeededProgram {
  readonly path: string;
  readonly package: string;
}

/** Runs a program to its end; what it prints comes back, `err` with the end of its complaint when it fails. */
export function runProgram(
  program: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly input?: Buffer } = {},
): Result<Buffer, string> {
  const done = spawnSync(program, args, { ...options, maxBuffer: 512 * 1024 * 1024 });
  if (done.error !== undefined) return err(`${program}: ${done.error.message}`);
  if (done.status === 0) return ok(done.stdout);
  return err(`${program} ${args[0] ?? ''}: ${done.stderr.toString().trim().split('\n').slice(-3).join(' ')}`);
}

/** Another installation may hold dpkg's lock for as long. */
const LOCK_SECONDS = 300;
const APT_OPTIONS = ['-qq', '-o', `DPkg::Lock::Timeout=${LOCK_SECONDS}`];

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** Fetches apt's lists anew, where this user may: a bare machine has none, and old ones name files that have gone. */
export function updateLists(progress: (line: string) => void): boolean {
  if (!isRoot()) return false;
  progress('apt-get update');
  return runProgram('apt-get', ['update', ...APT_OPTIONS]).ok;
}

/** Installs packages where this user may; otherwise the command that does comes back. */
export function installPackages(
  packages: readonly string[],
  progress: (line: string) => void,
): Result<void, string> {
  if (packages.length === 0) return ok();
  const command = `apt-get install --no-install-recommends ${packages.join(' ')}`;
  if (!isRoot()) return err(`needed, and not here: ${packages.join(', ')}. Install: ${command}`);
  progress(`installing ${packages.join(', ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = () =>
    spawnSync('apt-get', ['install', '--yes', '--no-install-recommends', ...APT_OPTIONS, ...packages], {
      env,
    });
  if (install().status === 0) return ok();
  updateLists(progress);
  const again = install();
  if (again.status === 0) return ok();
  const said = again.error?.message ?? again.stderr.toString().trim().slice(-300);
  return err(`${packages.join(', ')} can't be installed here: ${command}: ${said}`);
}
