import { assertDefined, throwIllegalValue } from '../../domain/assert.ts';
import type { Calibration } from '../../domain/device-bench.ts';
import {
  advanceHandover,
  type Handover,
  type HandoverState,
  type HandoverStep,
} from '../../domain/handover.ts';
import { resumptionCase } from '../../domain/lanes/resumption.ts';
import { unwrap } from '../../domain/result.ts';
import type { PublishedTables } from '../../domain/small-cells/publish-tables.ts';
import type { WritableStore } from '../../store/store.ts';
import { publicKind, type StationEvent } from '../events.ts';
import { type DeviceOnRecord, inOneOrder as devicesInOneOrder } from '../technician/devices-on-record.ts';
import { personText } from '../visitors/admitted-visitor.ts';
import { forgetVoters } from './forget-voters.ts';
import { insertPaperLine, settlePaperLine } from './paper-lines.ts';

/**
 * Writes what one event changes in the tables that screens and reports read. The same function serves the
 * commit and a rebuild from the ledger, so that the two can't come apart. Runs inside the ledger's transaction.
 */
export function projectEvent(
  store: WritableStore,
  event: StationEvent,
  atMs: number,
  sequence: number,
): void {
  if (publicKind(event) === 'identification') setDay(store, 'othersSinceIdentification', 0);
  else addToDayNumber(store, 'othersSinceIdentification', 1);
  switch (event.type) {
    case 'program-started':
      addToDayNumber(store, event.first ? 'starts' : 'restarts', 1);
      return;
    case 'unlocked':
      return;
    case 'clock-confirmed':
      setDay(store, 'clockConfirmed', event.day);
      return;
    case 'check-made':
      setDay(store, `check:${event.check}`, { result: event.result, figure: event.figure });
      return;
    case 'check-accepted':
      setDay(store, `checkAccepted:${event.check}`, true);
      return;
    case 'job-drawn':
      setDay(store, `job:${event.job}`, event.person);
      return;
    case 'desk-taken':
      setDay(store, 'operator', event.person);
      return;
    case 'report-made':
      setDay(store, 'reportNumber', event.number);
      setDay(store, `report:${event.report}`, { number: event.number, atMs: atMs });
      if (event.published !== undefined) setDay(store, 'publishedTables', inOneOrder(event.published));
      if (event.checkpoint !== null) setDay(store, 'lastCheckpoint', { atMs, note: event.checkpoint });
      return;
    case 'devices-found':
      setDay(store, 'devicesFound', devicesInOneOrder(event.devices));
      return;
    case 'scanner-calibrated':
      calibrateOnRecord(store, event);
      return;
    case 'station-opened':
      setDay(store, 'phase', 'open');
      return;
    case 'paper-mode-declared':
    case 'paper-mode-ended':
      setDay(store, 'paperMode', event.type === 'paper-mode-declared');
      return;
    case 'paper-line-entered':
      insertPaperLine(store, event);
      return;
    case 'paper-line-settled':
      settlePaperLine(store, event.line);
      return;
    case 'visitor-admitted':
      store.run(
        `INSERT INTO visitors (id, source, person, token, claim) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET source = excluded.source, person = excluded.person,
           token = excluded.token, claim = excluded.claim`,
        [
          ...[event.id, event.source, personText(event.person)],
          ...[event.token ?? null, event.claim ?? null],
        ],
      );
      return;
    case 'visitor-asked':
    case 'visitor-answered':
    case 'counted-asked':
    case 'elsewhere-asked':
    case 'cover':
    case 'envelope-opened':
    case 'pin-renewed':
    case 'pin-changed':
    case 'keys-moved':
    case 'numbers-printed':
    case 'upload-carried':
    case 'receipts-taken':
      return;
    case 'register-erased':
      forgetVoters(store);
      return;
    case 'spare-admitted':
      // This laptop is the spare; of others' nothing has to be kept here.
      if (event.receiptsFrom !== undefined) setDay(store, 'receiptSequence', event.receiptsFrom);
      return;
    case 'list-changes-part':
      return;
    case 'list-changed':
      setDay(store, 'listSequence', event.sequence);
      return;
    case 'package-replaced':
      // Another list, perhaps other people: what was checked, drawn and printed was of the one before.
      setDay(store, 'listSequence', 0);
      store.run(`DELETE FROM day_state WHERE key LIKE 'check%' OR key LIKE 'job:%' 
        OR key IN ('operator', 'report:opening', 'clockConfirmed')`);
      return;
    case 'voter-found':
      store.run(
        `INSERT INTO handovers (id, voter_id, state, lookup, receipts_due, begun_at_ms, changed_at_ms, sequence)
         VALUES (?, ?, 'found', ?, ?, ?, ?, ?)`,
        [event.handover, event.voter, event.lookup, event.receiptsDue, atMs, atMs, sequence],
      );
      return;
    case 'voter-stopped':
      store.run(
        `INSERT INTO stops (outcome, count) VALUES (?, 1) ON CONFLICT (outcome) DO UPDATE SET count = count + 1`,
        [event.outcome],
      );
      return;
    case 'finger-compared':
      if (!event.matched) countMismatch(store, event.handover, event.position);
      return;
    case 'commission-asked':
      store.run(`UPDATE handovers SET commission_reason = ?, changed_at_ms = ? WHERE id = ?`, [
        event.reason,
        atMs,
        event.handover,
      ]);
      return;
    case 'commission-refused':
    case 'released':
      advance(store, event.handover, { step: 'released' }, atMs);
      return;
    case 'identified': {
      const { counted } = event;
      advance(store, event.handover, { step: 'verified' }, atMs);
      store.run(
        `UPDATE handovers SET method = ?, exception = ?, sex = ?, age_group = ?, hour = ? WHERE id = ?`,
        [counted.method, counted.exception, counted.sex, counted.ageGroup, counted.hour, event.handover],
      );
      store.run(`DELETE FROM finger_mismatches WHERE voter_id = ?`, [event.voter]);
      return;
    }
    case 'receipt-started':
      addToDayNumber(store, 'receiptSequence', event.copy === 1 ? 1 : 0);
      store.run(
        `INSERT INTO receipts (number, handover_id, receipt_index, state, copies) VALUES (?, ?, ?, 'started', 1)
         ON CONFLICT (number) DO UPDATE SET copies = copies + 1`,
        [event.number, event.handover, event.index],
      );
      return;
    case 'receipt-printed':
      advance(store, event.handover, { step: 'receipt-printed', receiptIndex: event.index }, atMs);
      store.run(`UPDATE receipts SET state = 'printed' WHERE number = ?`, [event.number]);
      return;
    case 'receipt-reprinted':
      store.run(`UPDATE receipts SET reprints = reprints + 1, copies = copies + 1 WHERE number = ?`, [
        event.number,
      ]);
      return;
    case 'ballot-issued':
      advance(store, event.handover, { step: 'ballot-issued' }, atMs);
      return;
    case 'signed':
      advance(store, event.handover, { step: 'signed' }, atMs);
      return;
    case 'identification-undone':
      advance(store, event.handover, { step: 'undone' }, atMs);
      return;
    case 'inside-entered':
      setDay(store, 'phase', 'closing');
      setDay(store, 'inside', { count: event.inside, identifiedBefore: countDecided(store) });
      return;
    case 'counts-entered':
      setDay(store, 'counts', event.counts);
      return;
    case 'station-closed':
      setDay(store, 'phase', 'closed');
      return;
    case 'clock-jumped':
    case 'lane-code-refused':
    case 'pin-refused':
    case 'device-changed':
    case 'stop-disputed':
    case 'receipt-failed':
    case 'finger-search-opened':
    case 'finger-searched':
    case 'finger-search-closed':
    case 'problem':
      return;
    case 'lanes':
      if (event.fact.type === 'overridden')
        addToDayNumber(store, event.fact.duringCut ? 'overridesDuringCut' : 'overrides', 1);
      if (event.fact.type === 'taken-over') addToDayNumber(store, 'takeOvers', 1);
      if (event.fact.type === 'resumed') {
        const { when, receiptsAfter } = event.fact;
        // A table that an older program wrote has no such count: it has to be what it was.
        if (when !== undefined) addToDayNumber(store, `resumed:${resumptionCase(event)}`, 1);
        if (receiptsAfter !== undefined) setDay(store, 'receiptSequence', receiptsAfter);
      }
      return;
    default:
      throwIllegalValue(event);
  }
}

