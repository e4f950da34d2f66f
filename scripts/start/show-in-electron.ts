import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BECAME_TABLE, BECAME_TABLE_EXIT } from '../../src/domain/host-wire.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import type { CommandIo } from '../command-io.ts';
import type { HostOptions } from '../hosts/shared/host-options.ts';
import type { ProgramFiles } from '../hosts/shared/program-files.ts';

/** Runs the shell until it ends. Electron runs bundles only, so that sources are bundled first. */
export async function showInElectron(
  electron: string,
  options: HostOptions,
  program: ProgramFiles,
  io: CommandIo,
): Promise<Result<void, { readonly code: string }>> {
  const main = await prepareBundles(program, io);
  const folder = dirname(options.dataDirectory);
  const optionsFile = join(folder, 'shell-options.json');
  writeFileSync(optionsFile, `${JSON.stringify(options, null, 2)}\n`);
  // Electron refuses to run as root with its sandbox. A polling station never runs as root; a container does.
  const asRoot = process.getuid?.() === 0;
  if (asRoot)
    io.progress('Running as root: the windows have no sandbox. Never do this at a polling station.');
  const shell = spawn(
    electron,
    [
      main,
      `--host-options=${optionsFile}`,
      `--user-data-dir=${join(folder, 'shell')}`,
      ...(asRoot ? ['--no-sandbox'] : []),
    ],
    { stdio: ['ignore', 2, 2] },
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => shell.kill(signal));
  return new Promise((resolve) => {
    shell.once('exit', (code) => {
      if (code === BECAME_TABLE_EXIT) resolve(err({ code: BECAME_TABLE }));
      else resolve(code === 0 ? ok() : err({ code: 'shell-failed' }));
    });
    shell.once('error', () => resolve(err({ code: 'shell-failed' })));
  });
}

async function prepareBundles(program: ProgramFiles, io: CommandIo): Promise<string> {
  if (program.bundled) return fileURLToPath(new URL('../electron/main.js', program.stationEntry));
  const { buildBundles, BUNDLES_DIRECTORY } = await import('../build-bundles.ts');
  io.progress('Bundling the shell and the station.');
  await buildBundles();
  return join(BUNDLES_DIRECTORY, 'electron', 'main.js');
}
