import { err, type Result } from '../../domain/result.ts';
import type { FromStation, StationApi } from '../../station/api/api.ts';
import type { StationError } from '../../station/api/errors.ts';
import type { PhotoView, Snapshot } from '../../station/api/snapshot.ts';
import type { Transport } from './transport.ts';

/** What the screens are told; see ../mirror/station-mirror.ts. */
export interface StationListener {
  onSnapshot(snapshot: Snapshot): void;
  onPreview(preview: PhotoView | null): void;
  /** The station went away and is being started again. */
  onLost(): void;
}

export interface StationClient {
  readonly api: StationApi;
  stop(): void;
}

type Answer = Result<unknown, StationError>;
const RESTARTING: Answer = err({ code: 'station-restarting' });
const ASK_AGAIN_MS = 1000;

/**
 * Calls by number, answers by number, snapshots as they come. A call that was under way when the station
 * stopped is answered `station-restarting`: whether it was done, the next snapshot shows.
 */
export function connectToStation(
  transport: Transport,
  listener: StationListener,
  later: (callback: () => void, milliseconds: number) => void = (callback, ms) =>
    void setTimeout(callback, ms),
): StationClient {
  const pending = new Map<number, (answer: Answer) => void>();
  let nextId = 1;
  let waitingForSnapshot = true;
  let connected = false;
  let stopped = false;

  /** Asks until a snapshot comes: under Electron nothing else tells that the station is back. */
  function hello(): void {
    if (stopped || !waitingForSnapshot) return;
    transport.post({ type: 'hello' });
    later(hello, ASK_AGAIN_MS);
  }

  function lost(): void {
    connected = false;
    for (const settle of pending.values()) settle(RESTARTING);
    pending.clear();
    listener.onLost();
    if (waitingForSnapshot) return;
    waitingForSnapshot = true;
    later(hello, ASK_AGAIN_MS);
  }

  function receive(message: FromStation): void {
    if (message.type === 'answer') {
      pending.get(message.id)?.(message.result);
      pending.delete(message.id);
    } else if (message.type === 'snapshot') {
      connected = true;
      waitingForSnapshot = false;
      listener.onSnapshot(message.snapshot);
    } else if (message.type === 'finger-preview') listener.onPreview(message.preview);
    else lost();
  }

  function call(name: string, parameters: unknown): Promise<Answer> {
    if (!connected) return Promise.resolve(RESTARTING);
    const id = nextId++;
    return new Promise((resolve) => {
      pending.set(id, resolve);
      transport.post({ type: 'call', id, name, parameters });
    });
  }

  const stop = transport.start({ onOpen: hello, onMessage: receive, onLost: lost });
  const api = new Proxy({} as StationApi, {
    get: (_target, name) => (parameters: unknown) => call(String(name), parameters),
  });
  return {
    api,
    stop() {
      stopped = true;
      stop();
    },
  };
}
