import { assert } from '../domain/assert.ts';
import type { Clock } from '../store/clock.ts';
import {
  type ChainPoint,
  commitTo,
  EVENT_VERSION,
  type EventKind,
  encodePublicPart,
  hashEvent,
  type LedgerIdentity,
  NO_EVENT_HASH,
  type PartFields,
  type PublicPart,
  saltPart,
} from './event.ts';
import { type EventTime, type LogicalTime, nextEventTime } from './event-time.ts';
import type { EventRow } from './ledger-tables.ts';
import type { PartKeys } from './part-keys.ts';

export interface NewEvent {
  readonly kind: EventKind;
  /** Number of the report period. */
  readonly period: number;
  /** Plain values. Goes to the centre. */
  readonly centre: PartFields;
  /** Plain values. Stays here. `at` is the ledger's own: the time of the event. */
  readonly private: PartFields;
}

export interface StoredEvent extends ChainPoint {
  readonly publicBytes: Uint8Array;
  readonly public: PublicPart;
}

export interface CommittedEvent extends StoredEvent {
  readonly at: EventTime;
}

type SealedEvent = CommittedEvent & EventRow;

/** What the next events go on from. */
export interface SealingPlace {
  readonly identity: LedgerIdentity;
  readonly epoch: number;
  readonly keys: PartKeys;
  readonly clock: Clock;
  /** The last event of the chain. */
  readonly tail: ChainPoint | null;
  readonly logicalTime: LogicalTime | null;
}

/** Gives events their place, time, salts and hashes, one after the other. Nothing is stored yet. */
export function sealEvents(events: readonly NewEvent[], place: SealingPlace): SealedEvent[] {
  const sealed: SealedEvent[] = [];
  let before = place.tail;
  let time = place.logicalTime;
  for (const event of events) {
    assert(!('at' in event.private), 'the time of an event is set by the ledger');
    const at = nextEventTime(place.clock, time);
    const made = sealEvent(event, before, at, place);
    time = at;
    before = made;
    sealed.push(made);
  }
  return sealed;
}

function sealEvent(
  event: NewEvent,
  before: ChainPoint | null,
  at: EventTime,
  { identity, epoch, keys }: SealingPlace,
): SealedEvent {
  const place = { epoch, seq: before?.epoch === epoch ? before.seq + 1 : 1 };
  const centre = saltPart(event.centre);
  const privatePart = saltPart({ ...event.private, at });
  const part: PublicPart = {
    ...identity,
    ...place,
    v: EVENT_VERSION,
    kind: event.kind,
    period: event.period,
    prev: before?.hash ?? NO_EVENT_HASH,
    centreCommitment: commitTo(centre),
    privateCommitment: commitTo(privatePart),
  };
  const publicBytes = encodePublicPart(part);
  return {
    ...place,
    hash: hashEvent(publicBytes),
    publicBytes,
    public: part,
    at,
    centre: keys.seal('centre', place, centre),
    private: keys.seal('private', place, privatePart),
  };
}
