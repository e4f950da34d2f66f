import { assertDefined } from '../domain/assert.ts';
import { err, ok, type Result } from '../domain/result.ts';
import { equalBytes } from './canonical.ts';
import type { ChainFault } from './chain-fault.ts';
import {
  type ChainPoint,
  hashEvent,
  isCommittedTo,
  type LedgerIdentity,
  NO_EVENT_HASH,
  type PublicPart,
  type SaltedPart,
} from './event.ts';
import { isSignedBy, type SignedHead } from './head.ts';
import { decodePublicPart } from './public-part.ts';

/** One event as somebody hands it over to be checked. */
export interface ChainRecord {
  readonly publicBytes: Uint8Array;
  /** Null or absent where the part isn't shown or was erased; its commitment then stands unopened. */
  readonly centre?: SaltedPart | null;
  readonly private?: SaltedPart | null;
  /** The hash that the carrier keeps beside the event, where it keeps one. */
  readonly hash?: Uint8Array;
}

export interface ChainExpectation {
  readonly identity: LedgerIdentity;
  /** Signed heads; the last record needs one. Others may lie anywhere in the chain (photographed, received). */
  readonly heads: readonly SignedHead[];
  /** Those of the heads whose signature was checked already, and holds; left out, each is checked here. */
  readonly signed?: ReadonlySet<SignedHead>;
  /** What the first record follows: null for a whole log, 'anywhere' when the start isn't known. */
  readonly after: Pick<ChainPoint, 'epoch' | 'seq' | 'hash'> | null | 'anywhere';
}

export interface VerifiedEvent extends ChainPoint {
  readonly public: PublicPart;
}

type Place = Pick<ChainPoint, 'epoch' | 'seq'>;

interface Entry {
  readonly position: number;
  readonly epoch: number;
  readonly seq: number;
  readonly hash: Uint8Array;
  readonly record: ChainRecord;
  /** Null when malformed. */
  readonly part: PublicPart | null;
}

/**
 * Recomputes every hash, checks the links, the heads' signatures and the commitments of the parts that are
 * given. Trust runs backwards: a signed head vouches for the last event, whose `prev` vouches for the one
 * before, so the first event that doesn't match is exactly the one that was changed.
 *
 * @returns The events in order, or every fault found.
 */
export function verifyChain(
  records: readonly ChainRecord[],
  publicKey: Uint8Array,
  expectation: ChainExpectation,
): Result<VerifiedEvent[], ChainFault[]> {
  const entries = readEntries(records, expectation.after);
  const faults: ChainFault[] = [...findForm(entries, expectation.identity)];
  const chain = sortEntries(entries, faults);
  faults.push(...findGaps(chain, expectation.after));

  const anchors = collectAnchors(publicKey, expectation, faults);
  faults.push(...findCutTails(chain, anchors), ...findUnsignedTail(chain, anchors));
  faults.push(...findAltered(chain, anchors, expectation.after));
  faults.push(...findWrongCommitments(chain));

  if (faults.length > 0) return err(faults);
  return ok(
    chain.flatMap(({ epoch, seq, hash, part }) =>
      part === null ? [] : [{ epoch, seq, hash, public: part }],
    ),
  );
}

/**
 * A log with which something is wrong, as it stands: each event with the hash of its bytes, in the chain's order. Nothing
 * vouches for any of it but what it is compared with, a checkpoint that somebody kept.
 */
export function chainAsItIs(records: readonly ChainRecord[]): ChainPoint[] {
  return sortEntries(readEntries(records, null), []).map(({ epoch, seq, hash }) => ({ epoch, seq, hash }));
}

function readEntries(records: readonly ChainRecord[], after: ChainExpectation['after']): Entry[] {
  const entries: Entry[] = [];
  let before = after === 'anywhere' || after === null ? { epoch: 1, seq: 0 } : after;
  records.forEach((record, position) => {
    const decoded = decodePublicPart(record.publicBytes);
    const part = decoded.ok ? decoded.value : null;
    const { epoch, seq } = part ?? { epoch: before.epoch, seq: before.seq + 1 };
    before = { epoch, seq };
    entries.push({ position, epoch, seq, hash: hashEvent(record.publicBytes), record, part });
  });
  return entries;
}

const IDENTITY_FIELDS = ['election', 'station', 'device', 'mock'] as const;

