import { err, ok, type Result } from '../../domain/result.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Place } from '../../ledger/ledger-tables.ts';
import type { PrivateRecord } from '../../ledger/open-ledger.ts';
import type { ReadableStore } from '../../store/store.ts';
import type { StoreError } from '../../store/store-error.ts';
import { comparePins, PinsByLog } from './compare-pins.ts';
import {
  differingColumns,
  isInOrder,
  PROJECTED_TABLES,
  type ProjectedTable,
  projectedRows,
  shownKey,
} from './projected-tables.ts';
import { type Replay, type ReplayedEvent, replayLog, type WrittenBy } from './replay-log.ts';

/**
 * What a table has otherwise than the log. `place` is the event that wrote the row last, or took it away; null where
 * the log never had it. `row` is what the row is known by, where that names nobody.
 */
export interface TableFault {
  readonly table: ProjectedTable | 'person_pin' | 'own_pin';
  readonly what: 'missing' | 'changed' | 'not-in-log' | 'out-of-order';
  /** Of a changed row: what differs. */
  readonly columns?: readonly string[];
  readonly row: string | null;
  readonly place: Place | null;
}

export type ProjectionFault =
  | TableFault
  /** The whole table is gone. */
  | { readonly table: ProjectedTable; readonly what: 'no-table' }
  /** The chain holds, and yet no station ever writes such an event behind those before it. */
  | { readonly table: 'ledger_event'; readonly what: 'does-not-follow'; readonly place: Place }
  /** Private parts are gone, up to this event, and no erasure is on record. */
  | { readonly table: 'ledger_part_key'; readonly what: 'erased-without-record'; readonly place: Place };

export interface Compared {
  readonly faults: readonly ProjectionFault[];
  /** Whether the log says which PINs count: one of an older program doesn't. */
  readonly pinsOnRecord: boolean;
}

const EVENTS_AT_ONCE = 1_000;

/**
 * The tables that the desk asks, and those of the PINs, against the log: the chain vouches for the log alone. A row
 * that somebody changed with the database's key, or an old page of the file, would let a voter come twice, keep one
 * away, open a closed station, or make a forgotten PIN count again. Everything is made again from the events, by the
 * function that made it, and compared. Where private parts were erased nothing can be: nobody is identified any more.
 * @param records The whole log, in order
 * @returns null where something differs: `compareWithLog` says what
 */
export function agreesWithLog(
  records: Iterable<PrivateRecord>,
  store: ReadableStore,
): { readonly pinsOnRecord: boolean } | null {
  if (missingTables(store).length > 0) return null;
  const compared = replayed(records, store, false, (replay, pins) =>
    tableFaults(store, replay, () => null).length + comparePins(store, pins).length === 0
      ? { pinsOnRecord: pins.known !== null }
      : null,
  );
  return compared === 'erased' ? null : compared;
}

/**
 * The same, and everything that differs is named. Reads the log from the disk.
 * @returns the disk's error where it could not be read
 */
export function compareWithLog(ledger: Ledger, store: ReadableStore): Result<Compared, StoreError> {
  const gone = missingTables(store);
  if (gone.length > 0)
    return ok({ faults: gone.map((table) => ({ table, what: 'no-table' })), pinsOnRecord: false });
  const log = new LogReading(ledger);
  const compared = replayed(log.records(), store, true, (replay, pins) => ({
    faults: [
      ...tableFaults(store, replay, replay.writtenBy),
      ...(replay.stoppedAt === null ? comparePins(store, pins) : []),
    ],
    pinsOnRecord: pins.known !== null,
  }));
  if (log.error !== null) return err(log.error);
  if (compared !== 'erased') return ok(compared);
  const erasure = withoutRecord(ledger);
  return erasure.ok ? ok({ faults: erasure.value, pinsOnRecord: true }) : erasure;
}

function missingTables(store: ReadableStore): ProjectedTable[] {
  const there = new Set(
    store
      .all<{ name: string }>(`SELECT name FROM sqlite_schema WHERE type = 'table'`)
      .map(({ name }) => name),
  );
  return PROJECTED_TABLES.filter((table) => !there.has(table));
}

