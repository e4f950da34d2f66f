import { startChromiumHost } from '../hosts/chromium/chromium-host.ts';
import { findChromium } from '../hosts/chromium/find-chromium.ts';
import { devicesOptionsOf, type HostOptions, stationOptionsOf } from '../hosts/shared/host-options.ts';
import type { ProgramFiles } from '../hosts/shared/program-files.ts';

/**
 * From nothing to a desk on the screen that takes PINs, browser and all: processes, server, a Chromium with an
 * empty profile, the page, its first snapshot, painted. Seconds; null where there is no Chromium, or (in a
 * bundle) nothing to drive it with.
 */
export async function measurePaintedDesk(
  options: HostOptions,
  program: ProgramFiles,
): Promise<number | null> {
  const executablePath = findChromium();
  const driver = await import('@playwright/test').catch(() => null);
  if (executablePath === null || driver === null) return null;
  const begun = performance.now();
  const host = await startChromiumHost({
    stationEntry: program.stationEntry,
    devicesEntry: program.simulatedDevicesEntry,
    screensDirectory: program.screensDirectory,
    stationOptions: stationOptionsOf(options, program),
    devicesOptions: devicesOptionsOf(options),
    log() {},
    onFatal: (code) => {
      throw new Error(`the station can't run: ${code}`);
    },
  });
  if (!host.ok) throw new Error(`the station does not start: ${host.error.code}`);
  const browser = await driver.chromium.launch({
    executablePath,
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  try {
    const page = await browser.newPage();
    await page.goto(host.value.createAddress('desk'));
    await page.getByTestId('pin-input').or(page.getByTestId('locked')).first().waitFor();
    return (performance.now() - begun) / 1000;
  } finally {
    await browser.close();
    await host.value.stop();
  }
}
