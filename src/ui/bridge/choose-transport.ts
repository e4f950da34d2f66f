import type { WindowKind } from '../../domain/window-kind.ts';
import { preloadTransport } from './preload-transport.ts';
import type { Transport } from './transport.ts';
import { type Socket, webSocketTransport } from './websocket-transport.ts';

/**
 * Electron's bridge where there is one, else a WebSocket to the host that served this page. The query tells a
 * host that serves several windows of one session which of them this is; what it may do the host decides.
 */
export function chooseTransport(kind: WindowKind): Transport {
  if (window.tizme !== undefined) return preloadTransport(window.tizme);
  const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
  const address = `${scheme}//${location.host}/station?window=${kind}`;
  return webSocketTransport({
    connect: () => new WebSocket(address) as Socket,
    later: (callback, milliseconds) => void setTimeout(callback, milliseconds),
  });
}
