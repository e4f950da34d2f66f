import { decodeCanonical, encodeCanonical } from '../../ledger/canonical.ts';
import { openRecord, sealRecord } from '../../store/keys.ts';
import type { LogHead } from '../../sync/lanes/lane-log.ts';
import { rangeFields, readRange, type StationRange } from '../../sync/lanes/station-log/station-range.ts';

/**
 * Acts on a stick, one behind the other: four bytes of length (big-endian), 12 bytes of epoch and number of its last
 * event, 32 of that event's hash, then the act sealed (AES-256-GCM) under the lane's key for it, with those 44 bytes
 * bound to it. A hash says nothing about anybody; everything else does.
 */
const LENGTH_BYTES = 4;
const PLACE_BYTES = 44;
const LONGEST_RECORD = 8 * 1024 * 1024;

export interface SealedAct {
  readonly head: LogHead;
  readonly place: Uint8Array;
  readonly sealed: Uint8Array;
}

export function sealAct(key: Uint8Array, range: StationRange): Uint8Array {
  const place = new Uint8Array(PLACE_BYTES);
  const view = new DataView(place.buffer);
  view.setBigUint64(0, BigInt(range.epoch));
  view.setUint32(8, range.lastSeq);
  place.set(Buffer.from(range.lastHash, 'hex'), 12);
  const sealed = sealRecord(key, encodeCanonical(rangeFields(range)), place);
  const record = new Uint8Array(LENGTH_BYTES + PLACE_BYTES + sealed.length);
  new DataView(record.buffer).setUint32(0, PLACE_BYTES + sealed.length);
  record.set(place, LENGTH_BYTES);
  record.set(sealed, LENGTH_BYTES + PLACE_BYTES);
  return record;
}

/** What can be read from the start; `length` is where the last whole act ends, for the last may be cut. */
export function readActs(
  bytes: Uint8Array,
  lane: number,
): { readonly acts: readonly SealedAct[]; readonly length: number } {
  const acts: SealedAct[] = [];
  let at = 0;
  while (at + LENGTH_BYTES <= bytes.length) {
    const view = new DataView(bytes.buffer, bytes.byteOffset + at);
    const length = view.getUint32(0);
    const end = at + LENGTH_BYTES + length;
    if (length <= PLACE_BYTES || length > LONGEST_RECORD || end > bytes.length) break;
    const place = bytes.subarray(at + LENGTH_BYTES, at + LENGTH_BYTES + PLACE_BYTES);
    const head = {
      lane,
      epoch: Number(view.getBigUint64(LENGTH_BYTES)),
      seq: view.getUint32(LENGTH_BYTES + 8),
      hash: Buffer.from(place.subarray(12)).toString('hex'),
    };
    acts.push({ head, place, sealed: bytes.subarray(at + LENGTH_BYTES + PLACE_BYTES, end) });
    at = end;
  }
  return { acts, length: at };
}

/** Null where it was sealed under another key, or altered. */
export function openAct(key: Uint8Array, act: SealedAct): StationRange | null {
  const opened = openRecord(key, act.sealed, act.place);
  const fields = opened.ok ? decodeCanonical(opened.value) : opened;
  const range = fields.ok ? readRange(fields.value) : fields;
  return range.ok ? range.value : null;
}
