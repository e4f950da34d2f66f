import type { FromStation, ToStation } from '../../station/api/api.ts';

/** The way to the station: a preload bridge under Electron, a WebSocket under the loopback host. */
export interface Transport {
  /** Opens and keeps open; returns how to stop. */
  start(listener: TransportListener): () => void;
  /** Dropped while there is no connection: the caller learns of it by `onLost`. */
  post(message: ToStation): void;
}

export interface TransportListener {
  onOpen(): void;
  onMessage(message: FromStation): void;
  onLost(): void;
}

const TYPES: readonly string[] = ['answer', 'snapshot', 'finger-preview', 'station-lost'];

/** True for what a station of this version sends; anything else is left alone. */
export function isFromStation(message: unknown): message is FromStation {
  return (
    typeof message === 'object' &&
    message !== null &&
    'type' in message &&
    typeof message.type === 'string' &&
    TYPES.includes(message.type)
  );
}
