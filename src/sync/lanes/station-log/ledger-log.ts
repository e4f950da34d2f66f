import { assertDefined } from '../../../domain/assert.ts';
import type { FactOrigin, LaneFact } from '../../../domain/lanes/lane-facts.ts';
import type { LaneNumber } from '../../../domain/lanes/tenure.ts';
import { err, ok, type Result } from '../../../domain/result.ts';
import { type CborRecord, decodeCanonical } from '../../../ledger/canonical.ts';
import type { LedgerIdentity } from '../../../ledger/event.ts';
import { readEventTime } from '../../../ledger/event-time.ts';
import type { Ledger, StoredEvent } from '../../../ledger/ledger.ts';
import { nextRangeEnd } from '../../../ledger/outbox.ts';
import { PartKeys } from '../../../ledger/part-keys.ts';
import { verifyChain } from '../../../ledger/verify-chain.ts';
import type { WritableStore } from '../../../store/store.ts';
import { HistoryIndex } from '../history-index.ts';
import {
  headOf,
  type KnownFact,
  type LaneLog,
  type LogHead,
  type StoredRange,
  type StoreRangeError,
} from '../lane-log.ts';
import {
  type CopiedEvent,
  insertCopied,
  insertSignature,
  iterateCopied,
  selectCopied,
  selectCopiedAt,
  selectSignature,
} from './lane-tables.ts';
import { ServedRanges } from './served-ranges.ts';
import {
  MOST_RANGE_BYTES,
  MOST_RECORDS,
  type StationRange,
  type StationRecord,
  sizeOfRange,
} from './station-range.ts';

/** The device that a lane was provisioned on, as the package's roster has it. */
export interface LaneDevice {
  readonly device: string;
  /** Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array;
}

export interface LedgerLogOptions {
  readonly lane: LaneNumber;
  readonly ledger: Ledger;
  /** The ledger's own database, with migrations/station/0200-lanes.sql. */
  readonly store: WritableStore;
  readonly devices: ReadonlyMap<LaneNumber, LaneDevice>;
  /** Those that stood there before a spare: their logs stay part of the day. */
  readonly former?: readonly (LaneDevice & { readonly lane: LaneNumber })[];
  /** Records facts as events of this lane's own ledger; gives every event of the commit, those of the facts last. */
  readonly record: (facts: readonly LaneFact[]) => Result<readonly StoredEvent[], 'disk-failed'>;
  /** What the private part of an event means to the lanes; null for most events. */
  readonly factOf: (privatePart: CborRecord) => LaneFact | null;
  /** Told of every event that came from another lane, once at each start and when it arrives. */
  readonly heard?: (privatePart: CborRecord, origin: FactOrigin) => void;
}

interface VerifiedEvent {
  readonly place: LogHead & { readonly prev: string };
  readonly record: StationRecord;
}

/** The logs of a station in one lane's database: its own ledger, and verified copies of the others'. */
export class LedgerLog implements LaneLog<StationRange> {
  readonly #options: LedgerLogOptions;
  readonly #keys = new PartKeys();
  readonly #index = new HistoryIndex();
  readonly #own = new Set<string>();
  readonly #served = new ServedRanges();
  #head: LogHead | null = null;
  #newestEpoch = 0;

  constructor(options: LedgerLogOptions) {
    this.#options = options;
    const { store, ledger } = options;
    this.#keys.load(store);
    const events = ledger.events(null, -1);
    if (events.ok) this.ownCommitted(events.value);
    for (const event of iterateCopied(store)) this.#addToIndex(event);
  }