function* findForm(entries: readonly Entry[], identity: LedgerIdentity): Generator<ChainFault> {
  for (const { epoch, seq, position, part } of entries) {
    if (part === null) {
      yield { code: 'malformed', epoch, seq, position };
      continue;
    }
    for (const field of IDENTITY_FIELDS) {
      if (part[field] !== identity[field]) yield { code: 'wrong-identity', epoch, seq, field };
    }
  }
}

function comparePoints(a: Place, b: Place): number {
  return a.epoch - b.epoch || a.seq - b.seq;
}

/** Puts the entries in chain order; what stood elsewhere or twice is a fault. */
function sortEntries(entries: readonly Entry[], faults: ChainFault[]): readonly Entry[] {
  if (isAscending(entries)) return entries;
  const seen = new Set<string>();
  const unique: Entry[] = [];
  for (const entry of entries) {
    const { epoch, seq, position } = entry;
    if (seen.has(pointName(entry))) {
      // A malformed entry only guesses its place; it is named already.
      if (entry.part !== null) faults.push({ code: 'duplicate', epoch, seq, position });
      continue;
    }
    seen.add(pointName(entry));
    unique.push(entry);
  }
  for (const { epoch, seq, position } of outOfPlace(unique))
    faults.push({ code: 'out-of-order', epoch, seq, position });
  return unique.toSorted(comparePoints);
}

function isAscending(entries: readonly Entry[]): boolean {
  for (let i = 1; i < entries.length; i += 1) {
    const [before, entry] = [entries[i - 1], entries[i]];
    if (before !== undefined && entry !== undefined && comparePoints(before, entry) >= 0) return false;
  }
  return true;
}

/**
 * The fewest entries that explain the disorder: two that changed places are those two, whatever lies between them, and
 * one that was moved is that one, though all behind it stand one place further.
 */
function outOfPlace(entries: readonly Entry[]): readonly Entry[] {
  const sorted = entries.toSorted(comparePoints);
  const displaced = entries.filter((entry, i) => entry !== sorted[i]);
  if (displaced.length === 0) return [];
  const moved = outsideLongestRun(entries);
  return displaced.length <= moved.length ? displaced : moved;
}

/** Without these the others stand in order: a longest increasing run (patience sorting: Fredman 1975). */
function outsideLongestRun(entries: readonly Entry[]): readonly Entry[] {
  /** The smallest last entry of a run of each length, and what stands before each entry in its run. */
  const ends: Entry[] = [];
  const before = new Map<Entry, Entry | undefined>();
  for (const entry of entries) {
    let [from, to] = [0, ends.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (comparePoints(ends[middle] ?? entry, entry) < 0) from = middle + 1;
      else to = middle;
    }
    before.set(entry, ends[from - 1]);
    ends[from] = entry;
  }
  const inPlace = new Set<Entry>();
  for (let entry = ends.at(-1); entry !== undefined; entry = before.get(entry)) inPlace.add(entry);
  return entries.filter((entry) => !inPlace.has(entry));
}

function pointName(point: Place): string {
  return `${point.epoch}/${point.seq}`;
}

function* findGaps(chain: readonly Entry[], after: ChainExpectation['after']): Generator<ChainFault> {
  let before = after === 'anywhere' || after === null ? undefined : { epoch: after.epoch, seq: after.seq };
  for (const { epoch, seq } of chain) {
    const start = before === undefined || before.epoch !== epoch ? 0 : before.seq;
    const anyStart = before === undefined && after === 'anywhere';
    if (!anyStart && seq > start + 1) yield { code: 'gap', epoch, fromSeq: start + 1, toSeq: seq - 1 };
    before = { epoch, seq };
  }
}

/** The heads whose signature holds, by epoch and number. */
class Anchors {
  readonly #epochs = new Map<number, Map<number, SignedHead>>();

  at({ epoch, seq }: Place): SignedHead | undefined {
    return this.#epochs.get(epoch)?.get(seq);
  }

  add(head: SignedHead): void {
    const epoch = this.#epochs.get(head.epoch) ?? new Map<number, SignedHead>();
    epoch.set(head.seq, head);
    this.#epochs.set(head.epoch, epoch);
  }

  /** The largest number of each epoch. */
  *furthest(): Generator<Place> {
    for (const [epoch, heads] of this.#epochs) {
      let seq = 0;
      for (const one of heads.keys()) seq = Math.max(seq, one);
      yield { epoch, seq };
    }
  }
}

