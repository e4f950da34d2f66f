import type { ToStation } from '../../station/api/api.ts';
import { isFromStation, type Transport } from './transport.ts';

/** What the shell's preload script puts on the window, and nothing more. */
export interface PreloadBridge {
  post(message: ToStation): void;
  /** Returns how to stop listening. */
  onMessage(listener: (message: unknown) => void): () => void;
}

declare global {
  interface Window {
    readonly tizme?: PreloadBridge;
  }
}

/** Under Electron the host keeps the channel; when the station goes, it says `station-lost`. */
export function preloadTransport(bridge: PreloadBridge): Transport {
  return {
    start(listener) {
      const stop = bridge.onMessage((message) => {
        if (isFromStation(message)) listener.onMessage(message);
      });
      listener.onOpen();
      return stop;
    },
    post: (message) => bridge.post(message),
  };
}
