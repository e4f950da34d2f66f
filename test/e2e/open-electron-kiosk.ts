import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { _electron, type Page } from '@playwright/test';
import { BUNDLES_DIRECTORY } from '../../scripts/build-bundles.ts';
import type { HostOptions } from '../../scripts/hosts/shared/host-options.ts';
import type { OpenedKiosk } from './open-chromium-kiosk.ts';

/** The bundled shell with its own windows; `npm run test:e2e` bundles it first. */
export async function openElectronKiosk(
  executablePath: string,
  data: string,
  options: HostOptions,
): Promise<OpenedKiosk> {
  const optionsFile = join(data, 'shell-options.json');
  await writeFile(optionsFile, JSON.stringify(options));
  const shell = await _electron.launch({
    executablePath,
    args: [
      join(BUNDLES_DIRECTORY, 'electron', 'main.js'),
      `--host-options=${optionsFile}`,
      `--user-data-dir=${join(data, 'shell')}`,
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
  });
  return {
    async open(kind): Promise<Page> {
      const shows = (page: Page) => page.url().startsWith(`app://tizme/${kind}`);
      return shell.windows().find(shows) ?? shell.waitForEvent('window', shows);
    },
    async killStation() {
      const station = await shell.evaluate(
        ({ app }) => app.getAppMetrics().find((metric) => metric.serviceName === 'station')?.pid,
      );
      if (station !== undefined) process.kill(station, 'SIGKILL');
    },
    stop: () => shell.close(),
  };
}
