import { createStore, type StoreApi } from 'zustand/vanilla';
import type { PhotoView, Snapshot } from '../../station/api/snapshot.ts';
import type { StationListener } from '../bridge/station-client.ts';

/** The one store of a window: the station's last snapshot, and whether the station is there. */
export interface StationMirror {
  readonly connection: 'connecting' | 'connected' | 'restarting';
  readonly snapshot: Snapshot | null;
  /** When the snapshot came, by the page's own monotonic clock (milliseconds). */
  readonly receivedAt: number;
  /** What lies on the glass now; null when nothing does. */
  readonly preview: PhotoView | null;
}

export const EMPTY_MIRROR: StationMirror = {
  connection: 'connecting',
  snapshot: null,
  receivedAt: 0,
  preview: null,
};

export type MirrorStore = StoreApi<StationMirror>;

export function createMirror(initial: StationMirror = EMPTY_MIRROR): MirrorStore {
  return createStore<StationMirror>(() => initial);
}

/**
 * Keeps the mirror up to date. A snapshot with an older revision is dropped while the connection stands; after
 * the station was restarted its revisions count anew.
 */
export function mirrorListener(store: MirrorStore, now: () => number): StationListener {
  return {
    onSnapshot(snapshot) {
      const state = store.getState();
      const stale =
        state.connection === 'connected' &&
        state.snapshot !== null &&
        snapshot.revision < state.snapshot.revision;
      if (stale) return;
      store.setState({ connection: 'connected', snapshot, receivedAt: now() });
    },
    onPreview: (preview) => store.setState({ preview }),
    onLost: () => store.setState({ connection: 'restarting', preview: null }),
  };
}
