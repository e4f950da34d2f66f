import { ok, type Result } from '../../domain/result.ts';
import type { StoreError } from '../../store/store-error.ts';
import type { CentreStore, CollectorTotals, StationDescription } from '../collector-store.ts';

/** What people look at may be so old: a wall of screens then costs one look at the database a second. */
export const FRESH_MS = 1000;

export interface CentreFigures {
  readonly totals: CollectorTotals;
  readonly stations: readonly StationDescription[];
}

/** The figures of everybody who looks within a second. */
export class SharedTotals {
  readonly #store: CentreStore;
  #last: { readonly atMs: number; readonly figures: CentreFigures } | null = null;
  #looking: Promise<Result<CentreFigures, StoreError>> | null = null;

  constructor(store: CentreStore) {
    this.#store = store;
  }

  async get(): Promise<Result<CentreFigures, StoreError>> {
    if (this.#last !== null && performance.now() - this.#last.atMs < FRESH_MS) return ok(this.#last.figures);
    this.#looking ??= this.#look();
    return this.#looking;
  }

  async #look(): Promise<Result<CentreFigures, StoreError>> {
    const atMs = performance.now();
    try {
      const [totals, stations] = [await this.#store.totals(), await this.#store.stations()];
      if (!totals.ok) return totals;
      if (!stations.ok) return stations;
      this.#last = { atMs, figures: { totals: totals.value, stations: stations.value } };
      return ok(this.#last.figures);
    } finally {
      this.#looking = null;
    }
  }
}