  /** To be told of everything that is committed to the own ledger. */
  ownCommitted(events: readonly StoredEvent[]): readonly FactOrigin[] {
    const { lane } = this.#options;
    return events.map(({ epoch, seq, hash, public: { prev } }) => {
      const event = { lane, epoch, seq, hash: hex(hash), prev: hex(prev) };
      this.#index.add(event);
      this.#own.add(event.hash);
      this.#head = event;
      this.#newestEpoch = Math.max(this.#newestEpoch, epoch);
      return { lane, epoch, seq };
    });
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

  append(facts: readonly LaneFact[]): Result<readonly FactOrigin[], 'disk-failed'> {
    const recorded = this.#options.record(facts);
    // Other events may stand before them in the same commit.
    return recorded.ok ? ok(this.ownCommitted(recorded.value).slice(-facts.length)) : recorded;
  }

  beginEpoch(): Result<void, 'disk-failed'> {
    const begun = this.#options.ledger.beginEpoch(this.#newestEpoch);
    return begun.ok ? ok() : err('disk-failed');
  }

  /** Few enough events for one frame, however large each is. */
  rangeAfter(head: LogHead, seq: number): StationRange | null {
    let whole: StationRange | null = null;
    for (let most = MOST_RECORDS; ; most = Math.ceil(most / 8)) {
      const range = this.#rangeAfter(head, seq, most);
      // A commit is never cut: nothing ends so early at a signed head.
      if (range === null) return whole;
      if (most === 1 || sizeOfRange(range) <= MOST_RANGE_BYTES) return range;
      whole = range;
    }
  }

  #rangeAfter(head: LogHead, seq: number, most: number): StationRange | null {
    const way = this.#index.way(head, seq, most);
    const [first] = way;
    if (first === undefined) return null;
    const { store, ledger } = this.#options;
    const read = (range: () => StationRange | null): StationRange | null => {
      const result = store.read(range);
      return result.ok ? result.value : null;
    };
    if (!this.#own.has(first)) return read(() => this.#copiedRange(head, seq, way));
    return this.#served.serve({ head, seq, most }, ledger.erasures, () =>
      read(() => this.#ownRange(head.epoch, seq, most)),
    );
  }

  /** What an event that was heard says in its private part; null where it is not here, or was erased. */
  privateAt(place: FactOrigin): CborRecord | null {
    const read = this.#options.store.read(() => selectCopiedAt(this.#options.store, place));
    const opened = read.ok && read.value !== null ? this.#open(read.value, 'private') : null;
    const fields = opened === null ? null : decodeCanonical(opened.bytes);
    return fields?.ok === true ? fields.value : null;
  }

  store(range: StationRange): Result<StoredRange, StoreRangeError> {
    const { store } = this.#options;
    // A hash that is known stands for everything before it: in a mesh the same range comes from several lanes.
    if (this.#index.has(headOf(range))) return ok({ facts: [], fresh: 0, forked: false });
    const verified = this.#verify(range);
    if (verified === null) return err('refused');
    const { events, former } = verified;
    const firstNew = events.findIndex(({ place }) => !this.#index.has(place));
    if (firstNew < 0) return ok({ facts: [], fresh: 0, forked: false });
    const fresh = events.slice(firstNew);
    const start = assertDefined(fresh[0], 'the first new event').place;
    if (start.seq > 1 && !this.#index.has({ ...start, seq: start.seq - 1, hash: start.prev }))
      return err('gap');
    const written = store.transaction(() => {
      for (const { place, record } of fresh) {
        insertCopied(store, {
          ...place,
          hash: bytes(place.hash),
          prev: bytes(place.prev),
          publicBytes: record.publicBytes,
          centre: this.#keys.seal('centre', place, record.centre),
          private: this.#keys.seal('private', place, record.private),
        });
      }
      insertSignature(store, bytes(range.lastHash), range.signature);
    });
    if (!written.ok) return err('disk-failed');
    let forked = false;
    const facts: KnownFact[] = [];
    for (const { place, record } of fresh) {
      forked = this.#index.add(place) === 'forked' || forked;
      if (place.lane === this.#options.lane) this.#newestEpoch = Math.max(this.#newestEpoch, place.epoch);
      const fact = this.#hear(record.private.bytes, place);
      if (fact !== null) facts.push({ fact, origin: originOf(place) });
    }
    return ok({ facts, fresh: fresh.length, forked, former });
  }

  facts(): readonly (KnownFact & { readonly own: boolean })[] {
    const read = this.#options.store.read(() => [...this.#readFacts()]);
    return read.ok ? read.value : [];
  }

  *#readFacts(): Generator<KnownFact & { readonly own: boolean }> {
    const { ledger, lane, store, factOf } = this.#options;
    const events = ledger.events(null, -1);
    for (const { epoch, seq } of events.ok ? events.value : []) {
      const opened = ledger.openPrivate({ epoch, seq });
      const fact = opened.ok ? factOf(opened.value) : null;
      if (fact !== null) yield { fact, origin: { lane, epoch, seq }, own: true };
    }
    for (const event of iterateCopied(store)) {
      const opened = this.#keys.open('private', event, event.private);
      const fact = opened.ok ? this.#hear(opened.value.bytes, event) : null;
      if (fact !== null) yield { fact, origin: originOf(event), own: false };
    }
  }

  /** Events of the range with their places, or null where anything about it is not as it has to be. */
  #verify(range: StationRange): { readonly events: readonly VerifiedEvent[]; former: boolean } | null {
    const { devices, former = [] } = this.#options;
    if (range.records.length !== range.lastSeq - range.firstSeq + 1) return null;
    const device = devices.get(range.lane);
    const events = device === undefined ? null : this.#verifyAs(device, range);
    if (events !== null) return { events, former: false };
    for (const before of former) {
      const its = before.lane === range.lane ? this.#verifyAs(before, range) : null;
      if (its !== null) return { events: its, former: true };
    }
    return null;
  }

  #verifyAs(device: LaneDevice, range: StationRange): readonly VerifiedEvent[] | null {
    const { ledger } = this.#options;
    const { lane, epoch, firstSeq, lastSeq, lastHash, records, signature } = range;
    const identity: LedgerIdentity = { ...ledger.identity, device: device.device };
    const head = { epoch, seq: lastSeq, hash: bytes(lastHash), signature };
    const verified = verifyChain(records, device.publicKey, { identity, heads: [head], after: 'anywhere' });
    if (!verified.ok || verified.value.length !== records.length) return null;
    const events = verified.value.map((event, index) => ({
      place: { lane, epoch, seq: event.seq, hash: hex(event.hash), prev: hex(event.public.prev) },
      inEpoch: event.epoch,
      record: assertDefined(records[index], 'the record of an event'),
    }));
    const inOrder = events.every(
      ({ place, inEpoch }, index) => inEpoch === epoch && place.seq === firstSeq + index,
    );
    return inOrder ? events : null;
  }

  #ownRange(epoch: number, seq: number, most: number): StationRange | null {
    const { ledger, store, lane } = this.#options;
    const end = nextRangeEnd(store, { epoch, seq }, most);
    if (end === null || end.epoch !== epoch) return null;
    const { firstSeq, lastSeq } = end;
    const records = ledger.wholeEvents({ epoch, seq: firstSeq - 1 }, lastSeq - firstSeq + 1);
    const head = ledger.headAt({ epoch, seq: lastSeq });
    // Erased parts can't be handed on; erasing belongs to the time after the closing.
    if (!records.ok || head === null) return null;
    return {
      ...{ lane, epoch, firstSeq, lastSeq, records: records.value },
      ...{ lastHash: hex(head.hash), signature: head.signature },
    };
  }

  #copiedRange({ lane, epoch }: LogHead, seq: number, way: readonly string[]): StationRange | null {
    const { store } = this.#options;
    const length = way.findLastIndex((hash) => selectSignature(store, bytes(hash)) !== null) + 1;
    const lastHash = way[length - 1];
    const signature = lastHash === undefined ? null : selectSignature(store, bytes(lastHash));
    if (signature === null || lastHash === undefined) return null;
    const records: StationRecord[] = [];
    for (const hash of way.slice(0, length)) {
      const event = selectCopied(store, bytes(hash));
      const [centre, secret] = [event && this.#open(event, 'centre'), event && this.#open(event, 'private')];
      if (!event || !centre || !secret) return null;
      records.push({ publicBytes: event.publicBytes, centre, private: secret });
    }
    return { lane, epoch, firstSeq: seq + 1, lastSeq: seq + length, lastHash, records, signature };
  }

  #open(event: CopiedEvent, part: 'centre' | 'private'): StationRecord['centre'] | null {
    const opened = this.#keys.open(part, event, event[part]);
    return opened.ok ? opened.value : null;
  }

  /** An event of another lane: what it means, and what time it is there. */
  #hear(privateBytes: Uint8Array, place: FactOrigin): LaneFact | null {
    const fields = decodeCanonical(privateBytes);
    if (!fields.ok) return null;
    const { factOf, heard, ledger } = this.#options;
    const at = readEventTime(fields.value);
    if (at !== null) ledger.observeTime(at);
    heard?.(fields.value, originOf(place));
    return factOf(fields.value);
  }

  #addToIndex({ hash, prev, lane, epoch, seq }: CopiedEvent): void {
    this.#index.add({ lane, epoch, seq, hash: hex(hash), prev: hex(prev) });
    if (lane === this.#options.lane) this.#newestEpoch = Math.max(this.#newestEpoch, epoch);
  }
}

function originOf({ lane, epoch, seq }: FactOrigin): FactOrigin {
  return { lane, epoch, seq };
}

function hex(hash: Uint8Array): string {
  return Buffer.from(hash.buffer, hash.byteOffset, hash.byteLength).toString('hex');
}

function bytes(hash: string): Uint8Array {
  return new Uint8Array(Buffer.from(hash, 'hex'));
}
