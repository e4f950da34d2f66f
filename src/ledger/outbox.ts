import { err, ok, type Result } from '../domain/result.ts';
import type { Clock } from '../store/clock.ts';
import type { ReadableStore, WritableStore } from '../store/store.ts';
import type { LedgerError } from './ledger-error.ts';
import type { Place } from './ledger-tables.ts';

/** The commits that the centre has not acknowledged, and the receipts for those that it has. */

export interface Receipt {
  readonly epoch: number;
  readonly throughSeq: number;
  /** The centre's counter-signature, as it came. */
  readonly receipt: Uint8Array;
}

/** Runs in the transaction of the commit itself. */
export function enqueueCommit(store: WritableStore, epoch: number, firstSeq: number, lastSeq: number): void {
  store.run('INSERT INTO ledger_outbox (epoch, first_seq, last_seq) VALUES (?, ?, ?)', [
    epoch,
    firstSeq,
    lastSeq,
  ]);
}

/** Events that still have to go. */
export function countPending(store: ReadableStore): number {
  const row = store.get<{ count: number | null }>(
    'SELECT sum(last_seq - first_seq + 1) AS count FROM ledger_outbox',
  );
  return row?.count ?? 0;
}

/** The place before the first event that still has to go; null when nothing has to. */
export function placeBeforePending(store: ReadableStore): Place | null {
  const row = store.get<{ epoch: number; firstSeq: number }>(
    'SELECT epoch, first_seq AS firstSeq FROM ledger_outbox ORDER BY epoch, last_seq LIMIT 1',
  );
  return row === undefined ? null : { epoch: row.epoch, seq: row.firstSeq - 1 };
}

/**
 * Where the next range after `after` ends: at a signed head, at most `limit` events on (but at least one
 * commit), within one epoch. Null when the log has nothing after it.
 */
export function nextRangeEnd(
  store: ReadableStore,
  after: Place,
  limit: number,
): { readonly epoch: number; readonly firstSeq: number; readonly lastSeq: number } | null {
  const first = store.get<Place>(
    'SELECT epoch, seq FROM ledger_event WHERE (epoch, seq) > (?, ?) ORDER BY epoch, seq LIMIT 1',
    [after.epoch, after.seq],
  );
  if (first === undefined) return null;
  const end = store.get<{ lastSeq: number | null }>(
    `SELECT coalesce(
       (SELECT max(seq) FROM ledger_head WHERE epoch = @epoch AND seq BETWEEN @first AND @first + @limit - 1),
       (SELECT min(seq) FROM ledger_head WHERE epoch = @epoch AND seq >= @first)) AS lastSeq`,
    { epoch: first.epoch, first: first.seq, limit },
  );
  if (end === undefined || end.lastSeq === null) return null;
  return { epoch: first.epoch, firstSeq: first.seq, lastSeq: end.lastSeq };
}

/** Keeps the receipt and takes from the outbox what it covers. A receipt that comes twice changes nothing. */
export function acknowledge(
  store: WritableStore,
  through: Place,
  receipt: Uint8Array,
  clock: Clock,
): Result<void, LedgerError> {
  const known = store.get<{ known: number }>(
    'SELECT EXISTS (SELECT 1 FROM ledger_event WHERE epoch = ? AND seq = ?) AS known',
    [through.epoch, through.seq],
  );
  if (known?.known !== 1) {
    return err({ code: 'centre-is-ahead', epoch: through.epoch, throughSeq: through.seq });
  }
  const done = store.transaction(() => {
    store.run(
      `INSERT INTO ledger_receipt (epoch, through_seq, receipt, received_wall_ms) VALUES (?, ?, ?, ?)
       ON CONFLICT DO NOTHING`,
      [through.epoch, through.seq, receipt, clock.wallMs()],
    );
    store.run('DELETE FROM ledger_outbox WHERE epoch = ? AND last_seq <= ?', [through.epoch, through.seq]);
  });
  return done.ok ? ok() : done;
}

export function selectReceipts(store: ReadableStore): Receipt[] {
  return store.all<Receipt>(
    'SELECT epoch, through_seq AS throughSeq, receipt FROM ledger_receipt ORDER BY epoch, through_seq',
  );
}
