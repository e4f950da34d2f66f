import { hash } from 'node:crypto';
import { equalBytes } from '../../ledger/canonical.ts';
import { type EventKind, SALT_BYTES, type SaltedPart } from '../../ledger/event.ts';
import { isSignedBy } from '../../ledger/head.ts';
import { decodeUploadRange, type UploadRange } from '../../ledger/upload-range.ts';
import { verifyChain } from '../../ledger/verify-chain.ts';
import { PublicPartReader, readRange } from './range-reader.ts';

/** A range with what was found when it was verified. */
export type CheckedRange =
  | { readonly status: 'malformed' }
  /** Not what the device signed, or nobody's key was there to verify it with: then `faults` is empty. */
  | { readonly status: 'faulty'; readonly range: UploadRange; readonly faults: readonly string[] }
  | {
      readonly status: 'verified';
      readonly range: UploadRange;
      /** Of each record. */
      readonly hashes: readonly Uint8Array[];
      readonly kinds: readonly EventKind[];
      /** What the first event says is before it. */
      readonly prev: Uint8Array;
    };

/**
 * Form, hashes, links, commitments, and the device's signature over the end. What the quick way doesn't accept goes
 * through the ledger's own decoder and `verifyChain`, which give the verdict and name the faults.
 */
export function checkRange(body: Uint8Array, publicKey: Uint8Array | null): CheckedRange {
  const read = readRange(body);
  if (read !== null && publicKey !== null) {
    const verified = verifyQuickly(read, publicKey);
    if (verified !== null) return verified;
  }
  const decoded = decodeUploadRange(body);
  if (!decoded.ok) return { status: 'malformed' };
  const range = decoded.value;
  return publicKey === null ? { status: 'faulty', range, faults: [] } : verifyThoroughly(range, publicKey);
}

/**
 * Accepts only what is valid beyond doubt. From the signed head backwards each hash is vouched for by the event
 * after it, so equal links and one signature are all that is needed.
 */
function verifyQuickly(range: UploadRange, publicKey: Uint8Array): CheckedRange | null {
  const { identity, head } = range;
  const links = readLinks(range);
  const last = links?.hashes.at(-1);
  if (links === null || last === undefined || !equalBytes(last, head.hash)) return null;
  if (!isSignedBy(publicKey, identity, head)) return null;
  return { status: 'verified', range, ...links };
}

type Links = Pick<Extract<CheckedRange, { status: 'verified' }>, 'hashes' | 'kinds' | 'prev'>;

/**
 * Events that follow one another: canonical bytes of this device, each linked to the one before, with the centre parts
 * that they are committed to. Null for anything else, and for none at all.
 */
export function readLinks(
  range: Pick<UploadRange, 'identity' | 'epoch' | 'firstSeq' | 'records'>,
): Links | null {
  const { firstSeq, records } = range;
  const reader = new PublicPartReader(range);
  const hashes: Uint8Array[] = [];
  const kinds: EventKind[] = [];
  let first: Uint8Array | null = null;
  let before: Uint8Array | null = null;
  for (const [i, { publicBytes, centre }] of records.entries()) {
    const part = reader.read(publicBytes, firstSeq + i);
    if (part === null || (before !== null && !equalBytes(part.prev, before))) return null;
    if (centre !== null && !equalBytes(hashCentre(centre), part.centreCommitment)) return null;
    before = hashPublic(publicBytes);
    first ??= part.prev;
    hashes.push(before);
    kinds.push(part.kind);
  }
  return first === null ? null : { hashes, kinds, prev: first };
}

function verifyThoroughly(range: UploadRange, publicKey: Uint8Array): CheckedRange {
  const { identity, epoch, firstSeq, records, head } = range;
  const verified = verifyChain(records, publicKey, { identity, heads: [head], after: 'anywhere' });
  if (!verified.ok) {
    return { status: 'faulty', range, faults: [...new Set(verified.error.map(({ code }) => code))] };
  }
  const events = verified.value;
  const [first] = events;
  const inPlace = events.every((event, i) => event.epoch === epoch && event.seq === firstSeq + i);
  if (first === undefined || !inPlace) return { status: 'faulty', range, faults: ['wrong-range'] };
  return {
    status: 'verified',
    range,
    hashes: events.map((event) => event.hash),
    kinds: events.map((event) => event.public.kind),
    prev: first.public.prev,
  };
}

/** Room to put what is hashed side by side; an event is far smaller. */
let scratch = Buffer.alloc(4096);

/** As `hashEvent`, in one call of the library. */
function hashPublic(bytes: Uint8Array): Uint8Array {
  reserve(bytes.length + 1);
  scratch[0] = 0;
  scratch.set(bytes, 1);
  return hash('sha256', scratch.subarray(0, bytes.length + 1), 'buffer');
}

/** As `commitTo`, in one call of the library. */
function hashCentre({ salt, bytes }: SaltedPart): Uint8Array {
  reserve(SALT_BYTES + bytes.length);
  scratch.set(salt);
  scratch.set(bytes, SALT_BYTES);
  return hash('sha256', scratch.subarray(0, SALT_BYTES + bytes.length), 'buffer');
}

function reserve(length: number): void {
  if (scratch.length < length) scratch = Buffer.alloc(length);
}
