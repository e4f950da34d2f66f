import type { CborRecord } from '../../ledger/canonical.ts';
import type { Place } from '../../ledger/ledger-tables.ts';
import { openScratchStore } from '../../store/scratch-store.ts';
import type { ReadableStore, WritableStore } from '../../store/store.ts';
import type { StationEvent } from '../events.ts';
import { projectEvent } from './project-event.ts';
import { keyExpression, PROJECTED_TABLES, type ProjectedTable } from './projected-tables.ts';

/** One event of the log with its private part, which is the event as it was recorded. */
export interface ReplayedEvent extends Place {
  readonly record: CborRecord;
}

/** Which event wrote a row last. */
export type WrittenBy = (table: ProjectedTable, key: string) => Place | null;

export interface Replay {
  /** The tables as the log makes them. */
  readonly tables: ReadableStore;
  /** An event that can't follow those before it: no program writes one. The tables are those before it. */
  readonly stoppedAt: Place | null;
  readonly writtenBy: WrittenBy;
}

/**
 * Makes the tables again from the log, in memory, by the very function that wrote them.
 * @param like The store whose tables they are: the same columns
 * @param remembering Whether `writtenBy` will be asked; it takes as much time again
 */
export function replayLog(
  like: ReadableStore,
  events: Iterable<ReplayedEvent>,
  remembering: boolean,
): Replay & { close(): void } {
  const scratch = openScratchStore([...schemaOf(like), ...(remembering ? REMEMBERING : [])]);
  let stoppedAt: Place | null = null;
  const replayed = scratch.transaction(() => {
    for (const { epoch, seq, record } of events) {
      if (remembering) scratch.run('UPDATE replayed SET epoch = ?, seq = ?', [epoch, seq]);
      if (replayEvent(scratch, record, seq)) continue;
      stoppedAt = { epoch, seq };
      return;
    }
  });
  if (!replayed.ok) throw new Error(`in memory: ${replayed.error.code}`);
  return {
    tables: scratch,
    stoppedAt,
    writtenBy: (table, key) =>
      scratch.get<Place>('SELECT epoch, seq FROM written WHERE name = ? AND key = ?', [table, key]) ?? null,
    close: () => scratch.close(),
  };
}

/** @returns false where the event can't follow those before it */
function replayEvent(scratch: WritableStore, record: CborRecord, seq: number): boolean {
  const { at, operator: _, ...event } = record;
  try {
    const { wallMs } = at as { readonly wallMs: number };
    projectEvent(scratch, event as unknown as StationEvent, wallMs, seq);
    return true;
  } catch {
    // Signed with this laptop's key, and yet not written by the station: it would have refused it.
    return false;
  }
}

function schemaOf(store: ReadableStore): string[] {
  return PROJECTED_TABLES.flatMap((name) =>
    store
      .all<{ sql: string }>(`SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?`, [name])
      .map(({ sql }) => sql),
  );
}

const REMEMBERING = [
  'CREATE TABLE replayed (epoch INTEGER, seq INTEGER) STRICT',
  'INSERT INTO replayed VALUES (0, 0)',
  `CREATE TABLE written (name TEXT, key TEXT, epoch INTEGER, seq INTEGER, PRIMARY KEY (name, key))
    STRICT, WITHOUT ROWID`,
  ...PROJECTED_TABLES.flatMap((table) =>
    (['INSERT', 'UPDATE', 'DELETE'] as const).map((act) => {
      const key = keyExpression(table, act === 'DELETE' ? 'old' : 'new');
      return `CREATE TRIGGER ${table}_${act} AFTER ${act} ON ${table} BEGIN
        DELETE FROM written WHERE name = '${table}' AND key = ${key};
        INSERT INTO written SELECT '${table}', ${key}, epoch, seq FROM replayed;
      END`;
    }),
  ),
];
