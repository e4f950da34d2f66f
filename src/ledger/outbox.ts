import { err, ok, type Result } from '../domain/result.ts';
import type { Clock } from '../store/clock.ts';
import type { ReadableStore, WritableStore } from '../store/store.ts';
import type { LedgerError } from './ledger-error.ts';
import { IN_OPENED_EPOCH, LARGEST_SEQ, PLACE, type Place } from './ledger-tables.ts';

/** The events that the centre has not acknowledged, which are those behind its receipts, and the receipts. */

export interface Receipt {
  readonly epoch: number;
  readonly throughSeq: number;
  /** The centre's counter-signature, as it came. */
  readonly receipt: Uint8Array;
}

/** By epoch: the last event that there is, and up to where the centre's receipts go; found from the ends of both. */
const ENDS = `SELECT opened.epoch,
  coalesce((SELECT seq FROM ledger_event
    WHERE ${IN_OPENED_EPOCH}
    ORDER BY place DESC LIMIT 1), 0) AS last,
  coalesce((SELECT max(through_seq) FROM ledger_receipt WHERE epoch = opened.epoch), 0) AS through
  FROM ledger_epoch AS opened`;

/** Events that still have to go. */
export function countPending(store: ReadableStore): number {
  const row = store.get<{ count: number | null }>(
    `SELECT sum(last - through) AS count FROM (${ENDS}) WHERE last > through`,
  );
  return row?.count ?? 0;
}

/** The place before the first event that still has to go; null when nothing has to. */
export function placeBeforePending(store: ReadableStore): Place | null {
  const row = store.get<Place>(
    `SELECT epoch, through AS seq FROM (${ENDS}) WHERE last > through ORDER BY epoch LIMIT 1`,
  );
  return row ?? null;
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
    `SELECT epoch, seq FROM ledger_event WHERE place > ${PLACE} ORDER BY place LIMIT 1`,
    [after.epoch, after.seq],
  );
  if (first === undefined) return null;
  const { epoch, seq } = first;
  const end = store.get<{ lastSeq: number | null }>(
    `SELECT coalesce(
       (SELECT seq FROM ledger_event WHERE place BETWEEN ${PLACE} AND ${PLACE} AND signature IS NOT NULL
        ORDER BY place DESC LIMIT 1),
       (SELECT seq FROM ledger_event WHERE place BETWEEN ${PLACE} AND ${PLACE} AND signature IS NOT NULL
        ORDER BY place LIMIT 1)) AS lastSeq`,
    [epoch, seq, epoch, seq + limit - 1, epoch, seq, epoch, LARGEST_SEQ],
  );
  if (end === undefined || end.lastSeq === null) return null;
  return { epoch, firstSeq: seq, lastSeq: end.lastSeq };
}

/** Keeps the receipt; what it covers is no longer pending. A receipt that comes twice changes nothing. */
export function acknowledge(
  store: WritableStore,
  through: Place,
  receipt: Uint8Array,
  clock: Clock,
): Result<void, LedgerError> {
  const known = store.get<{ known: number }>(
    `SELECT EXISTS (SELECT 1 FROM ledger_event WHERE place = ${PLACE}) AS known`,
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
  });
  return done.ok ? ok() : done;
}

export function selectReceipts(store: ReadableStore): Receipt[] {
  return store.all<Receipt>(
    'SELECT epoch, through_seq AS throughSeq, receipt FROM ledger_receipt ORDER BY epoch, through_seq',
  );
}