interface HandoverStateRow {
  readonly state: HandoverState;
  readonly receipts_due: number;
  readonly receipts_printed: string;
}

/** A step out of order can only come from a bug: the station asks before it commits. */
function advance(store: WritableStore, id: string, step: HandoverStep, atMs: number): void {
  const row = assertDefined(
    store.get<HandoverStateRow>(`SELECT state, receipts_due, receipts_printed FROM handovers WHERE id = ?`, [
      id,
    ]),
    'hand-over',
  );
  const before: Handover = {
    state: row.state,
    receiptsDue: row.receipts_due,
    receiptsPrinted: JSON.parse(row.receipts_printed) as number[],
  };
  const after = unwrap(advanceHandover(before, step));
  store.run(`UPDATE handovers SET state = ?, receipts_printed = ?, changed_at_ms = ? WHERE id = ?`, [
    after.state,
    JSON.stringify(after.receiptsPrinted),
    atMs,
    id,
  ]);
}

function countMismatch(store: WritableStore, handoverId: string, position: number): void {
  store.run(
    `INSERT INTO finger_mismatches (voter_id, position, count)
     SELECT voter_id, ?, 1 FROM handovers WHERE id = ?
     ON CONFLICT (voter_id, position) DO UPDATE SET count = count + 1`,
    [position, handoverId],
  );
}

