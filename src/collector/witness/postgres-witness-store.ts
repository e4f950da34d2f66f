import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { Result } from '../../domain/result.ts';
import type { StoreError } from '../../store/store-error.ts';
import { raiseAlarm } from '../postgres/postgres-alarms.ts';
import { catchPostgres } from '../postgres/postgres-errors.ts';
import { inTransaction } from '../postgres/postgres-transaction.ts';
import {
  type CheckpointConflict,
  type LogName,
  MOST_CONFLICTS_PER_DEVICE,
  type WitnessedChange,
  type WitnessStore,
} from './witness-store.ts';

/** On the server that several collectors share (migrations/collector-postgres/0010-witness.sql). */
export class PostgresWitnessStore implements WitnessStore {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  newest({ device, epoch }: LogName): Promise<Result<string | null, StoreError>> {
    return catchPostgres(async () => {
      const { rows } = await this.#pool.query<{ note: string }>(
        'SELECT note FROM witnessed_checkpoint WHERE device = $1 AND epoch = $2',
        [device, epoch],
      );
      return rows[0]?.note ?? null;
    });
  }

  /** One statement either way, so that of two collectors with the same `before` one alone is given true. */
  replace({ device, epoch, before, note }: WitnessedChange): Promise<Result<boolean, StoreError>> {
    return catchPostgres(async () => {
      const { rowCount } =
        before === null
          ? await this.#pool.query(
              `INSERT INTO witnessed_checkpoint (device, epoch, note) VALUES ($1, $2, $3)
               ON CONFLICT (device, epoch) DO NOTHING`,
              [device, epoch, note],
            )
          : await this.#pool.query(
              'UPDATE witnessed_checkpoint SET note = $3 WHERE device = $1 AND epoch = $2 AND note = $4',
              [device, epoch, note, before],
            );
      return rowCount === 1;
    });
  }

  keepConflict(conflict: CheckpointConflict): Promise<Result<'kept' | 'full', StoreError>> {
    const { device, epoch, size, remembered, request, signature, receivedWallMs } = conflict;
    const sha256 = createHash('sha256').update(request).digest();
    return catchPostgres(() =>
      inTransaction(this.#pool, async (client) => {
        const alarm = { device, code: 'forked-checkpoint', epoch, seq: size } as const;
        await raiseAlarm(client, alarm, receivedWallMs);
        const { rows } = await client.query<{ own: number; same: number }>(
          `SELECT count(*) AS own, count(*) FILTER (WHERE sha256 = $2) AS same FROM checkpoint_conflict
           WHERE device = $1`,
          [device, sha256],
        );
        const [known] = rows;
        if (known?.same === 1) return 'kept';
        if (known === undefined || known.own >= MOST_CONFLICTS_PER_DEVICE) return 'full';
        await client.query(
          `INSERT INTO checkpoint_conflict
             (device, sha256, epoch, remembered, request, signature, received_wall_ms)
           VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (device, sha256) DO NOTHING`,
          [device, sha256, epoch, remembered, request, signature, receivedWallMs],
        );
        return 'kept';
      }),
    );
  }
}
