import { isFromStation, type Transport, type TransportListener } from './transport.ts';

/** The part of WebSocket that is used here, so that tests can play the other end. */
export interface Socket {
  onopen: (() => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: (() => void) | null;
  send(text: string): void;
  close(): void;
}

export interface SocketSurroundings {
  readonly connect: () => Socket;
  /** Calls back after so many milliseconds. */
  readonly later: (callback: () => void, milliseconds: number) => void;
}

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 2000;

/** JSON on a WebSocket; tries again by itself, at most two seconds apart, for as long as the page is open. */
export function webSocketTransport(surroundings: SocketSurroundings): Transport {
  let socket: Socket | null = null;
  let open = false;
  let stopped = false;
  let wait = FIRST_WAIT_MS;

  function connect(listener: TransportListener): void {
    if (stopped) return;
    const current = surroundings.connect();
    socket = current;
    current.onopen = () => {
      open = true;
      wait = FIRST_WAIT_MS;
      listener.onOpen();
    };
    current.onmessage = (event) => {
      const message = parse(event.data);
      if (isFromStation(message)) listener.onMessage(message);
    };
    current.onclose = () => {
      if (open) listener.onLost();
      open = false;
      surroundings.later(() => connect(listener), wait);
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    };
  }

  return {
    start(listener) {
      connect(listener);
      return () => {
        stopped = true;
        socket?.close();
      };
    },
    post(message) {
      if (open) socket?.send(JSON.stringify(message));
    },
  };
}

function parse(data: unknown): unknown {
  if (typeof data !== 'string') return null;
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}
