import type { Browser, Page } from '@playwright/test';
import { startChromiumHost } from '../../scripts/hosts/chromium/chromium-host.ts';
import {
  devicesEntryOf,
  devicesOptionsOf,
  type HostOptions,
  stationOptionsOf,
} from '../../scripts/hosts/shared/host-options.ts';
import { findProgramFiles } from '../../scripts/hosts/shared/program-files.ts';
import type { WindowKind } from '../../src/domain/window-kind.ts';

export interface OpenedKiosk {
  open(kind: WindowKind): Promise<Page>;
  killStation(): Promise<void>;
  stop(): Promise<void>;
}

/** A station from the sources behind a loopback address, its windows as pages of one browser context. */
export async function openChromiumKiosk(browser: Browser, options: HostOptions): Promise<OpenedKiosk> {
  const program = findProgramFiles();
  const host = await startChromiumHost({
    stationEntry: program.stationEntry,
    devicesEntry: devicesEntryOf(options, program),
    screensDirectory: program.screensDirectory,
    stationOptions: stationOptionsOf(options, program),
    devicesOptions: devicesOptionsOf(options),
    log() {},
    onFatal: (code) => {
      throw new Error(`the station gave up: ${code}`);
    },
  });
  if (!host.ok) throw new Error(`the station does not start: ${host.error.code}`);
  const context = await browser.newContext();
  return {
    async open(kind) {
      const page = await context.newPage();
      await page.goto(host.value.createAddress(kind));
      return page;
    },
    async killStation() {
      const { station } = host.value.processIds();
      if (station !== null) process.kill(station, 'SIGKILL');
    },
    async stop() {
      await context.close();
      await host.value.stop();
    },
  };
}
