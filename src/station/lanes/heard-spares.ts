import type { LaneNumber } from '../../domain/lanes/tenure.ts';
import type { CborRecord } from '../../ledger/canonical.ts';
import type { WritableStore } from '../../store/store.ts';
import {
  type LaneRoster,
  type RosterLane,
  rosterLaneSchema,
  withSpare,
} from '../../sync/lanes/transport/lane-roster.ts';
import { updateRoster } from './lane-keys.ts';

/**
 * Spares that two people let in at another table, as that table's signed log tells it: believed here from then on, and
 * the laptop that each stands in for no longer. Of two for one place the first that is heard stays: what is revoked has
 * to be who stands there.
 */
export class HeardSpares {
  readonly #store: WritableStore;
  readonly #own: LaneNumber;
  #roster: LaneRoster;
  #waiting: RosterLane[] = [];
  #tell: ((spare: RosterLane) => void) | null = null;

  constructor(store: WritableStore, own: LaneNumber, roster: LaneRoster) {
    this.#store = store;
    this.#own = own;
    this.#roster = roster;
  }

  /** An event of another lane: at each start once more, and when it arrives. */
  heard(event: CborRecord): void {
    if (event.type !== 'spare-admitted') return;
    const entry = rosterLaneSchema.safeParse(event.entry);
    const revoked = deviceOf(event.revokes);
    if (!entry.success || entry.data.lane === this.#own) return;
    const stands = this.#roster.lanes.find(({ lane }) => lane === entry.data.lane);
    const renewed = stands?.device === revoked ? withSpare(this.#roster, entry.data) : null;
    if (renewed === null) return;
    const written = this.#store.transaction(() => updateRoster(this.#store, renewed));
    // Heard again at the next start.
    if (!written.ok) return;
    this.#roster = renewed;
    if (this.#tell === null) this.#waiting.push(entry.data);
    else this.#tell(entry.data);
  }

  /** Two people let one in at this very table: what is heard from now on is held against the tables as they are. */
  admittedHere(spare: RosterLane): void {
    this.#roster = withSpare(this.#roster, spare) ?? this.#roster;
  }

  /** Whom to tell, and what came before anybody was there to be told. */
  tell(listener: (spare: RosterLane) => void): void {
    this.#tell = listener;
    for (const spare of this.#waiting) listener(spare);
    this.#waiting = [];
  }
}

function deviceOf(value: CborRecord[string] | undefined): string | null {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return null;
  const { device } = value as CborRecord;
  return typeof device === 'string' ? device : null;
}
