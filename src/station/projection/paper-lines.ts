import type { ReadableStore, WritableStore } from '../../store/store.ts';
import type { StationEvent } from '../events.ts';

/** The SQL of paper mode's table (migrations/station/0110-paper-mode.sql). */

export interface PaperLineRecord {
  readonly line: number;
  readonly listNumber: number;
  readonly voterId: string | null;
  readonly receipts: number;
  readonly doubleOf: 'identification' | 'paper-line' | 'unknown-number' | null;
  readonly doubleRef: string | null;
  readonly settled: boolean;
}

interface PaperLineRow extends Omit<PaperLineRecord, 'settled'> {
  readonly settled: number;
}

const COLUMNS = `line, list_number AS listNumber, voter_id AS voterId, receipts, double_of AS doubleOf,
  double_ref AS doubleRef, settled`;

const toRecord = (row: PaperLineRow): PaperLineRecord => ({ ...row, settled: row.settled === 1 });

export function insertPaperLine(
  store: WritableStore,
  event: Extract<StationEvent, { type: 'paper-line-entered' }>,
): void {
  store.run(
    `INSERT INTO paper_lines (line, list_number, voter_id, receipts, double_of, double_ref)
     VALUES (?, ?, ?, ?, ?, ?)`,
    [event.line, event.listNumber, event.voter, event.receipts, event.doubleOf, event.doubleRef],
  );
}

export function settlePaperLine(store: WritableStore, line: number): void {
  store.run('UPDATE paper_lines SET settled = 1 WHERE line = ?', [line]);
}

export function selectPaperLine(store: ReadableStore, line: number): PaperLineRecord | null {
  const row = store.get<PaperLineRow>(`SELECT ${COLUMNS} FROM paper_lines WHERE line = ?`, [line]);
  return row === undefined ? null : toRecord(row);
}

/** The first line of a voter. */
export function selectPaperLineOf(store: ReadableStore, voterId: string): PaperLineRecord | null {
  const row = store.get<PaperLineRow>(
    `SELECT ${COLUMNS} FROM paper_lines WHERE voter_id = ? ORDER BY line LIMIT 1`,
    [voterId],
  );
  return row === undefined ? null : toRecord(row);
}

export function countPaperLinesOf(store: ReadableStore, voterId: string): number {
  const row = store.get<{ n: number }>('SELECT count(*) AS n FROM paper_lines WHERE voter_id = ?', [voterId]);
  return row?.n ?? 0;
}

/** Lines that contradicted something when they were entered, in their order, settled or not. */
export function selectRaisedPaperLines(store: ReadableStore): PaperLineRecord[] {
  return store
    .all<PaperLineRow>(`SELECT ${COLUMNS} FROM paper_lines WHERE double_of IS NOT NULL ORDER BY line`)
    .map(toRecord);
}

export interface PaperFigures {
  readonly lines: number;
  /** Ballots that were handed out against the lines. */
  readonly receipts: number;
}

export function selectPaperFigures(store: ReadableStore): PaperFigures {
  const row = store.get<PaperFigures>(
    'SELECT count(*) AS lines, coalesce(sum(receipts), 0) AS receipts FROM paper_lines',
  );
  return row ?? { lines: 0, receipts: 0 };
}

/** Everybody who is taken, here or on paper; and the number of the last receipt that was begun. */
export function selectIdentified(store: ReadableStore): {
  readonly voterIds: readonly string[];
  readonly lastReceipt: string | null;
} {
  const voters = store.all<{ id: string }>(
    `SELECT voter_id AS id FROM handovers WHERE state IN ('verified', 'receipt', 'ballot', 'signed')
     UNION SELECT voter_id FROM paper_lines WHERE voter_id IS NOT NULL`,
  );
  const last = store.get<{ number: string }>('SELECT number FROM receipts ORDER BY rowid DESC LIMIT 1');
  return { voterIds: voters.map(({ id }) => id), lastReceipt: last?.number ?? null };
}
