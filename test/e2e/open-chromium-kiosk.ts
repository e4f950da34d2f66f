import type { Browser, BrowserContext, Page } from '@playwright/test';
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

/**
 * A station from the sources behind a loopback address, each of its windows in a browser context of its own: pages of one
 * context are tabs of one window, of which the browser draws only the last, and the others once a second. At a station
 * they are windows on screens of their own, and all of them are seen.
 */
export async function openChromiumKiosk(
  browser: Browser,
  options: HostOptions,
  onFatal: (code: string) => void = (code) => {
    throw new Error(`the station gave up: ${code}`);
  },
): Promise<OpenedKiosk> {
  const program = findProgramFiles();
  const host = await startChromiumHost({
    stationEntry: program.stationEntry,
    devicesEntry: devicesEntryOf(options, program),
    screensDirectory: program.screensDirectory,
    stationOptions: stationOptionsOf(options, program),
    devicesOptions: devicesOptionsOf(options),
    log() {},
    onFatal,
  });
  if (!host.ok) throw new Error(`the station does not start: ${host.error.code}`);
  const contexts: BrowserContext[] = [];
  return {
    async open(kind) {
      const context = await browser.newContext();
      contexts.push(context);
      const page = await context.newPage();
      await page.goto(host.value.createAddress(kind));
      return page;
    },
    async killStation() {
      const { station } = host.value.processIds();
      if (station !== null) process.kill(station, 'SIGKILL');
    },
    async stop() {
      for (const context of contexts) await context.close();
      await host.value.stop();
    },
  };
}
