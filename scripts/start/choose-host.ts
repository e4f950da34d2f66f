import type { CommandIo } from '../command-io.ts';

export const HOST_NAMES = ['electron', 'chromium'] as const;
export type HostName = (typeof HOST_NAMES)[number];

export type ChosenHost =
  | { readonly host: 'electron' | 'chromium'; readonly program: string }
  /** No screen: the address is printed, and any browser may be used. */
  | { readonly host: 'address' }
  | { readonly host: 'none' };

/** What this machine has to show windows with; the real functions, or a test's. */
export interface Surroundings {
  readonly hasScreen: () => boolean;
  readonly findElectron: () => string | null;
  readonly installElectron: () => Promise<string | null>;
  readonly findChromium: () => string | null;
  readonly installChromium: () => string | null;
  readonly installCommand: string;
}

/** Electron where its binary is or can be had, else Chromium; `wanted` names one. Says in one line why not. */
export async function chooseHost(
  wanted: HostName | null,
  around: Surroundings,
  io: CommandIo,
): Promise<ChosenHost> {
  if (!around.hasScreen()) {
    io.progress('This machine has no screen: open the address in a browser.');
    return { host: 'address' };
  }
  if (wanted !== 'chromium') {
    const electron = around.findElectron() ?? (await tryInstalling(around, io));
    if (electron !== null) return { host: 'electron', program: electron };
    if (wanted === 'electron') {
      io.progress(
        "Electron's binary is not on this machine and could not be downloaded: npx install-electron --no",
      );
      return { host: 'none' };
    }
  }
  const chromium = around.findChromium() ?? installMissing(around, io);
  if (chromium === null) {
    io.progress(
      `There is neither Electron nor Chromium to show the screens with. Run: ${around.installCommand}`,
    );
    return { host: 'none' };
  }
  if (wanted === null) {
    io.progress(
      "Using Chromium, because Electron's binary is not on this machine and could not be downloaded.",
    );
  }
  return { host: 'chromium', program: chromium };
}

function tryInstalling(around: Surroundings, io: CommandIo): Promise<string | null> {
  io.progress("Looking for Electron's binary.");
  return around.installElectron();
}

function installMissing(around: Surroundings, io: CommandIo): string | null {
  io.progress('Chromium is not on this machine: installing the package of Debian where that is allowed.');
  return around.installChromium();
}
