import { hash } from 'node:crypto';
import { assert } from '../domain/assert.ts';
import { randomSalt } from '../store/random-bytes.ts';
import { encodeCanonical, equalBytes } from './canonical.ts';

/**
 * An event has three parts.
 *
 * - public: identity, place in the chain, kind, report period, and the commitments to the other two.
 *   Observers get this part and nothing else.
 * - centre: what national statistics and the cross-station check need. Goes to the collector.
 * - private: who, exactly when, by whom, why. Never leaves the commission.
 *
 * commitment = SHA-256(32 random bytes || part bytes). Event hash = SHA-256(0x00 || public bytes), which is
 * the leaf hash of RFC 6962 section 2.1: the chain and the Merkle tree stand on the same number, and it
 * covers both commitments because the public bytes hold them.
 */
export const EVENT_VERSION = 1;
export const HASH_BYTES = 32;
export const SALT_BYTES = 32;

export const EVENT_KINDS = ['identification', 'undo', 'other'] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

export const EVENT_PARTS = ['centre', 'private'] as const;
export type EventPart = (typeof EVENT_PARTS)[number];

/** Whose chain an event belongs to. */
export interface LedgerIdentity {
  readonly election: string;
  readonly station: string;
  readonly device: string;
  /** A mock election: each event of it says so, and can't be taken for a real one. */
  readonly mock: boolean;
}

/** A place in a device's log. Gap-free from 1 within an epoch; epochs only grow. */
export interface ChainPoint {
  readonly epoch: number;
  readonly seq: number;
  readonly hash: Uint8Array;
}

export interface PublicPart extends LedgerIdentity {
  readonly v: typeof EVENT_VERSION;
  readonly epoch: number;
  readonly seq: number;
  readonly kind: EventKind;
  /** Number of the report period (procedure data); the exact time is private. */
  readonly period: number;
  /** Hash of the event before: of the same epoch, or the last known of an earlier one, or 32 zero bytes. */
  readonly prev: Uint8Array;
  readonly centreCommitment: Uint8Array;
  readonly privateCommitment: Uint8Array;
}

/** A part with the salt that opens its commitment. */
export interface SaltedPart {
  readonly salt: Uint8Array;
  /** Deterministic CBOR of the part's record. */
  readonly bytes: Uint8Array;
}

export const NO_EVENT_HASH: Uint8Array = new Uint8Array(HASH_BYTES);

/** Names that go into signed text and file names: letters, digits, dot, dash, underscore; 1 to 64 of them. */
const IDENTIFIER = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export function isIdentifier(text: string): boolean {
  return IDENTIFIER.test(text);
}

export function encodePublicPart(part: PublicPart): Uint8Array {
  assert(
    [part.election, part.station, part.device].every(isIdentifier),
    'election, station and device are identifiers',
  );
  return encodeCanonical({
    v: part.v,
    election: part.election,
    station: part.station,
    device: part.device,
    mock: part.mock,
    epoch: part.epoch,
    seq: part.seq,
    kind: part.kind,
    period: part.period,
    prev: part.prev,
    centreCommitment: part.centreCommitment,
    privateCommitment: part.privateCommitment,
  });
}

/** SHA-256(0x00 || public bytes): link of the chain and leaf of the tree (RFC 6962 section 2.1). */
export function hashEvent(publicBytes: Uint8Array): Uint8Array {
  return sha256(Uint8Array.of(0), publicBytes);
}

/** SHA-256(salt || bytes), by which the public part stands for a part that it doesn't show. */
export function commitTo(part: SaltedPart): Uint8Array {
  return sha256(part.salt, part.bytes);
}

export function isCommittedTo(part: SaltedPart, commitment: Uint8Array): boolean {
  return part.salt.length === SALT_BYTES && equalBytes(commitTo(part), commitment);
}

/** A part as a caller gives it: plain values only (checked when it is encoded), so typed records fit. */
export type PartFields = Readonly<Record<string, unknown>>;

/** Encodes a part under a fresh salt. Throws on a value that CBOR records don't have, such as undefined. */
export function saltPart(fields: PartFields): SaltedPart {
  return { salt: randomSalt(SALT_BYTES), bytes: encodeCanonical(fields) };
}

/** Room for what is hashed of most events: the pieces lie side by side there for the moment of one call. */
const joined = Buffer.alloc(4096);

export function sha256(...pieces: readonly Uint8Array[]): Uint8Array {
  const [only] = pieces;
  // One call over joined bytes: for the few hundred that an event has, twice as fast as feeding them one by one.
  const digest = hash('sha256', only !== undefined && pieces.length === 1 ? only : join(pieces), 'buffer');
  return new Uint8Array(digest.buffer, digest.byteOffset, digest.byteLength);
}

function join(pieces: readonly Uint8Array[]): Buffer {
  let length = 0;
  for (const piece of pieces) length += piece.length;
  if (length > joined.length) return Buffer.concat(pieces);
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined.subarray(0, length);
}
