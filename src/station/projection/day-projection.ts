import type { IdentificationMethod } from '../../domain/outcome.ts';
import type { ParticipationToken } from '../../domain/participation-token.ts';
import type { Procedure } from '../../domain/procedure.ts';
import { type CountedFigures, type LedgerFigures, NO_COUNTS } from '../../domain/reconciliation.ts';
import type { LaneDecisions, ReportKind } from '../../domain/report.ts';
import { DRAWN_JOBS, type DrawnJob } from '../../domain/roles.ts';
import type { PublishedTables } from '../../domain/small-cells/publish-tables.ts';
import { type CountedIdentification, type Turnout, tallyTurnout } from '../../domain/turnout.ts';
import type { AgeGroup, Sex } from '../../domain/voter.ts';
import type { VisitorClaim } from '../../register/visitors/visitor-claim.ts';
import type { ReadableStore } from '../../store/store.ts';
import type { CheckName, Phase } from '../api/snapshot.ts';
import type { DeviceOnRecord } from '../technician/devices-on-record.ts';
import type { AdmittedVisitor, VisitorPerson, VisitorSource } from '../visitors/admitted-visitor.ts';
import {
  HANDOVER_COLUMNS,
  type HandoverRecord,
  type HandoverRow,
  handoverFrom,
  type ReceiptRecord,
  type ReceiptRow,
  receiptFrom,
  recordFrom,
} from './handover-rows.ts';
import {
  countPaperLinesOf,
  type PaperFigures,
  type PaperLineRecord,
  selectIdentified,
  selectPaperFigures,
  selectPaperLine,
  selectPaperLineOf,
  selectRaisedPaperLines,
} from './paper-lines.ts';

const EFFECTIVE = `state IN ('verified', 'receipt', 'ballot', 'signed')`;

/** Reads the projections of one lane's ledger; it can't write. */
export class DayProjection {
  readonly #store: ReadableStore;

  constructor(store: ReadableStore) {
    this.#store = store;
  }

  phase(): Exclude<Phase, 'locked'> {
    return this.#day<Exclude<Phase, 'locked'>>('phase') ?? 'preparing';
  }

  operatorId(): string | null {
    return this.#day<string>('operator');
  }

  confirmedDay(): string | null {
    return this.#day<string>('clockConfirmed');
  }

  /** The last change of the list that is on record, counted from 1 for each package. */
  listSequence(): number {
    return this.#day<number>('listSequence') ?? 0;
  }

  check(name: CheckName): { result: 'passed' | 'warning' | 'failed'; figure: number | null } | null {
    return this.#day(`check:${name}`);
  }

  checkAccepted(name: CheckName): boolean {
    return this.#day<boolean>(`checkAccepted:${name}`) ?? false;
  }

  draw(): Partial<Record<DrawnJob, string>> {
    const drawn: Partial<Record<DrawnJob, string>> = {};
    for (const job of DRAWN_JOBS) {
      const person = this.#day<string>(`job:${job}`);
      if (person !== null) drawn[job] = person;
    }
    return drawn;
  }

  reportNumber(): number {
    return this.#day<number>('reportNumber') ?? 0;
  }

  lastReport(kind: ReportKind): { number: number; atMs: number } | null {
    return this.#day(`report:${kind}`);
  }

  lastCheckpoint(): { atMs: number; note: string } | null {
    return this.#day('lastCheckpoint');
  }

  /** What the last public report showed. */
  publishedTables(): PublishedTables | null {
    return this.#day('publishedTables');
  }

  /** Decisions of two people about a voter or a lane of another table; those during a cut are counted apart. */
  laneDecisions(): LaneDecisions {
    return {
      overrides: this.#day<number>('overrides') ?? 0,
      overridesDuringCut: this.#day<number>('overridesDuringCut') ?? 0,
      takeOvers: this.#day<number>('takeOvers') ?? 0,
      resumptions: {
        'at-opening': this.#day<number>('resumed:at-opening') ?? 0,
        unproven: this.#day<number>('resumed:unproven') ?? 0,
        'older-copy': this.#day<number>('resumed:older-copy') ?? 0,
      },
    };
  }

  restarts(): number {
    return this.#day<number>('restarts') ?? 0;
  }

