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
 * | 9 to 13 | the mask over the entry's five bytes: station (2, its place in the list of stations), standing (1), ballots (2, their place in the list of ballots) |
 */
export const TAG_BYTES = 7;
const BODY_BYTES = 5;
const BALLOTS_AT = TAG_BYTES + 3;
export const ENTRY_BYTES = TAG_BYTES + BODY_BYTES;
export const BUCKETS = 1 << 16;

export interface IndexedVoter {
  /** Place of the station in the index's list. */
  readonly station: number;
  readonly standing: VoterStanding;
  /** Place of the voter's ballots in the index's list. */
  readonly ballots: number;
}

const STANDINGS: readonly VoterStanding[] = ['active', 'struck-off', 'moved', 'voted-at-home'];

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
  to[body + 2] = STANDINGS.indexOf(voter.standing) ^ (mask[2] as number);
  to[body + 3] = (voter.ballots >>> 8) ^ (mask[3] as number);
  to[body + 4] = (voter.ballots & 0xff) ^ (mask[4] as number);
}

/** Puts other ballots into a written entry; a mask that is laid over twice is none, so this needs no numbers. */
export function replaceBallots(entries: Uint8Array, at: number, before: number, after: number): void {
  const change = before ^ after;
  const place = at + BALLOTS_AT;
  entries[place] = (entries[place] as number) ^ (change >>> 8);
  entries[place + 1] = (entries[place + 1] as number) ^ (change & 0xff);
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
  const byte = (place: number): number =>
    (bucket[at + TAG_BYTES + place] as number) ^ (mask[place] as number);
  const standing = STANDINGS[byte(2)];
  return standing === undefined
    ? null
    : { station: (byte(0) << 8) | byte(1), standing, ballots: (byte(3) << 8) | byte(4) };
}

/**
 * What a person of another station is known by at this one: 32 hexadecimal digits, the same at every table and
 * for every document of theirs. It stays in private parts, and names nobody without the index's key.
 */
export function visitorId(key: Uint8Array, personalNumber: string): string {
  const digest = createHmac('sha256', key).update(`visitor ${personalNumber}`).digest('hex');
  return digest.slice(0, 32);
}
