import { join } from 'node:path';
import { HostConnection } from '../domain/host-connection.ts';
import { BECAME_TABLE, type StationOptions } from '../domain/host-wire.ts';
import { createPortPair, type MessagePortLike } from '../domain/message-port.ts';
import { systemTimer } from '../domain/timer.ts';
import { startFingerprintWorkers } from '../fingerprint/fingerprint-workers.ts';
import { systemClock } from '../store/clock.ts';
import type { BlankLaptop } from './blank-laptop.ts';
import { composeStation } from './compose-station.ts';
import { connectDevices } from './devices-client/connect-devices.ts';

const REGISTER_FILE = 'register.db';

/**
 * The station process: one lane's station behind one port to its host, which carries the windows and the
 * devices. Ends itself when the host says so, after everything is closed.
 */
export function startStation(
  ports: { readonly host: MessagePortLike },
  options: StationOptions,
  blankLaptop: BlankLaptop | null = null,
): void {
  const host = new HostConnection(ports.host);
  const timer = systemTimer();
  const nobody = createPortPair();
  nobody.close();
  const client = connectDevices(nobody.near, { timer });
  client.onLost((reason) => {
    if (reason === 'silent') host.restartDevices();
  });
  host.onDevices((port) => client.reconnect(port));
  const workers = startFingerprintWorkers({ entry: new URL(options.fingerprintWorkerUrl) });
  // A bundle has the search's thread beside that of the comparison; from sources the engine knows its own.
  const bundled = options.fingerprintWorkerUrl.endsWith('.js');
  const station: ReturnType<typeof composeStation> = composeStation({
    dataDirectory: options.dataDirectory,
    registerFile: join(options.packageDirectory, REGISTER_FILE),
    migrationsDirectory: options.migrationsDirectory,
    collectorUrl: options.collectorUrl,
    ...(options.collectorKey === null
      ? {}
      : { collectorKey: new Uint8Array(Buffer.from(options.collectorKey, 'base64')) }),
    ...(options.collectorRecipient === null ? {} : { collectorRecipient: options.collectorRecipient }),
    devices: client.devices,
    bench: client.bench,
    dock: () => client.dock,
    devicesReady: client.whenReady(),
    workers,
    ...(bundled ? { galleryWorkerEntry: new URL('gallery-worker.js', options.fingerprintWorkerUrl) } : {}),
    clock: systemClock(),
    timer,
    restart: () => endProcess(),
    ...(blankLaptop === null ? {} : { blankLaptop }),
  });
  if (!station.ok) {
    host.fatal(station.error);
    return;
  }
  blankLaptop?.whenTable(() => host.fatal(BECAME_TABLE));
  host.onWindow((window) => station.value.connect(window.kind, window.port));
  function endProcess(): void {
    if (!station.ok) return;
    void station.value
      .stop()
      .then(() => workers.close())
      .then(() => {
        client.close();
        process.exit(0);
      });
  }
  host.onStop(endProcess);
  host.ready();
}
