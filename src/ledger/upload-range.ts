import { err, ok, type Result } from '../domain/result.ts';
import { type CborRecord, type CborValue, decodeCanonical, encodeCanonical } from './canonical.ts';
import { isIdentifier, type LedgerIdentity, type SaltedPart } from './event.ts';
import type { SignedHead } from './head.ts';

/** An event as the centre gets it: the private part never leaves, only its commitment inside the public bytes. */
export interface WireRecord {
  readonly publicBytes: Uint8Array;
  /** Null once the centre parts were erased. */
  readonly centre: SaltedPart | null;
}

/** A contiguous range of one epoch of one device's log with the signed head at its end. */
export interface UploadRange {
  readonly identity: LedgerIdentity;
  readonly epoch: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly records: readonly WireRecord[];
  /** At `lastSeq`. */
  readonly head: SignedHead;
}

export const MOST_RECORDS_PER_RANGE = 1000;

/** The bytes of a range on the network and on a stick: deterministic CBOR. */
export function encodeUploadRange(range: UploadRange): Uint8Array {
  const { identity, epoch, firstSeq, lastSeq, head } = range;
  return encodeCanonical({
    v: 1,
    election: identity.election,
    station: identity.station,
    device: identity.device,
    mock: identity.mock,
    epoch,
    firstSeq,
    lastSeq,
    hash: head.hash,
    signature: head.signature,
    records: range.records.map(({ publicBytes, centre }) => ({
      public: publicBytes,
      centre: centre === null ? null : { salt: centre.salt, bytes: centre.bytes },
    })),
  });
}

/** Checks the shape only; `verifyChain` with the device's registered key checks what is in it. */
export function decodeUploadRange(bytes: Uint8Array): Result<UploadRange, { readonly code: 'malformed' }> {
  const decoded = decodeCanonical(bytes);
  const range = decoded.ok ? toRange(decoded.value) : null;
  return range === null ? err({ code: 'malformed' }) : ok(range);
}

function toRange(map: CborRecord): UploadRange | null {
  const { v, election, station, device, mock, epoch, firstSeq, lastSeq, hash, signature, records } = map;
  if (v !== 1 || !isName(election) || !isName(station) || !isName(device) || typeof mock !== 'boolean')
    return null;
  if (!isCount(epoch) || !isCount(firstSeq) || !isCount(lastSeq)) return null;
  if (!(hash instanceof Uint8Array) || !(signature instanceof Uint8Array) || !Array.isArray(records))
    return null;
  if (records.length > MOST_RECORDS_PER_RANGE || records.length !== lastSeq - firstSeq + 1) return null;
  const wire: WireRecord[] = [];
  for (const record of records as readonly CborValue[]) {
    const read = toWireRecord(record);
    if (read === null) return null;
    wire.push(read);
  }
  const identity = { election, station, device, mock };
  return {
    identity,
    epoch,
    firstSeq,
    lastSeq,
    records: wire,
    head: { epoch, seq: lastSeq, hash, signature },
  };
}

function toWireRecord(value: CborValue): WireRecord | null {
  if (!isMap(value) || !(value.public instanceof Uint8Array)) return null;
  if (value.centre === null) return { publicBytes: value.public, centre: null };
  if (!isMap(value.centre)) return null;
  const { salt, bytes } = value.centre;
  if (!(salt instanceof Uint8Array) || !(bytes instanceof Uint8Array)) return null;
  return { publicBytes: value.public, centre: { salt, bytes } };
}

function isMap(value: CborValue | undefined): value is CborRecord {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
  );
}

function isName(value: CborValue | undefined): value is string {
  return typeof value === 'string' && isIdentifier(value);
}

function isCount(value: CborValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;
}
