import { EventEmitter, once } from 'node:events';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { WINDOW_KINDS, type WindowKind } from '../../src/domain/window-kind.ts';
import type { CommandIo } from '../command-io.ts';
import { BrowserWindows } from '../hosts/chromium/browser-windows.ts';
import { type ChromiumHost, startChromiumHost } from '../hosts/chromium/chromium-host.ts';
import {
  devicesEntryOf,
  devicesOptionsOf,
  type HostOptions,
  stationOptionsOf,
} from '../hosts/shared/host-options.ts';
import type { ProgramFiles } from '../hosts/shared/program-files.ts';

type Ended = Result<void, { readonly code: string }>;

/**
 * Runs a station behind a loopback address until its first window is closed, it fails, or the terminal ends it.
 * Without a browser (`chromium` null) it prints the addresses, and a fresh one each time that one was used.
 */
export async function showInChromium(
  chromium: string | null,
  options: HostOptions,
  program: ProgramFiles,
  io: CommandIo,
): Promise<Ended> {
  const { promise: ended, resolve: end } = Promise.withResolvers<Ended>();
  let host: ChromiumHost | null = null;
  const entered = new EventEmitter();
  const printAddress = (kind: WindowKind) => {
    if (host !== null) io.out(`${kind}: ${host.createAddress(kind)}`);
  };
  const started = await startChromiumHost({
    stationEntry: program.stationEntry,
    devicesEntry: devicesEntryOf(options, program),
    screensDirectory: program.screensDirectory,
    stationOptions: stationOptionsOf(options, program),
    devicesOptions: devicesOptionsOf(options),
    log: (line) => io.progress(`tizme: ${line}`),
    onFatal: (code) => end(err({ code })),
    onEntered: (kind) => {
      if (chromium === null) printAddress(kind);
      else entered.emit(kind);
    },
  });
  if (!started.ok) return started;
  host = started.value;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => end(ok()));

  const windows = chromium === null ? null : openWindows(chromium, options, host, entered, io, end);
  if (windows === null) for (const kind of WINDOW_KINDS) printAddress(kind);
  const result = await ended;
  await windows?.close();
  await host.stop();
  return result;
}

function openWindows(
  chromium: string,
  options: HostOptions,
  host: ChromiumHost,
  entered: EventEmitter,
  io: CommandIo,
  end: (result: Ended) => void,
): BrowserWindows {
  // Chromium refuses to run as root with its sandbox. A polling station never runs as root; a container does.
  const withoutSandbox = process.getuid?.() === 0;
  if (withoutSandbox)
    io.progress('Running as root: the browser has no sandbox. Never do this at a polling station.');
  const windows = new BrowserWindows({
    chromium,
    kiosk: options.kiosk,
    withoutSandbox,
    createAddress: (kind) => host.createAddress(kind),
    onClosed: (kind, crashed) => {
      if (kind === options.windows[0]) end(crashed ? err({ code: 'browser-failed' }) : ok());
    },
    whenEntered: async (kind) => {
      await once(entered, kind);
    },
    log: (line) => io.progress(`tizme: ${line}`),
  });
  void windows.open(options.windows);
  return windows;
}
