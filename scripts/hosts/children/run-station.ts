import { hostToStationSchema, type StationOptions } from '../../../src/domain/host-wire.ts';
import type { MessagePortLike } from '../../../src/domain/message-port.ts';
import { connectToParent } from './parent-port.ts';

/**
 * What src/station/station-process.ts exports: opens the station on `host` (wrap it in a HostConnection), and
 * exits the process itself once it was told to stop and everything is closed. It may throw only for bugs.
 */
export type StartStation = (
  ports: { readonly host: MessagePortLike },
  options: StationOptions,
) => void | Promise<void>;

/** The whole of a station process: waits for the host's `start`, then hands over its port. */
export function runStation(startStation: StartStation): void {
  const host = connectToParent();
  const unsubscribe = host.onMessage((message) => {
    unsubscribe();
    const first = hostToStationSchema.parse(message);
    if (first.type !== 'start') throw new Error('the host speaks before it starts the station');
    void startStation({ host }, first.options);
  });
}
