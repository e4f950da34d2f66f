import type pg from 'pg';
import type { Alarm } from '../collector-store.ts';

/** In the transaction of what it is about. The same alarm again is counted. */
export async function raiseAlarm(
  client: pg.PoolClient,
  { device, code, epoch, seq }: Alarm,
  wallMs: number,
): Promise<void> {
  await client.query(
    `INSERT INTO alarm (device, code, epoch, seq, first_wall_ms, last_wall_ms, times)
     VALUES ($1, $2, $3, $4, $5, $5, 1)
     ON CONFLICT (device, code, epoch, seq) DO UPDATE
       SET times = alarm.times + 1, last_wall_ms = excluded.last_wall_ms`,
    [device, code, epoch, seq, wallMs],
  );
}