/** Two heads of one place that differ are a fork. */
function collectAnchors(
  publicKey: Uint8Array,
  { heads, identity, signed }: ChainExpectation,
  faults: ChainFault[],
): Anchors {
  const anchors = new Anchors();
  for (const head of heads) {
    const { epoch, seq } = head;
    if (!(signed?.has(head) ?? isSignedBy(publicKey, identity, head))) {
      faults.push({ code: 'wrong-signature', epoch, seq });
      continue;
    }
    const other = anchors.at(head);
    if (other !== undefined && !equalBytes(other.hash, head.hash))
      faults.push({ code: 'forked', epoch, seq });
    anchors.add(head);
  }
  return anchors;
}

function* findCutTails(chain: readonly Entry[], anchors: Anchors): Generator<ChainFault> {
  for (const { epoch, seq: headSeq } of anchors.furthest()) {
    const lastSeq = chain.findLast((entry) => entry.epoch === epoch)?.seq ?? 0;
    if (headSeq > lastSeq) yield { code: 'cut-tail', epoch, lastSeq, headSeq };
  }
}

function* findUnsignedTail(chain: readonly Entry[], anchors: Anchors): Generator<ChainFault> {
  const last = chain.at(-1);
  if (last === undefined || anchors.at(last) !== undefined) return;
  const signed = chain.findLastIndex((entry) => anchors.at(entry) !== undefined);
  const first = chain[signed + 1] ?? last;
  yield { code: 'unsigned-tail', epoch: first.epoch, fromSeq: first.seq };
}

function findAltered(
  chain: readonly Entry[],
  anchors: Anchors,
  after: ChainExpectation['after'],
): ChainFault[] {
  const faults: ChainFault[] = [];
  /** What the entry that was just passed says its predecessor's hash is, if that entry itself is trusted. */
  let vouched: Uint8Array | null = null;
  for (let i = chain.length - 1; i >= 0; i -= 1) {
    const entry = assertDefined(chain[i], 'an entry of the chain');
    const { epoch, seq } = entry;
    const anchor = anchors.at(entry)?.hash ?? null;
    if (vouched !== null && anchor !== null && !equalBytes(vouched, anchor)) {
      faults.push({ code: 'forked', epoch, seq });
    }
    const before = chain[i - 1];
    const standing = judgeEntry(entry, vouched ?? anchor);
    // A malformed one is named already.
    if (standing.altered && entry.part !== null) faults.push({ code: 'altered-event', epoch, seq });
    vouched = before === undefined || follows(before, entry) ? standing.trustedPrev : null;
    if (before === undefined && after !== 'anywhere' && standing.trustedPrev !== null) {
      const start = after?.hash ?? NO_EVENT_HASH;
      if (!equalBytes(standing.trustedPrev, start)) faults.push({ code: 'broken-start', epoch, seq });
    }
  }
  return faults.toReversed();
}

/** Whether an entry is what is vouched for; only then is what it says of its predecessor believed. */
function judgeEntry(
  { hash, record, part }: Entry,
  wanted: Uint8Array | null,
): { readonly altered: boolean; readonly trustedPrev: Uint8Array | null } {
  const altered =
    (wanted !== null && !equalBytes(hash, wanted)) ||
    (record.hash !== undefined && !equalBytes(hash, record.hash));
  const trusted = wanted !== null && !altered;
  return { altered, trustedPrev: trusted && part !== null ? part.prev : null };
}

/** Whether nothing is missing between two entries; a new epoch begins at 1 and links to the one before. */
function follows(before: Entry, entry: Entry): boolean {
  return before.epoch === entry.epoch ? entry.seq === before.seq + 1 : entry.seq === 1;
}

function* findWrongCommitments(chain: readonly Entry[]): Generator<ChainFault> {
  for (const { epoch, seq, record, part } of chain) {
    if (part === null) continue;
    const { centre, private: privatePart } = record;
    if (centre && !isCommittedTo(centre, part.centreCommitment)) {
      yield { code: 'wrong-commitment', epoch, seq, part: 'centre' };
    }
    if (privatePart && !isCommittedTo(privatePart, part.privateCommitment)) {
      yield { code: 'wrong-commitment', epoch, seq, part: 'private' };
    }
  }
}
