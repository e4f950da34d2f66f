import type { FactOrigin, LaneFact } from '../../../../src/domain/lanes/lane-facts.ts';
import type { LaneNumber } from '../../../../src/domain/lanes/tenure.ts';
import { err, ok, type Result } from '../../../../src/domain/result.ts';
import { HistoryIndex, type LinkedEvent } from '../../../../src/sync/lanes/history-index.ts';
import type {
  KnownFact,
  LaneLog,
  LogHead,
  LogRange,
  StoredRange,
  StoreRangeError,
} from '../../../../src/sync/lanes/lane-log.ts';

export interface SimulatedEvent extends LinkedEvent {
  readonly fact: LaneFact;
  /** What the laptop's clock showed, which may be years off. */
  readonly wallMs: number;
}

export interface SimulatedRange extends LogRange {
  readonly events: readonly SimulatedEvent[];
  readonly signature: Uint8Array | null;
}

/** How events get their names and ranges their signatures; counted numbers in most schedules, real ones in some. */
export interface Sealing {
  hash(event: Omit<SimulatedEvent, 'hash'>): string;
  /** Whether the event is what its hash says. */
  isNamed(event: SimulatedEvent): boolean;
  sign(head: LogHead): Uint8Array | null;
  isSigned(range: SimulatedRange): boolean;
}

type Entry = { readonly event: SimulatedEvent } | { readonly epoch: number };

/** What survives a crash: entries in the order in which they were written. An image of it is a shorter copy. */
export class SimulatedDisk {
  readonly entries: Entry[];
  /** Entries from here on are still in a cache, in the variant that confirms too early. */
  durable: number;
  /** So many of the next writes fail. */
  failures = 0;

  constructor(entries: readonly Entry[] = []) {
    this.entries = [...entries];
    this.durable = entries.length;
  }

  image(length: number): SimulatedDisk {
    return new SimulatedDisk(this.entries.slice(0, length));
  }

  events(): SimulatedEvent[] {
    return this.entries.flatMap((entry) => ('event' in entry ? [entry.event] : []));
  }
}

const EVENTS_PER_RANGE = 50;

type Flush = (() => void) | null;

/** The log of one run of one lane's program, on its disk. */
export class SimulatedLog implements LaneLog<SimulatedRange> {
  readonly #lane: LaneNumber;
  readonly #disk: SimulatedDisk;
  readonly #sealing: Sealing;
  readonly #index = new HistoryIndex();
  readonly #events = new Map<string, SimulatedEvent>();
  readonly #own = new Set<string>();
  readonly #wallMs: () => number;
  readonly #flush: Flush;
  readonly #flushCopies: Flush;
  #head: LogHead | null = null;
  #epoch = 1;
  #newest = 1;

  /** @param flush In variants that confirm too early: asks for the cache to be written some time. */
  constructor(
    lane: LaneNumber,
    disk: SimulatedDisk,
    sealing: Sealing,
    wallMs: () => number,
    { flush, flushCopies }: { readonly flush: Flush; readonly flushCopies: Flush },
  ) {
    this.#lane = lane;
    this.#wallMs = wallMs;
    this.#disk = disk;
    this.#sealing = sealing;
    this.#flush = flush;
    this.#flushCopies = flushCopies;
    for (const entry of disk.entries) {
      if ('event' in entry) this.#keep(entry.event, entry.event.lane === lane && this.#goesOn(entry.event));
      else this.#epoch = entry.epoch;
    }
  }

  heads(): readonly LogHead[] {
    return this.#index.heads();
  }

  has(event: LogHead): boolean {
    return this.#index.has(event);
  }

  leadsTo(earlier: LogHead, head: LogHead): boolean {
    return this.#index.leadsTo(earlier, head);
  }

  ownHead(): LogHead | null {
    return this.#head;
  }

  isOwn(event: LogHead): boolean {
    return this.#own.has(event.hash);
  }

