import { assert, assertDefined } from '../domain/assert.ts';
import { err, ok, type Result } from '../domain/result.ts';
import type { WritableStore } from '../store/store.ts';
import type { StoreError } from '../store/store-error.ts';
import { type CborRecord, decodeCanonical, decodeVouched } from './canonical.ts';
import type { EventPart, LedgerIdentity, SaltedPart } from './event.ts';
import type { SignedHead } from './head.ts';
import {
  type CommittedHead,
  type Cosigners,
  type EventRow,
  type Place,
  selectCosigned,
  selectEvent,
  selectEvents,
  selectHead,
  selectHeads,
} from './ledger-tables.ts';
import type { PrivateRecord } from './open-ledger.ts';
import { countPending, nextRangeEnd, placeBeforePending, type Receipt, selectReceipts } from './outbox.ts';
import type { OpenPartError, PartKeys } from './part-keys.ts';
import { decodePublicPart } from './public-part.ts';
import type { StoredEvent } from './seal-events.ts';
import { MOST_RECORDS_PER_RANGE, type UploadRange } from './upload-range.ts';

export type ReadPartError = OpenPartError | StoreError;

/** One event with everything that it is made of. */
export interface WholeEvent {
  readonly publicBytes: Uint8Array;
  readonly centre: SaltedPart;
  readonly private: SaltedPart;
}

/** What a log says to whoever reads it: events, their parts, signed heads, and what others signed about them. */
export class LedgerReads {
  readonly identity: LedgerIdentity;
  /** 32 bytes; what the log is verified with. */
  readonly publicKey: Uint8Array;
  protected readonly store: WritableStore;
  protected readonly keys: PartKeys;

  constructor(
    store: WritableStore,
    keys: PartKeys,
    { identity, publicKey }: { readonly identity: LedgerIdentity; readonly publicKey: Uint8Array },
  ) {
    this.store = store;
    this.keys = keys;
    this.identity = identity;
    this.publicKey = publicKey;
  }

  /** The signed head that closed the commit which ended there; null where none did. */
  headAt(place: Place): SignedHead | null {
    const read = this.store.read(() => selectHead(this.store, place));
    return read.ok ? read.value : null;
  }

  /** Every signed head, one a commit, in order. */
  signedHeads(): Result<readonly CommittedHead[], StoreError> {
    return this.store.read(() => selectHeads(this.store));
  }

  /** Events after `after` (from the very first for null) in chain order, over all epochs. */
  events(after: Place | null, limit: number): Result<readonly StoredEvent[], StoreError> {
    return this.store.read(() => selectEvents(this.store, after, limit).map(toStoredEvent));
  }

  /** The centre part of an event, as it was given. */
  openCentre(event: Place): Result<CborRecord, ReadPartError> {
    return this.#openFields(event, 'centre');
  }

  /** The private part of an event, with its time under `at`. */
  openPrivate(event: Place): Result<CborRecord, ReadPartError> {
    return this.#openFields(event, 'private');
  }

  /** Events after `after` with their private parts, in chain order. */
  privateRecords(after: Place | null, limit: number): Result<readonly PrivateRecord[], StoreError> {
    return this.store.read(() =>
      selectEvents(this.store, after, limit).map((row) => {
        const { epoch, seq } = row;
        const opened = this.keys.open('private', row, row.private);
        if (!opened.ok)
          return { epoch, seq, record: opened.error.code === 'erased' ? 'erased' : 'malformed' };
        return { epoch, seq, record: decodeVouched(opened.value.bytes) ?? 'malformed' };
      }),
    );
  }

  /** The exact bytes of a part with the salt that opens its commitment: for an export, not for a screen. */
  openPart(event: Place, part: EventPart): Result<SaltedPart, ReadPartError> {
    const row = this.store.read(() => selectEvent(this.store, event));
    if (!row.ok) return row;
    const stored = assertDefined(row.value, 'the event that was asked for');
    return this.keys.open(part, stored, stored[part]);
  }

  /** Events after `after`, in chain order, with the exact bytes and salts of their parts; what was erased is an error. */
  wholeEvents(after: Place, limit: number): Result<readonly WholeEvent[], ReadPartError> {
    const read = this.store.read(() => selectEvents(this.store, after, limit));
    if (!read.ok) return read;
    const events: WholeEvent[] = [];
    for (const row of read.value) {
      const centre = this.keys.open('centre', row, row.centre);
      if (!centre.ok) return centre;
      const secret = this.keys.open('private', row, row.private);
      if (!secret.ok) return secret;
      events.push({ publicBytes: row.publicBytes, centre: centre.value, private: secret.value });
    }
    return ok(events);
  }

  /** Events that the centre has not acknowledged. */
  pendingCount(): Result<number, StoreError> {
    return this.store.read(() => countPending(this.store));
  }

  /**
   * The next range for the centre: after `after` where the centre said what it has, else from the first event
   * that it has not acknowledged. Ends at a signed head, within one epoch. Null when there is nothing to send.
   * @param limit Events, at most 1000; a single larger commit is given whole.
   */
  pendingRange(after: Place | null, limit: number): Result<UploadRange | null, StoreError> {
    assert(limit >= 1 && limit <= MOST_RECORDS_PER_RANGE, 'a range has 1 to 1000 events');
    return this.store.read(() => {
      const start = after ?? placeBeforePending(this.store);
      const range = start === null ? null : nextRangeEnd(this.store, start, limit);
      return range === null ? null : this.#readRange(range);
    });
  }

  receipts(): Result<readonly Receipt[], StoreError> {
    return this.store.read(() => selectReceipts(this.store));
  }

  /** The newest checkpoint of each epoch that other lanes, or the centre, countersigned. */
  cosigned(by: Cosigners): Result<readonly string[], StoreError> {
    return this.store.read(() => selectCosigned(this.store, by));
  }

  #openFields(event: Place, part: EventPart): Result<CborRecord, ReadPartError> {
    const opened = this.openPart(event, part);
    if (!opened.ok) return opened;
    const fields = decodeCanonical(opened.value.bytes);
    return fields.ok ? fields : err({ code: 'part-damaged' });
  }

  #readRange({
    epoch,
    firstSeq,
    lastSeq,
  }: {
    epoch: number;
    firstSeq: number;
    lastSeq: number;
  }): UploadRange {
    const rows = selectEvents(this.store, { epoch, seq: firstSeq - 1 }, lastSeq - firstSeq + 1);
    const head = assertDefined(selectHead(this.store, { epoch, seq: lastSeq }), 'the head of a range');
    return {
      identity: this.identity,
      epoch,
      firstSeq,
      lastSeq,
      records: rows.map((row) => {
        const centre = this.keys.open('centre', row, row.centre);
        return { publicBytes: row.publicBytes, centre: centre.ok ? centre.value : null };
      }),
      head: { epoch, seq: lastSeq, hash: head.hash, signature: head.signature },
    };
  }
}

function toStoredEvent({ epoch, seq, hash, publicBytes }: EventRow): StoredEvent {
  const decoded = decodePublicPart(publicBytes);
  // Every stored event was verified when the ledger was opened, or written by it.
  assert(decoded.ok, 'a stored event can be decoded');
  return { epoch, seq, hash, publicBytes, public: decoded.value };
}
