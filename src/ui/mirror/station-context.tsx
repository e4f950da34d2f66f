import { createContext, use } from 'react';
import { useStore } from 'zustand';
import { assertDefined } from '../../domain/assert.ts';
import type { StationApi } from '../../station/api/api.ts';
import type { MirrorStore, StationMirror } from './station-mirror.ts';

interface StationConnection {
  readonly mirror: MirrorStore;
  readonly api: StationApi;
}

/** Hands the mirror and the station's calls to every screen below. */
export const StationContext = createContext<StationConnection | null>(null);

export function useStation(): StationApi {
  return assertDefined(use(StationContext), 'station context').api;
}

export function useMirror<T>(select: (mirror: StationMirror) => T): T {
  return useStore(assertDefined(use(StationContext), 'station context').mirror, select);
}
