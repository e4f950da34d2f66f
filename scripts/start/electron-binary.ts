import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Where Electron's package downloads from, unless it was told otherwise. */
const DOWNLOAD_SITE = 'https://github.com/';
const PROBE_MS = 3_000;
const INSTALL_MS = 180_000;
/** After a download that failed, starts of the same day do not try again. */
const RETRY_AFTER_MS = 24 * 3600_000;

/** Electron's program where its binary is on this machine, else null. Nothing is downloaded. */
export function findElectron(environment: NodeJS.ProcessEnv = process.env): string | null {
  const folder = packageFolder();
  if (folder === null) return null;
  try {
    const program = readFileSync(join(folder, 'path.txt'), 'utf8');
    const path = join(environment.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist'), program);
    return existsSync(path) ? path : null;
  } catch {
    return null;
  }
}

/**
 * Runs the installer of Electron's own package where its download site can be reached; the program, or null. The
 * `cacheDirectory` remembers a failure.
 */
export async function installElectron(cacheDirectory: string): Promise<string | null> {
  const folder = packageFolder();
  const failure = join(cacheDirectory, 'electron-download-failed');
  if (folder === null || isRecent(failure)) return null;
  if ((await isReachable()) && (await runInstaller(folder))) return findElectron();
  mkdirSync(cacheDirectory, { recursive: true });
  writeFileSync(failure, '');
  return null;
}

function packageFolder(): string | null {
  try {
    return dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  } catch {
    return null;
  }
}

function isRecent(path: string): boolean {
  const modified = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  return modified !== undefined && Date.now() - modified < RETRY_AFTER_MS;
}

async function isReachable(): Promise<boolean> {
  const site = process.env.ELECTRON_MIRROR ?? DOWNLOAD_SITE;
  try {
    await fetch(site, { method: 'HEAD', signal: AbortSignal.timeout(PROBE_MS) });
    return true;
  } catch {
    return false;
  }
}

function runInstaller(folder: string): Promise<boolean> {
  return new Promise((resolve) => {
    const installer = spawn(process.execPath, [join(folder, 'install.js')], {
      stdio: 'ignore',
      timeout: INSTALL_MS,
    });
    installer.once('exit', (code) => resolve(code === 0));
    installer.once('error', () => resolve(false));
  });
}
