import { err, ok, type Result } from '../domain/result.ts';
import { type CborRecord, type CborValue, decodeCanonical, encodeCanonical, isRecord } from './canonical.ts';
import type { LedgerIdentity, SaltedPart } from './event.ts';
import type { SignedHead } from './head.ts';
import type { Ledger } from './ledger.ts';
import type { ReadPartError } from './ledger-reads.ts';
import type { Place } from './ledger-tables.ts';
import { MOST_RECORDS_PER_RANGE } from './upload-range.ts';
import type { ChainRecord } from './verify-chain.ts';

/**
 * A piece of a device's log with every part of it, for the commission alone: what goes to the stick, sealed. The
 * pieces follow each other, each ends at a signed head, and together they are the log.
 */
export interface JournalSegment {
  readonly identity: LedgerIdentity;
  /** 32 bytes; to be compared with the one that was published for the device. */
  readonly publicKey: Uint8Array;
  /** Where it ends. */
  readonly head: SignedHead;
  readonly records: readonly ChainRecord[];
}

/** The next piece after `after` (the first one for null); null when the log has nothing more. */
export function nextSegment(
  ledger: Ledger,
  after: Place | null,
): Result<JournalSegment | null, ReadPartError> {
  const range = ledger.pendingRange(after ?? { epoch: 0, seq: 0 }, MOST_RECORDS_PER_RANGE);
  if (!range.ok) return range;
  if (range.value === null) return ok(null);
  const { identity, epoch, firstSeq, records, head } = range.value;
  const whole: ChainRecord[] = [];
  for (const [i, { publicBytes, centre }] of records.entries()) {
    const opened = ledger.openPart({ epoch, seq: firstSeq + i }, 'private');
    if (!opened.ok && opened.error.code !== 'erased') return opened;
    whole.push({ publicBytes, centre, private: opened.ok ? opened.value : null });
  }
  return ok({ identity, publicKey: ledger.publicKey, head, records: whole });
}

export function encodeSegment({ identity, publicKey, head, records }: JournalSegment): Uint8Array {
  const shown = (part: SaltedPart | null | undefined) =>
    part ? { salt: part.salt, bytes: part.bytes } : null;
  return encodeCanonical({
    v: 1,
    ...identity,
    publicKey,
    epoch: head.epoch,
    seq: head.seq,
    hash: head.hash,
    signature: head.signature,
    records: records.map((record) => ({
      public: record.publicBytes,
      centre: shown(record.centre),
      private: shown(record.private),
    })),
  });
}

/** Checks the shape only; `verifyChain` over all pieces checks what is in them. */
export function decodeSegment(bytes: Uint8Array): Result<JournalSegment, { readonly code: 'malformed' }> {
  const decoded = decodeCanonical(bytes);
  const segment = decoded.ok ? toSegment(decoded.value) : null;
  return segment === null ? err({ code: 'malformed' }) : ok(segment);
}

function toSegment(fields: CborRecord): JournalSegment | null {
  const { v, election, station, device, mock, publicKey, epoch, seq, hash, signature, records } = fields;
  if (v !== 1 || typeof election !== 'string' || typeof station !== 'string') return null;
  if (typeof device !== 'string' || typeof mock !== 'boolean') return null;
  if (typeof epoch !== 'number' || typeof seq !== 'number') return null;
  if (!(publicKey instanceof Uint8Array)) return null;
  if (!(hash instanceof Uint8Array) || !(signature instanceof Uint8Array)) return null;
  if (!Array.isArray(records)) return null;
  const whole: ChainRecord[] = [];
  for (const record of records as readonly CborValue[]) {
    if (!isRecord(record) || !(record.public instanceof Uint8Array)) return null;
    const [centre, privatePart] = [toPart(record.centre), toPart(record.private)];
    if (centre === undefined || privatePart === undefined) return null;
    whole.push({ publicBytes: record.public, centre, private: privatePart });
  }
  const identity = { election, station, device, mock };
  return { identity, publicKey, head: { epoch, seq, hash, signature }, records: whole };
}

/** Undefined for what is no part. */
function toPart(value: CborValue | undefined): SaltedPart | null | undefined {
  if (value === null) return null;
  if (!isRecord(value)) return undefined;
  const { salt, bytes } = value;
  return salt instanceof Uint8Array && bytes instanceof Uint8Array ? { salt, bytes } : undefined;
}