  startedBefore(): boolean {
    return (this.#day<number>('starts') ?? 0) > 0;
  }

  /** The number of the last receipt that was begun here, or after which a spare's begin: the next one is one more. */
  receiptSequence(): number {
    return this.#day<number>('receiptSequence') ?? 0;
  }

  inside(): { count: number; still: number } | null {
    const entered = this.#day<{ count: number; identifiedBefore: number }>('inside');
    if (entered === null) return null;
    const decided = this.#number(`SELECT count(*) AS n FROM handovers WHERE method IS NOT NULL`);
    return { count: entered.count, still: Math.max(0, entered.count - (decided - entered.identifiedBefore)) };
  }

  /** In the public log, since the last identification (cover.ts). */
  othersSinceIdentification(): number {
    return this.#day<number>('othersSinceIdentification') ?? 0;
  }

  /** `declared`: it was on at some time, so that lines may be entered. */
  paperMode(): { readonly on: boolean; readonly declared: boolean } {
    const on = this.#day<boolean>('paperMode');
    return { on: on === true, declared: on !== null };
  }

  paperLine(line: number): PaperLineRecord | null {
    return selectPaperLine(this.#store, line);
  }

  paperLineOf(voterId: string): PaperLineRecord | null {
    return selectPaperLineOf(this.#store, voterId);
  }

  /** Effective records of a voter, here and on paper. */
  countedTimes(voterId: string): number {
    const here = this.effectiveHandoverOf(voterId) === null ? 0 : 1;
    return here + countPaperLinesOf(this.#store, voterId);
  }

  /** Every record of a voter that there ever was here: identifications, undone ones as well, and lines of paper mode. */
  recordsOf(voterId: string): number {
    const row = this.#store.get<{ n: number }>(
      'SELECT count(*) AS n FROM handovers WHERE voter_id = ? AND method IS NOT NULL',
      [voterId],
    );
    return (row?.n ?? 0) + countPaperLinesOf(this.#store, voterId);
  }

  paperFigures(): PaperFigures {
    return selectPaperFigures(this.#store);
  }

  raisedPaperLines(): readonly PaperLineRecord[] {
    return selectRaisedPaperLines(this.#store);
  }

  /** Of the paper list: who is taken, here or on paper; and the last receipt that this lane began. */
  identifiedVoters(): { readonly voterIds: readonly string[]; readonly lastReceipt: string | null } {
    return selectIdentified(this.#store);
  }

  counts(): CountedFigures {
    return this.#day<CountedFigures>('counts') ?? NO_COUNTS;
  }

  stops(): Record<string, number> {
    const rows = this.#store.all<{ outcome: string; count: number }>(`SELECT outcome, count FROM stops`);
    return Object.fromEntries(rows.map((row) => [row.outcome, row.count]));
  }

  handover(id: string): HandoverRecord | null {
    return recordFrom(
      this.#store.get<HandoverRow>(`SELECT ${HANDOVER_COLUMNS} FROM handovers WHERE id = ?`, [id]),
    );
  }

  /** The identification that counts for this voter, if there is one. */
  effectiveHandoverOf(voterId: string): HandoverRecord | null {
    const sql = `SELECT ${HANDOVER_COLUMNS} FROM handovers WHERE voter_id = ? AND ${EFFECTIVE}`;
    return recordFrom(this.#store.get<HandoverRow>(sql, [voterId]));
  }

  /** The undecided hand-over of this voter, if one was left on the desk. */
  undecidedHandoverOf(voterId: string): HandoverRecord | null {
    const sql = `SELECT ${HANDOVER_COLUMNS} FROM handovers WHERE voter_id = ? AND state = 'found'`;
    return recordFrom(this.#store.get<HandoverRow>(sql, [voterId]));
  }

  /** Comparisons that did not match, by finger, of a voter who is not identified. */
  fingerMismatches(voterId: string): ReadonlyMap<number, number> {
    const sql = `SELECT position, count FROM finger_mismatches WHERE voter_id = ?`;
    const rows = this.#store.all<{ position: number; count: number }>(sql, [voterId]);
    return new Map(rows.map(({ position, count }) => [position, count]));
  }

  /** Begun at the desk and not finished there: the voter has no receipt yet. */
  atDesk(): HandoverRecord[] {
    const sql = `SELECT ${HANDOVER_COLUMNS} FROM handovers WHERE state IN ('found', 'verified') ORDER BY sequence`;
    return this.#store.all<HandoverRow>(sql).map(handoverFrom);
  }

  /** Receipt in hand, ballot or signature still to come: the last so many, in their order. */
  atIssuingTable(most: number): HandoverRecord[] {
    const sql = `SELECT ${HANDOVER_COLUMNS} FROM handovers WHERE state IN ('receipt', 'ballot')
      ORDER BY sequence DESC LIMIT ?`;
    return this.#store.all<HandoverRow>(sql, [most]).map(handoverFrom).reverse();
  }

  /** Where ballots are counted by hand, a hand-over ends with its receipt; where receipts are scanned, with the signature. */
  openHandovers({ issuing }: Pick<Procedure, 'issuing'>): number {
    return this.atDesk().length + (issuing === 'scan' ? this.waitingForBallot() : 0);
  }

  receipts(handoverId: string): ReceiptRecord[] {
    const sql = `SELECT number, handover_id, receipt_index, state, copies, reprints FROM receipts
      WHERE handover_id = ? ORDER BY receipt_index`;
    return this.#store.all<ReceiptRow>(sql, [handoverId]).map(receiptFrom);
  }

  receipt(number: string): ReceiptRecord | null {
    const sql = `SELECT number, handover_id, receipt_index, state, copies, reprints FROM receipts WHERE number = ?`;
    const row = this.#store.get<ReceiptRow>(sql, [number]);
    return row === undefined ? null : receiptFrom(row);
  }

  signed(): number {
    return this.#number(`SELECT count(*) AS n FROM handovers WHERE state = 'signed'`);
  }

  identified(): number {
    return this.#number(`SELECT count(*) AS n FROM handovers WHERE ${EFFECTIVE}`);
  }

  /** Of those, voters of other stations. */
  visitors(): number {
    return this.#number(
      `SELECT count(*) AS n FROM handovers JOIN visitors ON visitors.id = handovers.voter_id WHERE ${EFFECTIVE}`,
    );
  }

  /** Everybody of another station whose visit began here. */
  admittedVisitors(): AdmittedVisitor[] {
    const sql = `SELECT id, source, person, token, claim FROM visitors`;
    return this.#store.all<VisitorRow>(sql).map(({ id, source, person, token, claim }) => ({
      ...{ id, source, person: JSON.parse(person) as VisitorPerson },
      ...(token === null ? {} : { token }),
      ...(claim === null ? {} : { claim }),
    }));
  }

  waitingForBallot(): number {
    return this.#number(`SELECT count(*) AS n FROM handovers WHERE state IN ('receipt', 'ballot')`);
  }

  exceptions(): { total: number; byReason: Record<string, number> } {
    const rows = this.#store.all<{ exception: string; n: number }>(
      `SELECT exception, count(*) AS n FROM handovers WHERE ${EFFECTIVE} AND exception IS NOT NULL GROUP BY exception`,
    );
    return {
      total: rows.reduce((sum, row) => sum + row.n, 0),
      byReason: Object.fromEntries(rows.map((row) => [row.exception, row.n])),
    };
  }

  turnout(lane: number): Turnout {
    interface Row {
      readonly hour: number;
      readonly sex: Sex;
      readonly age_group: AgeGroup;
      readonly method: IdentificationMethod;
    }
    const rows = this.#store.all<Row>(
      `SELECT hour, sex, age_group, method FROM handovers WHERE ${EFFECTIVE}`,
    );
    return tallyTurnout(
      rows.map(
        (row): CountedIdentification => ({
          hour: row.hour,
          sex: row.sex,
          ageGroup: row.age_group,
          method: row.method,
          lane,
        }),
      ),
    );
  }

  undone(): number {
    return this.#number(`SELECT count(*) AS n FROM handovers WHERE state = 'undone'`);
  }

  /** The desk's side of the reconciliation. What paper mode adds to it the other lanes have a part in (ledger-figures.ts). */
  figures(procedure: Pick<Procedure, 'issuing'>): LedgerFigures {
    const receipts = (where: string): number =>
      this.#number(
        `SELECT count(*) AS n FROM receipts JOIN handovers ON handovers.id = receipts.handover_id WHERE ${where}`,
      );
    const identified = this.identified();
    return {
      identified,
      undone: this.undone(),
      // A visitor may be due fewer ballots than there are votes.
      receiptsDue: this.#number(
        `SELECT coalesce(sum(receipts_due), 0) AS n FROM handovers WHERE ${EFFECTIVE}`,
      ),
      receiptsPrinted: receipts(`receipts.state = 'printed' AND handovers.${EFFECTIVE}`),
      receiptsReprinted: this.#number(`SELECT coalesce(sum(reprints), 0) AS n FROM receipts`),
      receiptsOfUndone: receipts(`receipts.state = 'printed' AND handovers.state = 'undone'`),
      openHandovers: this.openHandovers(procedure),
    };
  }

  /** As the checks, or a change since, put them on record; null before the first checks. */
  devicesOnRecord(): readonly DeviceOnRecord[] | null {
    return this.#day<readonly DeviceOnRecord[]>('devicesFound');
  }

  #number(sql: string): number {
    return this.#store.get<{ n: number }>(sql)?.n ?? 0;
  }

  #day<T>(key: string): T | null {
    const row = this.#store.get<{ value: string }>(`SELECT value FROM day_state WHERE key = ?`, [key]);
    return row === undefined ? null : (JSON.parse(row.value) as T);
  }
}

interface VisitorRow {
  readonly id: string;
  readonly source: VisitorSource;
  readonly person: string;
  readonly token: ParticipationToken | null;
  readonly claim: VisitorClaim | null;
}
