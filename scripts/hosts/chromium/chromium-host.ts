import type { DevicesOptions, StationOptions } from '../../../src/domain/host-wire.ts';
import { err, ok, type Result } from '../../../src/domain/result.ts';
import { systemTimer } from '../../../src/domain/timer.ts';
import type { WindowKind } from '../../../src/domain/window-kind.ts';
import { forkProcess } from '../shared/fork-process.ts';
import { readScreenFiles } from '../shared/screen-files.ts';
import { StationHost } from '../shared/station-host.ts';
import { ScreenServer } from './screen-server.ts';

export interface ChromiumHostOptions {
  readonly stationEntry: URL;
  readonly devicesEntry: URL;
  readonly screensDirectory: string;
  readonly stationOptions: StationOptions;
  readonly devicesOptions: DevicesOptions;
  readonly log: (line: string) => void;
  readonly onFatal: (code: string) => void;
  readonly onEntered?: (kind: WindowKind) => void;
  readonly port?: number;
}

/** A station behind a loopback address. Whoever holds it opens the browser windows, or lets a test do it. */
export interface ChromiumHost {
  /** An address that opens one window of that kind, once. */
  createAddress(kind: WindowKind): string;
  processIds(): { readonly station: number | null; readonly devices: number | null };
  stop(): Promise<void>;
}

/** Starts the processes and the server; the error is the station's reason why it can't run. */
export async function startChromiumHost(
  options: ChromiumHostOptions,
): Promise<Result<ChromiumHost, { readonly code: string }>> {
  const station = new StationHost({
    spawnStation: () => forkProcess(options.stationEntry),
    spawnDevices: () => forkProcess(options.devicesEntry),
    stationOptions: options.stationOptions,
    devicesOptions: options.devicesOptions,
    timer: systemTimer(),
    log: options.log,
    onFatal: options.onFatal,
  });
  const started = await station.start();
  if (!started.ok) {
    await station.stop();
    return err(started.error);
  }
  const server = await ScreenServer.listen({
    files: readScreenFiles(options.screensDirectory),
    language: options.stationOptions.language,
    openWindow: (kind, send) => station.openWindow(kind, send),
    ...(options.onEntered && { onEntered: options.onEntered }),
    ...(options.port !== undefined && { port: options.port }),
  });
  return ok({
    createAddress: (kind) => server.createAddress(kind),
    processIds: () => station.processIds(),
    async stop() {
      await server.close();
      await station.stop();
    },
  });
}
