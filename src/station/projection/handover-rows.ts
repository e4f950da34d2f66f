import type { HandoverState } from '../../domain/handover.ts';
import type { ExceptionReason, IdentificationMethod, LookupMethod } from '../../domain/outcome.ts';
import type { AgeGroup, Sex } from '../../domain/voter.ts';
import type { CountedUnder } from '../events.ts';

/** One hand-over as the tables hold it. */
export interface HandoverRecord {
  readonly id: string;
  readonly voterId: string;
  readonly state: HandoverState;
  readonly lookup: LookupMethod;
  readonly receiptsDue: number;
  readonly receiptsPrinted: readonly number[];
  readonly commissionReason: ExceptionReason | null;
  /** Null until the decision. */
  readonly counted: CountedUnder | null;
  readonly changedAtMs: number;
  readonly sequence: number;
}

export interface ReceiptRecord {
  readonly number: string;
  readonly handoverId: string;
  readonly index: number;
  readonly state: 'started' | 'printed';
  readonly copies: number;
  readonly reprints: number;
}

export interface HandoverRow {
  readonly id: string;
  readonly voter_id: string;
  readonly state: HandoverState;
  readonly lookup: LookupMethod;
  readonly receipts_due: number;
  readonly receipts_printed: string;
  readonly commission_reason: ExceptionReason | null;
  readonly method: IdentificationMethod | null;
  readonly exception: ExceptionReason | null;
  readonly sex: Sex | null;
  readonly age_group: AgeGroup | null;
  readonly hour: number | null;
  readonly changed_at_ms: number;
  readonly sequence: number;
}

export const HANDOVER_COLUMNS = `id, voter_id, state, lookup, receipts_due, receipts_printed, commission_reason, method, exception, sex, age_group,
  hour, changed_at_ms, sequence`;

export interface ReceiptRow {
  readonly number: string;
  readonly handover_id: string;
  readonly receipt_index: number;
  readonly state: 'started' | 'printed';
  readonly copies: number;
  readonly reprints: number;
}

export function receiptFrom(row: ReceiptRow): ReceiptRecord {
  return {
    number: row.number,
    handoverId: row.handover_id,
    index: row.receipt_index,
    state: row.state,
    copies: row.copies,
    reprints: row.reprints,
  };
}

export function recordFrom(row: HandoverRow | undefined): HandoverRecord | null {
  return row === undefined ? null : handoverFrom(row);
}

export function handoverFrom(row: HandoverRow): HandoverRecord {
  return {
    id: row.id,
    voterId: row.voter_id,
    state: row.state,
    lookup: row.lookup,
    receiptsDue: row.receipts_due,
    receiptsPrinted: JSON.parse(row.receipts_printed) as number[],
    commissionReason: row.commission_reason,
    counted: countedFrom(row),
    changedAtMs: row.changed_at_ms,
    sequence: row.sequence,
  };
}

function countedFrom({ method, exception, sex, age_group, hour }: HandoverRow): CountedUnder | null {
  if (method === null || sex === null || age_group === null || hour === null) return null;
  return { method, exception, sex, ageGroup: age_group, hour };
}
