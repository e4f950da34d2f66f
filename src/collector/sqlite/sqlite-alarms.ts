import type { WritableStore } from '../../store/store.ts';
import type { Alarm } from '../collector-store.ts';

/** In the transaction of what it is about. The same alarm again is counted. */
export function raiseAlarm(store: WritableStore, { device, code, epoch, seq }: Alarm, wallMs: number): void {
  store.run(
    `INSERT INTO alarm (device, code, epoch, seq, first_wall_ms, last_wall_ms, times)
     VALUES (@device, @code, @epoch, @seq, @wallMs, @wallMs, 1)
     ON CONFLICT (device, code, epoch, seq) DO UPDATE
       SET times = times + 1, last_wall_ms = excluded.last_wall_ms`,
    { device, code, epoch, seq, wallMs },
  );
}
