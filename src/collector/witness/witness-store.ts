import type { Result } from '../../domain/result.ts';
import type { StoreError } from '../../store/store-error.ts';

/** One log of a device: it begins anew with each epoch. */
export interface LogName {
  readonly device: string;
  readonly epoch: number;
}

/** What the centre keeps as a witness, in SQLite or in PostgreSQL under several collectors. */
export interface WitnessStore {
  /** The newest checkpoint of the log that was countersigned, as a note; null for none. */
  newest(log: LogName): Promise<Result<string | null, StoreError>>;
  /** Keeps `note` as the newest if the newest still is `before`; on the disk when it has given true. */
  replace(change: WitnessedChange): Promise<Result<boolean, StoreError>>;
  /** Keeps both sides, once however often they come, and raises the alarm; `full` when no more is kept. */
  keepConflict(conflict: CheckpointConflict): Promise<Result<'kept' | 'full', StoreError>>;
}

export interface WitnessedChange extends LogName {
  readonly before: string | null;
  readonly note: string;
}

/** Two checkpoints of one log, both signed by its device, of which neither extends the other. */
export interface CheckpointConflict extends LogName {
  /** Events in the tree that was refused: what the alarm is about. */
  readonly size: number;
  /** The note that was countersigned before. */
  readonly remembered: string;
  /** The body of the request that was refused, as it came. */
  readonly request: string;
  /** The device's, over the request; null where the notes alone prove it. */
  readonly signature: Uint8Array | null;
  readonly receivedWallMs: number;
}

/** A device whose key was stolen can make the centre keep this many. */
export const MOST_CONFLICTS_PER_DEVICE = 64;
