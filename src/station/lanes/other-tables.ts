import type { FactOrigin } from '../../domain/lanes/lane-facts.ts';
import type { LaneNumber } from '../../domain/lanes/tenure.ts';
import type { CborRecord } from '../../ledger/canonical.ts';
import type { ChangesOfLane } from '../custody/list-keeper.ts';

/** What a screen here may say of an identification at another table. */
export interface VisitElsewhere {
  readonly handover: string;
  readonly lane: LaneNumber;
  /** Null until the receipt was begun there. */
  readonly receiptNumber: string | null;
  /** Hour of the day, or null where its record has not arrived. */
  readonly hour: number | null;
}

/**
 * What the other lanes' logs tell beyond who owns whom: receipts and hours, for the stop screen, the reports and the
 * grid of numbers. Read as their events arrive, and again at each start.
 */
export class OtherTables {
  readonly #listChanges: ChangesOfLane[] = [];
  #listChanged: (changes: ChangesOfLane) => void = () => {};
  readonly #receipts = new Map<string, string>();
  readonly #hours = new Map<string, number>();
  readonly #paperLines = new Map<string, { readonly lane: LaneNumber; readonly line: number }>();
  readonly #last = new Map<LaneNumber, { readonly at: readonly [number, number]; readonly number: string }>();

  heard(event: CborRecord, { lane, epoch, seq }: FactOrigin): void {
    const { type, handover, number, counted, voter, line } = event;
    if (type === 'list-changed') this.#heardChanges(event, lane);
    if (type === 'paper-line-entered' && typeof voter === 'string' && typeof line === 'number')
      this.#paperLines.set(voter, { lane, line });
    if (typeof handover !== 'string') return;
    if (type === 'identified' && isRecord(counted) && typeof counted.hour === 'number')
      this.#hours.set(handover, counted.hour);
    if (type !== 'receipt-started' || typeof number !== 'string') return;
    if (!this.#receipts.has(handover)) this.#receipts.set(handover, number);
    const before = this.#last.get(lane)?.at ?? [0, 0];
    if (epoch > before[0] || (epoch === before[0] && seq > before[1]))
      this.#last.set(lane, { at: [epoch, seq], number });
  }

  /** Those of before at once, oldest first as their logs came; later ones as they come. */
  onListChanges(listener: (changes: ChangesOfLane) => void): void {
    this.#listChanged = listener;
    for (const changes of this.#listChanges) listener(changes);
  }

  #heardChanges({ sequence, sealed, people }: CborRecord, lane: LaneNumber): void {
    if (typeof sequence !== 'number' || typeof sealed !== 'string') return;
    const changes: ChangesOfLane = {
      ...{ lane, sequence, sealed: new Uint8Array(Buffer.from(sealed, 'base64')) },
      people: Array.isArray(people) ? people.filter((one) => typeof one === 'string') : [],
    };
    this.#listChanges.push(changes);
    this.#listChanged(changes);
  }

  visit(handover: string, lane: LaneNumber): VisitElsewhere {
    return {
      handover,
      lane,
      receiptNumber: this.#receipts.get(handover) ?? null,
      hour: this.#hours.get(handover) ?? null,
    };
  }

  /** The line of paper mode that another table entered for a voter. */
  paperLine(voter: string): { readonly lane: LaneNumber; readonly line: number } | null {
    return this.#paperLines.get(voter) ?? null;
  }

  /** Everybody whom another table entered from paper. */
  paperVoters(): readonly string[] {
    return [...this.#paperLines.keys()];
  }

  receiptOf(handover: string): string | null {
    return this.#receipts.get(handover) ?? null;
  }

  /** The last receipt that a lane began, as far as its log has arrived. */
  lastReceipt(lane: LaneNumber): string | null {
    return this.#last.get(lane)?.number ?? null;
  }
}

function isRecord(value: unknown): value is CborRecord {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
  );
}