  rangeAfter(head: LogHead, seq: number): SimulatedRange | null {
    const events = this.#index
      .way(head, seq, EVENTS_PER_RANGE)
      .flatMap((hash) => this.#events.get(hash) ?? []);
    const [first, last] = [events[0], events.at(-1)];
    if (first === undefined || last === undefined) return null;
    return {
      lane: last.lane,
      epoch: last.epoch,
      firstSeq: first.seq,
      lastSeq: last.seq,
      lastHash: last.hash,
      events,
      signature: this.#sealing.sign(last),
    };
  }

  store(range: SimulatedRange): Result<StoredRange, StoreRangeError> {
    if (!isWhole(range) || !this.#sealing.isSigned(range)) return err('refused');
    const facts: KnownFact[] = [];
    let forked = false;
    if (this.#fails()) return err('disk-failed');
    for (const event of range.events) {
      if (!this.#sealing.isNamed(event)) return err('refused');
      const added = this.#keep(event, false);
      if (added === 'gap') return err('gap');
      if (added === 'known') continue;
      forked ||= added === 'forked';
      this.#disk.entries.push({ event });
      facts.push({ fact: event.fact, origin: originOf(event) });
    }
    this.#written(this.#flushCopies);
    return ok({ facts, fresh: facts.length, forked });
  }

  append(facts: readonly LaneFact[]): Result<readonly FactOrigin[], 'disk-failed'> {
    if (this.#fails()) return err('disk-failed');
    const origins = facts.map((fact) => {
      const before = this.#head?.epoch === this.#epoch ? this.#head : null;
      const place = { lane: this.#lane, epoch: this.#epoch, seq: (before?.seq ?? 0) + 1 };
      const unnamed = { ...place, prev: before?.hash ?? '', fact, wallMs: this.#wallMs() };
      const event = { ...unnamed, hash: this.#sealing.hash(unnamed) };
      this.#disk.entries.push({ event });
      this.#keep(event, true);
      return originOf(event);
    });
    this.#written();
    return ok(origins);
  }

  beginEpoch(): Result<void, 'disk-failed'> {
    if (this.#fails()) return err('disk-failed');
    this.#epoch = this.#newest + 1;
    this.#newest = this.#epoch;
    this.#disk.entries.push({ epoch: this.#epoch });
    this.#written();
    return ok();
  }

  *facts(): Iterable<KnownFact & { readonly own: boolean }> {
    for (const event of this.#disk.events())
      yield { fact: event.fact, origin: originOf(event), own: this.isOwn(event) };
  }

  #keep(event: SimulatedEvent, own: boolean): 'extended' | 'forked' | 'known' | 'gap' {
    const added = this.#index.add(event);
    if (added === 'gap') return added;
    if (added !== 'known') this.#events.set(event.hash, event);
    if (event.lane === this.#lane) this.#newest = Math.max(this.#newest, event.epoch);
    if (own) {
      this.#own.add(event.hash);
      this.#head = event;
    }
    return added;
  }

  /** Own events are those that follow the own head; others of this lane came back from its peers. */
  #goesOn(event: SimulatedEvent): boolean {
    if (event.epoch !== this.#epoch) return false;
    return this.#head?.epoch === event.epoch ? event.prev === this.#head.hash : event.seq === 1;
  }

  #fails(): boolean {
    if (this.#disk.failures === 0) return false;
    this.#disk.failures -= 1;
    return true;
  }

  #written(flush = this.#flush): void {
    if (flush === null) this.#disk.durable = this.#disk.entries.length;
    else flush();
  }
}

function originOf({ lane, epoch, seq }: SimulatedEvent): FactOrigin {
  return { lane, epoch, seq };
}

function isWhole({ lane, epoch, firstSeq, lastSeq, lastHash, events }: SimulatedRange): boolean {
  return (
    events.length === lastSeq - firstSeq + 1 &&
    events.at(-1)?.hash === lastHash &&
    events.every(
      (event, index) =>
        event.lane === lane &&
        event.epoch === epoch &&
        event.seq === firstSeq + index &&
        (index === 0 || event.prev === events[index - 1]?.hash),
    )
  );
}
