import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildBundles } from './build-bundles.ts';
import { findChromium } from './hosts/chromium/find-chromium.ts';
import { findProgramFiles } from './hosts/shared/program-files.ts';
import { buildScreensWhenNeeded } from './start/build-screens.ts';
import { findElectron } from './start/electron-binary.ts';
import { INSTALL_CHROMIUM_COMMAND } from './start/install-chromium.ts';
import { createTerminalIo } from './terminal-io.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** `npm run test:e2e [-- playwright's arguments]`: builds what the specs show, then runs them. Installs nothing. */
const io = createTerminalIo(process.stdout, process.stderr, () => performance.now());

async function runE2e(args: readonly string[]): Promise<number> {
  if (findChromium() === null) {
    io.progress(`The end-to-end tests need Chromium. Run: ${INSTALL_CHROMIUM_COMMAND}`);
    return 1;
  }
  await buildScreensWhenNeeded(findProgramFiles().screensDirectory, io);
  if (findElectron() === null)
    io.progress("Electron's binary is not on this machine: its project is skipped.");
  else await buildBundles();
  const cli = createRequire(import.meta.url).resolve('@playwright/test/cli');
  const { status } = spawnSync(process.execPath, [cli, 'test', ...args], {
    stdio: 'inherit',
    cwd: ROOT,
    // Every spec starts stations from the sources: these are compiled once for all of them.
    env: { ...process.env, NODE_COMPILE_CACHE: join(ROOT, '.cache/compile') },
  });
  return status ?? 1;
}

process.exitCode = await runE2e(process.argv.slice(2));