/** One scanner is in use at a time, and it is the one that was set. */
function calibrateOnRecord(store: WritableStore, { dpi, flipRows, flipColumns }: Calibration): void {
  const row = store.get<{ value: string }>(`SELECT value FROM day_state WHERE key = 'devicesFound'`);
  if (row === undefined) return;
  const devices = JSON.parse(row.value) as readonly DeviceOnRecord[];
  const calibrated = devices.map((each) =>
    each.calibration === null ? each : { ...each, calibration: { dpi, flipRows, flipColumns } },
  );
  setDay(store, 'devicesFound', calibrated);
}

function setDay(store: WritableStore, key: string, value: unknown): void {
  store.run(
    `INSERT INTO day_state (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    [key, JSON.stringify(value)],
  );
}

function addToDayNumber(store: WritableStore, key: string, by: number): void {
  const sql = `UPDATE day_state SET value = CAST(value + ? AS INTEGER) WHERE key = ?`;
  if (store.run(sql, [by, key]).changes === 0) setDay(store, key, by);
}

/** Identifications ever decided here, undone ones included: they came out of the queue inside. */
function countDecided(store: WritableStore): number {
  const row = store.get<{ n: number }>(`SELECT count(*) AS n FROM handovers WHERE method IS NOT NULL`);
  return row?.n ?? 0;
}

/** As it was made: what comes back from the ledger has its keys in the order of their encoding. */
function inOneOrder({ sex, age, reasons }: PublishedTables): PublishedTables {
  const spans = ({ asOf, cells }: PublishedTables['sex']): PublishedTables['sex'] => ({
    asOf,
    cells: cells.map(({ first, last, count }) => ({ first, last, count })),
  });
  const { asOf, kept, others } = reasons;
  return { sex: spans(sex), age: spans(age), reasons: { asOf, kept, others } };
}
