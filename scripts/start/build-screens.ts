import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CommandIo } from '../command-io.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** What the screens are made of, besides the packages that the lock file fixes. */
const INPUTS = ['src/ui', 'src/domain', 'src/station/api', 'vite.config.ts', 'package-lock.json'];
const STAMP = 'built-from.txt';

/** Builds the screens into `directory` unless they were built from these very sources. */
export async function buildScreensWhenNeeded(directory: string, io: CommandIo): Promise<void> {
  const hash = hashInputs();
  if (readStamp(directory) === hash) return;
  io.progress('Building the screens (only after a change of their sources).');
  const { build } = await import('vite');
  await build({
    configFile: join(ROOT, 'vite.config.ts'),
    logLevel: 'error',
    build: { outDir: directory, emptyOutDir: true },
  });
  writeFileSync(join(directory, STAMP), `${hash}\n`);
}

function readStamp(directory: string): string | null {
  const path = join(directory, STAMP);
  return existsSync(path) && existsSync(join(directory, 'index.html'))
    ? readFileSync(path, 'utf8').trim()
    : null;
}

/** SHA-256 over path and content of every input, in order. */
function hashInputs(): string {
  const hash = createHash('sha256');
  for (const path of INPUTS.flatMap((input) => listFiles(join(ROOT, input)))) {
    hash.update(path.slice(ROOT.length)).update('\0').update(readFileSync(path)).update('\0');
  }
  return hash.digest('hex');
}

function listFiles(path: string): string[] {
  if (/\.\w+$/.test(path)) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}
