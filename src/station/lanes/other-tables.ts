import type { FactOrigin } from '../../domain/lanes/lane-facts.ts';
import type { LaneNumber } from '../../domain/lanes/tenure.ts';
import { type CborRecord, isRecord } from '../../ledger/canonical.ts';
import type { ChangesOfLane } from '../custody/list-keeper.ts';
import type { TableDay } from './tables-of-station.ts';

/** Far above what changes may be as a whole, in pieces. */
const MOST_PIECES = 2_000;

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
  /** Where the pieces of large changes stand, by table and number: what is in them stays in its log until it is wanted. */
  readonly #pieces = new Map<string, FactOrigin[]>();
  #read: (place: FactOrigin) => CborRecord | null = () => null;
  #listChanged: (changes: ChangesOfLane) => void = () => {};
  readonly #receipts = new Map<string, string>();
  readonly #hours = new Map<string, number>();
  readonly #paperLines = new Map<string, { readonly lane: LaneNumber; readonly line: number }>();
  readonly #days = new Map<LaneNumber, { readonly at: readonly [number, number]; readonly day: TableDay }>();
  readonly #last = new Map<LaneNumber, { readonly at: readonly [number, number]; readonly number: string }>();

  heard(event: CborRecord, origin: FactOrigin): void {
    const { lane, epoch, seq } = origin;
    const { type, handover, number, counted, voter, line } = event;
    this.#heardDay(type, origin);
    if (type === 'list-changes-part') this.#heardPiece(event, origin);
    if (type === 'list-changed') this.#heardChanges(event, origin);
    if (type === 'paper-line-entered' && typeof voter === 'string' && typeof line === 'number')
      this.#paperLines.set(voter, { lane, line });
    if (typeof handover !== 'string') return;
    if (type === 'identified' && isRecord(counted) && typeof counted.hour === 'number')
      this.#hours.set(handover, counted.hour);
    if (type !== 'receipt-started' || typeof number !== 'string') return;
    if (!this.#receipts.has(handover)) this.#receipts.set(handover, number);
    if (isLater([epoch, seq], this.#last.get(lane)?.at)) this.#last.set(lane, { at: [epoch, seq], number });
  }

  #heardDay(type: unknown, { lane, epoch, seq }: FactOrigin): void {
    const isWord = type === 'station-opened' || type === 'station-closed';
    const known = this.#days.get(lane);
    if (!isWord && known === undefined) this.#days.set(lane, { at: [0, 0], day: 'not-opened' });
    if (isWord && isLater([epoch, seq], known?.at))
      this.#days.set(lane, { at: [epoch, seq], day: type === 'station-opened' ? 'open' : 'closed' });
  }

  /** How far the day is there, by the newest of its words that arrived. */
  dayOf(lane: LaneNumber): TableDay {
    return this.#days.get(lane)?.day ?? 'unheard';
  }

  /** Those of before at once, oldest first as their logs came; later ones as they come. */
  onListChanges(listener: (changes: ChangesOfLane) => void): void {
    this.#listChanged = listener;
    for (const changes of this.#listChanges) listener(changes);
  }

  /** How an event that was heard is read once more. */
  readWith(read: (place: FactOrigin) => CborRecord | null): void {
    this.#read = read;
  }

  #heardPiece({ sequence, part }: CborRecord, origin: FactOrigin): void {
    if (typeof sequence !== 'number' || typeof part !== 'number' || part < 1 || part > MOST_PIECES) return;
    const key = `${origin.lane} ${sequence}`;
    const pieces = this.#pieces.get(key) ?? [];
    // One that was begun twice, after a power cut, is whole the second time.
    pieces[part - 1] = origin;
    this.#pieces.set(key, pieces);
  }

  #heardChanges({ sequence, sealed, parts, people }: CborRecord, origin: FactOrigin): void {
    if (typeof sequence !== 'number' || (typeof sealed !== 'string' && typeof parts !== 'number')) return;
    const { lane } = origin;
    const pieces = this.#pieces.get(`${lane} ${sequence}`) ?? [];
    const places =
      typeof parts === 'number' ? Array.from({ length: parts }, (_, at) => pieces[at]) : [origin];
    const changes: ChangesOfLane = {
      ...{ lane, sequence, load: () => this.#load(places) },
      people: Array.isArray(people) ? people.filter((one) => typeof one === 'string') : [],
    };
    this.#listChanges.push(changes);
    this.#listChanged(changes);
  }

  #load(places: readonly (FactOrigin | undefined)[]): Uint8Array | null {
    const pieces: Buffer[] = [];
    for (const place of places) {
      const sealed = place === undefined ? undefined : this.#read(place)?.sealed;
      if (typeof sealed !== 'string') return null;
      pieces.push(Buffer.from(sealed, 'base64'));
    }
    return new Uint8Array(Buffer.concat(pieces));
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

function isLater(at: readonly [number, number], than: readonly [number, number] = [0, 0]): boolean {
  return at[0] > than[0] || (at[0] === than[0] && at[1] > than[1]);
}
