import type { ReadableStore, WritableStore } from '../../store/store.ts';

/** The package that a lane was provisioned from. */
export interface LanePackage {
  /** As it was signed. */
  readonly manifest: string;
  readonly version: number;
  readonly build: string;
  /** The last day on which the station may be opened with it. */
  readonly expires: string;
  /** The key of the package's parts: with it this lane can let a spare open the same package. */
  readonly packageKey: string;
}

/** Within a transaction. */
export function insertLanePackage(store: WritableStore, lane: LanePackage): void {
  store.run(
    'INSERT INTO lane_package (id, manifest, version, build, expires, package_key) VALUES (1, ?, ?, ?, ?, ?)',
    [lane.manifest, lane.version, lane.build, lane.expires, lane.packageKey],
  );
}

/** Null on a lane that was provisioned without one, and after the erasure. */
export function readLanePackage(store: ReadableStore): LanePackage | null {
  const row = store.get<LanePackage>(
    'SELECT manifest, version, build, expires, package_key AS packageKey FROM lane_package',
  );
  return row ?? null;
}
