import { spawnSync } from 'node:child_process';
import { findChromium } from '../hosts/chromium/find-chromium.ts';
import { findExecutable } from '../hosts/shared/find-executable.ts';

export const INSTALL_CHROMIUM_COMMAND = 'sudo apt-get install --yes chromium';

/** Installs Debian's Chromium where this person may (root, apt); the program, or null. */
export function installChromium(): string | null {
  const apt = findExecutable(['apt-get']);
  if (apt === null || process.getuid?.() !== 0) return null;
  const options = { stdio: ['ignore', 2, 2] as ['ignore', 2, 2], env: aptEnvironment() };
  spawnSync(apt, ['update', '-qq'], options);
  spawnSync(apt, ['install', '--yes', '--no-install-recommends', '-qq', 'chromium'], options);
  return findChromium();
}

function aptEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
}
