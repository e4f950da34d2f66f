import { assert } from '../domain/assert.ts';
import { equalBytes } from '../ledger/canonical.ts';
import { HASH_BYTES, SALT_BYTES } from '../ledger/event.ts';
import type { WireRecord } from '../ledger/upload-range.ts';
import type { Participation, TakenEvent } from './collector-store.ts';

/** A stored range: one row, whatever the engine. The layout of its columns is described in the migrations. */
export interface PackedRange {
  readonly epoch: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly hashes: Uint8Array;
  readonly records: Uint8Array;
}

const LENGTH_BYTES = 4;
const TOKEN_BYTES = 16;
/** Of one participation in the column `tokens`. */
export const PACKED_PARTICIPATION_BYTES = LENGTH_BYTES + TOKEN_BYTES;
/** The four bits above an event's number, which no log of a day reaches: how many records two people settled. */
const SETTLES_SHIFT = 28;
export const MOST_SETTLED = 15;
const NUMBER_MASK = (1 << SETTLES_SHIFT) - 1;

/** What an act is, in 32 bits: its number times two, plus one for an undo; above it how many records it settles. */
export function packAct({ seq, isUndo, settles }: Pick<Participation, 'seq' | 'isUndo' | 'settles'>): number {
  assert(seq * 2 <= NUMBER_MASK && settles <= MOST_SETTLED, 'an act has room in 32 bits');
  return ((settles << SETTLES_SHIFT) | (seq * 2 + (isUndo ? 1 : 0))) >>> 0;
}

export function unpackAct(packed: number): Pick<Participation, 'seq' | 'isUndo' | 'settles'> {
  const numbered = packed & NUMBER_MASK;
  return { seq: numbered >>> 1, isUndo: (numbered & 1) === 1, settles: packed >>> SETTLES_SHIFT };
}

export function packHashes(events: readonly Pick<TakenEvent, 'hash'>[]): Buffer {
  const packed = Buffer.allocUnsafe(events.length * HASH_BYTES);
  for (const [i, { hash }] of events.entries()) packed.set(hash, i * HASH_BYTES);
  return packed;
}

export function packRecords(events: readonly WireRecord[]): Buffer {
  let size = 0;
  for (const { publicBytes, centre } of events) {
    size += 2 * LENGTH_BYTES + publicBytes.length;
    if (centre !== null) size += SALT_BYTES + centre.bytes.length;
  }
  const packed = Buffer.allocUnsafe(size);
  let at = 0;
  for (const { publicBytes, centre } of events) {
    at = packed.writeUInt32BE(publicBytes.length, at);
    packed.set(publicBytes, at);
    at += publicBytes.length;
    at = packed.writeUInt32BE(centre === null ? 0 : SALT_BYTES + centre.bytes.length, at);
    if (centre === null) continue;
    packed.set(centre.salt, at);
    packed.set(centre.bytes, at + SALT_BYTES);
    at += SALT_BYTES + centre.bytes.length;
  }
  return packed;
}

/** The first `limit` events after a place, from ranges in chain order. */
export function takeEvents(
  ranges: Iterable<PackedRange>,
  after: { readonly epoch: number; readonly seq: number },
  limit: number,
): TakenEvent[] {
  const events: TakenEvent[] = [];
  for (const range of ranges) {
    for (const event of unpackEvents(range)) {
      if (event.epoch === after.epoch && event.seq <= after.seq) continue;
      if (events.length === limit) return events;
      events.push(event);
    }
  }
  return events;
}

function unpackEvents(range: PackedRange): TakenEvent[] {
  const { epoch, firstSeq, lastSeq, hashes, records } = range;
  const bytes = Buffer.from(records.buffer, records.byteOffset, records.byteLength);
  const events: TakenEvent[] = [];
  let at = 0;
  const take = (length: number): Uint8Array => {
    at += length;
    return new Uint8Array(bytes.subarray(at - length, at));
  };
  const takeLength = (): number => {
    at += LENGTH_BYTES;
    return bytes.readUInt32BE(at - LENGTH_BYTES);
  };
  for (let seq = firstSeq; seq <= lastSeq; seq += 1) {
    const publicBytes = take(takeLength());
    const length = takeLength();
    const centre = length === 0 ? null : { salt: take(SALT_BYTES), bytes: take(length - SALT_BYTES) };
    events.push({ epoch, seq, hash: hashAt(hashes, seq - firstSeq), publicBytes, centre });
  }
  assert(at === bytes.length, 'a stored range ends with its last event');
  return events;
}

/** The hashes of a range from `fromSeq` to `throughSeq`. */
export function unpackHashes(
  { firstSeq, lastSeq, hashes }: Omit<PackedRange, 'records' | 'epoch'>,
  fromSeq: number,
  throughSeq: number,
): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let seq = Math.max(firstSeq, fromSeq); seq <= Math.min(lastSeq, throughSeq); seq += 1) {
    found.push(hashAt(hashes, seq - firstSeq));
  }
  return found;
}

export function packParticipations(participations: readonly Participation[]): Buffer {
  const packed = Buffer.allocUnsafe(participations.length * PACKED_PARTICIPATION_BYTES);
  let at = 0;
  for (const act of participations) {
    at = packed.writeUInt32BE(packAct(act), at);
    packed.set(act.token, at);
    at += TOKEN_BYTES;
  }
  return packed;
}

export function unpackParticipations(packed: Uint8Array): Participation[] {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  const participations: Participation[] = [];
  for (let at = 0; at < bytes.length; at += PACKED_PARTICIPATION_BYTES) {
    const token = new Uint8Array(bytes.subarray(at + LENGTH_BYTES, at + PACKED_PARTICIPATION_BYTES));
    participations.push({ ...unpackAct(bytes.readUInt32BE(at)), token });
  }
  return participations;
}

/** Whether packed hashes hold this one. */
export function holdsHash(hashes: Uint8Array, hash: Uint8Array): boolean {
  for (let at = 0; at < hashes.length; at += HASH_BYTES) {
    if (equalBytes(hashes.subarray(at, at + HASH_BYTES), hash)) return true;
  }
  return false;
}

function hashAt(hashes: Uint8Array, index: number): Uint8Array {
  return new Uint8Array(hashes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES));
}
