import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
/** The packages with native code, which is what the lab tries; they are found from the folder of the bundle. */
const NATIVE = ['usb', 'node-hid', 'serialport', 'smartcard'];

/** The programs that run inside the machine. */
const ENTRIES = {
  'machine-main': 'scripts/lab/devices/checks/machine-main.ts',
  'plugged-main': 'scripts/lab/devices/plugged/plugged-main.ts',
  'player-process': 'scripts/lab/devices/played/player-process.ts',
  'real-devices': 'scripts/hosts/children/real-devices.ts',
} as const;

/**
 * Bundles the programs of the machine, whose processor is emulated: there it takes long to read and to strip two
 * hundred source files. @returns the folder
 */
export async function bundlePrograms(): Promise<string> {
  const folder = join(ROOT, 'node_modules', '.cache', 'tizme-lab-devices', String(process.pid));
  await mkdir(folder, { recursive: true });
  const input = Object.fromEntries(Object.entries(ENTRIES).map(([name, path]) => [name, join(ROOT, path)]));
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true, external: NATIVE, target: 'node' },
    build: {
      ssr: true,
      outDir: folder,
      emptyOutDir: true,
      minify: false,
      rolldownOptions: {
        input,
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  });
  return folder;
}

export function removeBundle(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true });
}
