import { createHmac, type KeyObject } from 'node:crypto';
import type { VoterStanding } from '../../domain/voter.ts';

/**
 * An entry of the national index is found by a tag and read through a mask, both cut from one HMAC-SHA-256 (RFC 2104)
 * over personal number and document number under the key of this election. Neither number alone leads to an
 * entry, the file holds no number and no name, and without the key it is noise.
 *
 * | bytes of the HMAC | serve as |
 * | --- | --- |
 * | 0, 1 | the bucket that the entry lies in |
 * | 2 to 8 | the tag that is stored |
 * | 9 to 11 | the mask over the entry's three bytes: station (2, its place in the list of stations), standing (1) |
 */
export const TAG_BYTES = 7;
const BODY_BYTES = 3;
export const ENTRY_BYTES = TAG_BYTES + BODY_BYTES;
export const BUCKETS = 1 << 16;

export interface IndexedVoter {
  /** Place of the station in the index's list. */
  readonly station: number;
  readonly standing: VoterStanding;
  /** False where the register has no ballot style for this voter: a foreign address. */
  readonly hasBallot: boolean;
}

const STANDINGS: readonly VoterStanding[] = ['active', 'struck-off', 'moved', 'voted-at-home'];
const BALLOT_BIT = 0x80;

/** 32 bytes: where an entry lies and what it is masked with. */
export function entryDigest(
  key: Uint8Array | KeyObject,
  personalNumber: string,
  documentNumber: string,
): Buffer {
  return createHmac('sha256', key).update(`${personalNumber} ${documentNumber}`).digest();
}

export function bucketOf(digest: Buffer): number {
  return digest.readUInt16BE(0);
}

/** Writes an entry of `ENTRY_BYTES` at this place. */
export function writeEntry(digest: Buffer, voter: IndexedVoter, to: Uint8Array, at: number): void {
  to.set(digest.subarray(2, 2 + TAG_BYTES), at);
  const body = at + TAG_BYTES;
  const mask = digest.subarray(2 + TAG_BYTES);
  to[body] = (voter.station >>> 8) ^ (mask[0] as number);
  to[body + 1] = (voter.station & 0xff) ^ (mask[1] as number);
  const standing = STANDINGS.indexOf(voter.standing) | (voter.hasBallot ? BALLOT_BIT : 0);
  to[body + 2] = standing ^ (mask[2] as number);
}

/** The entry of this digest in a bucket, or null: also where what comes out of the mask is none. */
export function findEntry(digest: Buffer, bucket: Uint8Array): IndexedVoter | null {
  for (let at = 0; at + ENTRY_BYTES <= bucket.length; at += ENTRY_BYTES) {
    if (digest.compare(bucket, at, at + TAG_BYTES, 2, 2 + TAG_BYTES) === 0)
      return readEntry(digest, bucket, at);
  }
  return null;
}

function readEntry(digest: Buffer, bucket: Uint8Array, at: number): IndexedVoter | null {
  const mask = digest.subarray(2 + TAG_BYTES);
  const [high, low, flags] = [0, 1, 2].map(
    (byte) => (bucket[at + TAG_BYTES + byte] as number) ^ (mask[byte] as number),
  ) as [number, number, number];
  const standing = STANDINGS[flags & ~BALLOT_BIT];
  return standing === undefined
    ? null
    : { station: (high << 8) | low, standing, hasBallot: (flags & BALLOT_BIT) !== 0 };
}

/**
 * What a person of another station is known by at this one: 32 hexadecimal digits, the same at every table and
 * for every document of theirs. It stays in private parts, and names nobody without the index's key.
 */
export function visitorId(key: Uint8Array, personalNumber: string): string {
  const digest = createHmac('sha256', key).update(`visitor ${personalNumber}`).digest('hex');
  return digest.slice(0, 32);
}
