import { ok } from '../../domain/result.ts';
import type { WritableStore } from '../../store/store.ts';
import type { WitnessMemory } from './witness.ts';

/** A witness's memory in the station's database (migrations/station/0100-witness.sql). */
export function storedWitnessMemory(store: WritableStore): WitnessMemory {
  const select = (origin: string): string | null =>
    store.get<{ note: string }>('SELECT note FROM ledger_witnessed WHERE origin = ?', [origin])?.note ?? null;
  return {
    newest: (origin) => store.read(() => select(origin)),
    replace(origin, before, note) {
      const done = store.transaction(() => {
        if (select(origin) !== before) return false;
        store.run(
          `INSERT INTO ledger_witnessed (origin, note) VALUES (?, ?)
           ON CONFLICT (origin) DO UPDATE SET note = excluded.note`,
          [origin, note],
        );
        return true;
      });
      return done.ok ? ok(done.value) : done;
    },
  };
}
