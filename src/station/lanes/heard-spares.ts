import type { LaneNumber } from '../../domain/lanes/tenure.ts';
import type { CborRecord } from '../../ledger/canonical.ts';
import type { WritableStore } from '../../store/store.ts';
import {
  type LaneRoster,
  laptopsOf,
  type RosterLane,
  rosterLaneSchema,
  withRival,
  withSpare,
} from '../../sync/lanes/transport/lane-roster.ts';
import { updateRoster } from './lane-keys.ts';

export interface SpareListener {
  /** Stands at its table from now on. */
  admitted(spare: RosterLane): void;
  /** Two people let it in elsewhere for a laptop whose place another spare has here: both may be at work. */
  rival(spare: RosterLane): void;
}

interface Admission {
  readonly spare: RosterLane;
  /** The laptop that it was let in for. */
  readonly revokes: string;
}

/**
 * Spares that two people let in at another table, as that table's signed log tells it: believed here from then on, and
 * the laptop that each stands in for no longer. Of two that were let in for one laptop (from two copies of the chair's
 * stick, or at two tables that were cut off from each other) the first that is heard stays, and that there is another is
 * raised the moment it is heard: what that one writes down is part of the station's day, too, and is taken in.
 */
export class HeardSpares {
  readonly #store: WritableStore;
  readonly #own: LaneNumber;
  #roster: LaneRoster;
  /** Logs come in any order: a spare may be heard of before the one that it was let in for. */
  readonly #heard: Admission[] = [];
  readonly #waiting: ((listener: SpareListener) => void)[] = [];
  #listener: SpareListener | null = null;

  constructor(store: WritableStore, own: LaneNumber, roster: LaneRoster) {
    this.#store = store;
    this.#own = own;
    this.#roster = roster;
  }

  /** An event of another lane: at each start once more, and when it arrives. */
  heard(event: CborRecord): void {
    if (event.type !== 'spare-admitted') return;
    const entry = rosterLaneSchema.safeParse(event.entry);
    const revokes = deviceOf(event.revokes);
    if (!entry.success || revokes === null) return;
    this.#heard.push({ spare: entry.data, revokes });
    while (this.#heard.some((one) => this.#adopts(one)));
    for (const one of this.#heard) if (this.#isRival(one)) this.#raise(one.spare);
  }

  /** Two people let one in at this very table: what is heard from now on is held against the tables as they are. */
  admittedHere(spare: RosterLane): void {
    this.#roster = withSpare(this.#roster, spare) ?? this.#roster;
  }

  /** Whom to tell, and what came before anybody was there to be told. */
  tell(listener: SpareListener): void {
    this.#listener = listener;
    for (const say of this.#waiting.splice(0)) say(listener);
  }

  /** Only for the laptop that stands there: what is revoked has to be who is believed. */
  #adopts({ spare, revokes }: Admission): boolean {
    const stands = laptopsOf(this.#roster, spare.lane).at(-1);
    if (spare.lane === this.#own || stands !== revokes) return false;
    const renewed = withSpare(this.#roster, spare);
    // What the disk refuses is heard again at the next start.
    if (renewed === null || !this.#keep(renewed)) return false;
    this.#say((listener) => listener.admitted(spare));
    return true;
  }

  #isRival({ spare, revokes }: Admission): boolean {
    const laptops = laptopsOf(this.#roster, spare.lane);
    const isKnown = (device: string): boolean =>
      laptops.includes(device) || (this.#roster.former ?? []).some((one) => one.device === device);
    if (isKnown(spare.device)) return false;
    const at = laptops.indexOf(revokes);
    if (at >= 0 && at < laptops.length - 1) return true;
    // A spare from the chair's stick doesn't know what stood before it; the others say whom it was let in for.
    return this.#heard.some(
      (one) => one.spare.lane === spare.lane && one.revokes === revokes && laptops.includes(one.spare.device),
    );
  }

  #raise(rival: RosterLane): void {
    const renewed = withRival(this.#roster, rival);
    if (renewed === null || !this.#keep(renewed)) return;
    this.#say((listener) => listener.rival(rival));
  }

  #keep(roster: LaneRoster): boolean {
    const written = this.#store.transaction(() => updateRoster(this.#store, roster));
    if (written.ok) this.#roster = roster;
    return written.ok;
  }

  #say(say: (listener: SpareListener) => void): void {
    if (this.#listener === null) this.#waiting.push(say);
    else say(this.#listener);
  }
}

function deviceOf(value: CborRecord[string] | undefined): string | null {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return null;
  const { device } = value as CborRecord;
  return typeof device === 'string' ? device : null;
}