/** What `look` sees once the whole log was replayed; `erased` where a private part is gone. */
function replayed<T>(
  records: Iterable<PrivateRecord>,
  store: ReadableStore,
  remembering: boolean,
  look: (replay: Replay, pins: PinsByLog) => T,
): T | 'erased' {
  const pins = new PinsByLog();
  let erased = false;
  const replay = replayLog(store, readable(), remembering);
  try {
    return erased ? 'erased' : look(replay, pins);
  } finally {
    replay.close();
  }

  function* readable(): Generator<ReplayedEvent> {
    for (const { epoch, seq, record } of records) {
      erased = record === 'erased';
      if (record === 'erased') return;
      const known = record === 'malformed' ? {} : record;
      pins.hear(known, { epoch, seq });
      yield { epoch, seq, record: known };
    }
  }
}

/** The log from the disk, a thousand events in memory at a time; ends early where the disk fails. */
class LogReading {
  readonly #ledger: Ledger;
  error: StoreError | null = null;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  *records(): Generator<PrivateRecord> {
    for (let after: Place | null = null; ; ) {
      const page: Result<readonly PrivateRecord[], StoreError> = this.#ledger.privateRecords(
        after,
        EVENTS_AT_ONCE,
      );
      if (!page.ok) this.error = page.error;
      const last: PrivateRecord | undefined = page.ok ? page.value.at(-1) : undefined;
      if (!page.ok || last === undefined) return;
      yield* page.value;
      after = last;
    }
  }
}

function tableFaults(store: ReadableStore, replay: Replay, writtenBy: WrittenBy): ProjectionFault[] {
  const { tables, stoppedAt } = replay;
  if (stoppedAt !== null) return [{ table: 'ledger_event', what: 'does-not-follow', place: stoppedAt }];
  return PROJECTED_TABLES.flatMap((table) => rowFaults(table, store, tables, writtenBy));
}

function rowFaults(
  table: ProjectedTable,
  store: ReadableStore,
  made: ReadableStore,
  writtenBy: WrittenBy,
): TableFault[] {
  const [there, told] = [projectedRows(store, table), projectedRows(made, table)];
  const faults: TableFault[] = [];
  for (const [key, row] of told) {
    const found = there.get(key);
    const columns = found === undefined ? [] : differingColumns(table, row, found);
    const known = { table, row: shownKey(table, row), place: writtenBy(table, key) };
    if (found === undefined) faults.push({ ...known, what: 'missing' });
    else if (columns.length > 0) faults.push({ ...known, what: 'changed', columns });
  }
  for (const [key, row] of there)
    if (!told.has(key))
      faults.push({
        ...{ table, what: 'not-in-log', row: shownKey(table, row) },
        place: writtenBy(table, key),
      });
  if (faults.length > 0 || !isInOrder(table)) return faults;
  const inOrder = [...there.keys()];
  const moved = [...told].find(([key], index) => inOrder[index] !== key);
  if (moved === undefined) return [];
  const [key, row] = moved;
  return [{ table, what: 'out-of-order', row: shownKey(table, row), place: writtenBy(table, key) }];
}

/** Private parts go with the list, in an act of two people that is on record: its centre part says so for good. */
function withoutRecord(ledger: Ledger): Result<readonly ProjectionFault[], StoreError> {
  const log = new LogReading(ledger);
  let unaccounted: Place | null = null;
  for (const { epoch, seq, record } of log.records()) {
    if (record !== 'erased') continue;
    const centre = ledger.openCentre({ epoch, seq });
    unaccounted = centre.ok && centre.value.type === 'register-erased' ? null : { epoch, seq };
  }
  if (log.error !== null) return err(log.error);
  if (unaccounted === null) return ok([]);
  return ok([{ table: 'ledger_part_key', what: 'erased-without-record', place: unaccounted }]);
}
