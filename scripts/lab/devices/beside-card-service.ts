import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { err, type Result } from '../../../src/domain/result.ts';
import { installPackages, type NeededProgram } from './debian-packages.ts';

const PROGRAMS: readonly NeededProgram[] = [
  { path: '/usr/sbin/pcscd', package: 'pcscd' },
  { path: '/usr/bin/vpcd-config', package: 'vsmartcard-vpcd' },
  { path: '/usr/lib/pcsc/drivers/ifd-ccid.bundle', package: 'libccid' },
  { path: '/usr/bin/unshare', package: 'util-linux' },
];

/** A folder /run and a loopback of its own: a pcscd of this machine is neither met nor disturbed. */
const IN_NAME_SPACES = 'mount -t tmpfs tmpfs /run && mkdir /run/pcscd && ip link set lo up && exec "$@"';

export interface BesideCardService {
  /** A program that starts a pcscd of its own. */
  readonly entry: string;
  readonly arguments: readonly string[];
  readonly limitMilliseconds: number;
  /** One line of its standard output. */
  readonly onLine: (line: string) => void;
  readonly progress: (line: string) => void;
}

/** What a pcscd with a virtual reader needs; `err` says what is missing and can't be installed here. */
export async function prepareCardService(progress: (line: string) => void): Promise<Result<void, string>> {
  const library = await import('smartcard').catch(() => null);
  if (library === null) {
    return err(
      'the package "smartcard" is not installed: it is compiled by npm ci where libpcsclite-dev, make and g++ are',
    );
  }
  return installPackages(
    PROGRAMS.filter(({ path }) => !existsSync(path)).map((each) => each.package),
    progress,
  );
}

/** Runs a program in name spaces in which it may start a pcscd. Null, or why it did not run to its end. */
export async function runBesideCardService(run: BesideCardService): Promise<string | null> {
  const prepared = await prepareCardService(run.progress);
  if (!prepared.ok) return prepared.error;
  const asRoot = process.getuid?.() === 0 ? [] : ['--map-root-user'];
  const child = spawn(
    'unshare',
    [
      ...[...asRoot, '--mount', '--net', '--pid', '--fork', '--mount-proc'],
      ...['sh', '-c', IN_NAME_SPACES, 'sh', process.execPath, '--expose-gc', run.entry, ...run.arguments],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  createInterface({ input: child.stdout }).on('line', run.onLine);
  const complaints: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => complaints.push(line));
  const limit = setTimeout(() => child.kill('SIGKILL'), run.limitMilliseconds);
  const [code] = await once(child, 'close');
  clearTimeout(limit);
  if (code === 0) return null;
  const said = complaints.slice(-3).join(' ');
  return complaints.some((line) => line.startsWith('unshare:'))
    ? `a pcscd of its own needs name spaces (mount, net, pid), which this machine does not give: ${said}`
    : `PC/SC ended with ${code}: ${said}`;
}
