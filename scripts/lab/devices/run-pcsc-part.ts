import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { installPackages, type NeededProgram } from './debian-packages.ts';

const PROGRAMS: readonly NeededProgram[] = [
  { path: '/usr/sbin/pcscd', package: 'pcscd' },
  { path: '/usr/bin/vpcd-config', package: 'vsmartcard-vpcd' },
  { path: '/usr/bin/unshare', package: 'util-linux' },
];
const ENTRY = fileURLToPath(new URL('./checks/pcsc-main.ts', import.meta.url));
const LIMIT_MILLISECONDS = 60_000;
const ROUND_MILLISECONDS = 60_000;

/** A folder /run and a loopback of its own: a pcscd of this machine is neither met nor disturbed. */
const IN_NAME_SPACES = 'mount -t tmpfs tmpfs /run && mkdir /run/pcscd && ip link set lo up && exec "$@"';

/** Runs the checks of PC/SC beside a pcscd of their own. Null, or why they did not run to their end. */
export async function runPcscPart(
  rounds: number,
  onLine: (line: string) => void,
  progress: (line: string) => void,
): Promise<string | null> {
  const library = await import('smartcard').catch(() => null);
  if (library === null) {
    return 'the package "smartcard" is not installed: it is compiled by npm ci where libpcsclite-dev, make and g++ are';
  }
  const installed = installPackages(
    PROGRAMS.filter(({ path }) => !existsSync(path)).map((each) => each.package),
    progress,
  );
  if (!installed.ok) return installed.error;
  const asRoot = process.getuid?.() === 0 ? [] : ['--map-root-user'];
  const child = spawn(
    'unshare',
    [
      ...[...asRoot, '--mount', '--net', '--pid', '--fork', '--mount-proc'],
      ...[
        'sh',
        '-c',
        IN_NAME_SPACES,
        'sh',
        process.execPath,
        '--expose-gc',
        ENTRY,
        '--rounds',
        String(rounds),
      ],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  createInterface({ input: child.stdout }).on('line', onLine);
  const complaints: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => complaints.push(line));
  const limit = setTimeout(() => child.kill('SIGKILL'), LIMIT_MILLISECONDS + rounds * ROUND_MILLISECONDS);
  const [code] = await once(child, 'close');
  clearTimeout(limit);
  return code === 0 ? null : `PC/SC ended with ${code}: ${complaints.slice(-3).join(' ')}`;
}
