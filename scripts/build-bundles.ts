import { copyFileSync, cpSync, mkdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type InlineConfig } from 'vite';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
export const BUNDLES_DIRECTORY = join(ROOT, 'dist');

/** Packages with binaries of their own, or that read files beside themselves: they stay in node_modules. */
const EXTERNAL = [
  'electron',
  'better-sqlite3',
  'usb',
  'node-hid',
  'serialport',
  'smartcard',
  '@napi-rs/canvas',
  '@cornerstonejs/codec-openjpeg',
  'pdfkit',
  'pino',
  'fastify',
  'vite',
];

/** What reports are printed with (src/station/paper/fonts.ts). */
const FONTS = [
  '400Regular/GolosText_400Regular.ttf',
  '500Medium/GolosText_500Medium.ttf',
  '700Bold/GolosText_700Bold.ttf',
  '800ExtraBold/GolosText_800ExtraBold.ttf',
];

interface Bundle {
  readonly folder: string;
  readonly entries: Readonly<Record<string, string>>;
}

const PROCESSES: Bundle = {
  folder: 'processes',
  entries: {
    station: 'scripts/hosts/children/station.ts',
    'simulated-devices': 'scripts/hosts/children/simulated-devices.ts',
    'real-devices': 'scripts/hosts/children/real-devices.ts',
    'fingerprint-worker': 'src/fingerprint/fingerprint-worker.ts',
    'finger-drawing-worker': 'fixtures/election/finger-drawing-worker.ts',
    'gallery-worker': 'src/fingerprint/search/gallery-worker.ts',
    'journal-worker': 'src/station/stick/journal-worker.ts',
    'face-picture-worker': 'src/documents/face/face-picture-worker.ts',
  },
};

/** Every entry has a file of its own beside the code that it shares, one level below dist (program-files.ts). */
const BUNDLES: readonly Bundle[] = [
  { folder: 'electron', entries: { main: 'electron/main.ts' } },
  PROCESSES,
  {
    folder: 'cli',
    entries: {
      // Plain JavaScript that looks at Node's version before it loads the rest.
      tizme: 'scripts/tizme.js',
      'journal-worker': 'src/station/stick/journal-worker.ts',
      'intake-worker': 'src/collector/intake-thread/intake-worker.ts',
      'log-check-worker': 'src/collector/log-check/log-check-worker.ts',
      'build-worker': 'scripts/package/build-worker.ts',
      'visitors-worker': 'scripts/package/visitors-worker.ts',
      'national-register-worker': 'scripts/bench/national-register-worker.ts',
    },
  },
];

/** Bundles the shell, the processes and the command line into dist/, with the migrations and fonts beside them. */
export async function buildBundles(): Promise<void> {
  for (const bundle of BUNDLES) await build(nodeBundle(bundle, BUNDLES_DIRECTORY));
  await build(preloadBundle());
  copyFiles(BUNDLES_DIRECTORY);
}

/**
 * The processes alone, and another program that starts them, for a machine on which sources are too slow to run.
 * @param entries names of files in `processes/`, and their sources
 * @param directory somewhere below this checkout, whose packages they use
 */
export async function bundleProcesses(
  entries: Readonly<Record<string, string>>,
  directory: string,
): Promise<void> {
  const bundle = { ...PROCESSES, entries: { ...PROCESSES.entries, ...entries } };
  await build({ ...nodeBundle(bundle, directory), logLevel: 'error' });
  copyFiles(directory);
}

function copyFiles(directory: string): void {
  const migrations = join(directory, 'migrations');
  rmSync(migrations, { recursive: true, force: true });
  cpSync(join(ROOT, 'migrations'), migrations, { recursive: true });
  const fonts = join(directory, 'fonts');
  mkdirSync(fonts, { recursive: true });
  const { resolve } = createRequire(import.meta.url);
  for (const file of FONTS) {
    copyFileSync(resolve(`@expo-google-fonts/golos-text/${file}`), join(fonts, basename(file)));
  }
}

function nodeBundle({ folder, entries }: Bundle, directory: string): InlineConfig {
  const input = Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, join(ROOT, path)]));
  return {
    ...common(folder, directory),
    ssr: { noExternal: true, external: EXTERNAL, target: 'node' },
    build: {
      ...common(folder, directory).build,
      ssr: true,
      rolldownOptions: {
        input,
        // Optional ones are not there on every machine that builds.
        external: EXTERNAL,
        // Without a folder for shared parts, `import.meta.url` means the same in all of them.
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  };
}

/** A sandboxed preload script is one CommonJS file. */
function preloadBundle(): InlineConfig {
  return {
    ...common('electron', BUNDLES_DIRECTORY),
    ssr: { noExternal: true, external: EXTERNAL, target: 'node' },
    build: {
      ...common('electron', BUNDLES_DIRECTORY).build,
      emptyOutDir: false,
      ssr: true,
      rolldownOptions: {
        input: { preload: join(ROOT, 'electron/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  };
}

function common(
  folder: string,
  directory: string,
): InlineConfig & { readonly build: NonNullable<InlineConfig['build']> } {
  return {
    configFile: false,
    root: ROOT,
    logLevel: 'warn',
    publicDir: false,
    build: {
      outDir: join(directory, folder),
      emptyOutDir: true,
      target: 'node24',
      minify: false,
      sourcemap: true,
    },
  };
}
