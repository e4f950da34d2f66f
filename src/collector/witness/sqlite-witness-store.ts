import { createHash } from 'node:crypto';
import type { Result } from '../../domain/result.ts';
import type { WritableStore } from '../../store/store.ts';
import type { StoreError } from '../../store/store-error.ts';
import { GroupCommit } from '../group-commit.ts';
import { raiseAlarm } from '../sqlite/sqlite-alarms.ts';
import {
  type CheckpointConflict,
  type LogName,
  MOST_CONFLICTS_PER_DEVICE,
  type WitnessedChange,
  type WitnessStore,
} from './witness-store.ts';

/** In the collector's own file (migrations/collector/0010-witness.sql). */
export class SqliteWitnessStore implements WitnessStore {
  readonly #store: WritableStore;
  /** Stations ask at the hour, all of them: they share a flush of the disk. */
  readonly #replacing: GroupCommit<WitnessedChange, boolean>;

  constructor(store: WritableStore) {
    this.#store = store;
    this.#replacing = new GroupCommit(
      (changes) => store.transaction(() => changes.map((change) => replaceNewest(store, change))),
      () => 1,
    );
  }

  async newest(log: LogName): Promise<Result<string | null, StoreError>> {
    return this.#store.read(() => selectNewest(this.#store, log));
  }

  replace(change: WitnessedChange): Promise<Result<boolean, StoreError>> {
    return this.#replacing.add(change);
  }

  async keepConflict(conflict: CheckpointConflict): Promise<Result<'kept' | 'full', StoreError>> {
    const { device, epoch, size, remembered, request, signature, receivedWallMs } = conflict;
    const sha256 = createHash('sha256').update(request).digest();
    const store = this.#store;
    return store.transaction(() => {
      raiseAlarm(store, { device, code: 'forked-checkpoint', epoch, seq: size }, receivedWallMs);
      const known = store.get<{ own: number; same: number }>(
        `SELECT count(*) AS own, count(*) FILTER (WHERE sha256 = ?) AS same FROM checkpoint_conflict
         WHERE device = ?`,
        [sha256, device],
      );
      if (known?.same === 1) return 'kept';
      if (known === undefined || known.own >= MOST_CONFLICTS_PER_DEVICE) return 'full';
      store.run(
        `INSERT INTO checkpoint_conflict
           (device, sha256, epoch, remembered, request, signature, received_wall_ms)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
        [device, sha256, epoch, remembered, request, signature, receivedWallMs],
      );
      return 'kept';
    });
  }

  /** Writes what waits for others to share a flush. */
  flush(): void {
    this.#replacing.flush();
  }
}

function selectNewest(store: WritableStore, { device, epoch }: LogName): string | null {
  const row = store.get<{ note: string }>(
    'SELECT note FROM witnessed_checkpoint WHERE device = ? AND epoch = ?',
    [device, epoch],
  );
  return row?.note ?? null;
}

function replaceNewest(store: WritableStore, change: WitnessedChange): boolean {
  if (selectNewest(store, change) !== change.before) return false;
  store.run(
    `INSERT INTO witnessed_checkpoint (device, epoch, note) VALUES (?, ?, ?)
     ON CONFLICT (device, epoch) DO UPDATE SET note = excluded.note`,
    [change.device, change.epoch, change.note],
  );
  return true;
}
