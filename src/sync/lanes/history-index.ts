import type { LaneNumber } from '../../domain/lanes/tenure.ts';
import type { LogHead } from './lane-log.ts';

/** One event as far as its place in a history goes. */
export interface LinkedEvent extends LogHead {
  /** Hash of the event before; of no interest for the first of an epoch. */
  readonly prev: string;
}

/** A stretch of one history: the first is an epoch from its beginning, each further one leaves another at `base`. */
interface Branch {
  readonly lane: LaneNumber;
  readonly epoch: number;
  readonly parent: Branch | null;
  /** The last event that it shares with its parent. */
  readonly base: number;
  readonly hashes: string[];
}

/**
 * Where every known event stands. An epoch of a lane is one chain as long as its disk is one disk; two chains
 * that part are a copied or restored disk, and both are kept, side by side.
 */
export class HistoryIndex {
  readonly #places = new Map<string, { readonly seq: number; readonly branch: Branch }>();
  readonly #branches: Branch[] = [];
  #heads: readonly LogHead[] | null = null;

  add({ lane, epoch, seq, hash, prev }: LinkedEvent): 'extended' | 'forked' | 'known' | 'gap' {
    if (this.#places.has(hash)) return 'known';
    const before = seq === 1 ? undefined : this.#places.get(prev);
    if (seq > 1 && !isAt(before, lane, epoch, seq - 1)) return 'gap';
    const goesOn = before !== undefined && before.branch.base + before.branch.hashes.length === seq - 1;
    const forked =
      !goesOn && (seq > 1 || this.#branches.some((one) => one.lane === lane && one.epoch === epoch));
    const branch = goesOn
      ? before.branch
      : { lane, epoch, parent: before?.branch ?? null, base: seq - 1, hashes: [] };
    if (!goesOn) this.#branches.push(branch);
    branch.hashes.push(hash);
    this.#places.set(hash, { seq, branch });
    this.#heads = null;
    return forked ? 'forked' : 'extended';
  }

  has({ lane, epoch, seq, hash }: LogHead): boolean {
    return isAt(this.#places.get(hash), lane, epoch, seq);
  }

  /** The end of every history. */
  heads(): readonly LogHead[] {
    this.#heads ??= this.#branches.map(({ lane, epoch, base, hashes }) => ({
      lane,
      epoch,
      seq: base + hashes.length,
      hash: hashes.at(-1) ?? '',
    }));
    return this.#heads;
  }

  leadsTo(earlier: LogHead, head: LogHead): boolean {
    const from = this.#places.get(earlier.hash);
    if (from === undefined || from.seq !== earlier.seq) return false;
    const end = this.#places.get(head.hash);
    let limit = end?.seq ?? 0;
    for (let branch = end?.branch ?? null; branch !== null; branch = branch.parent) {
      if (branch === from.branch) return from.seq <= limit;
      limit = branch.base;
    }
    return false;
  }

  /** Hashes of the events on the way to `head` after `seq`, at most `limit` of them. */
  way(head: LogHead, seq: number, limit: number): readonly string[] {
    const stretches: { readonly branch: Branch; readonly end: number }[] = [];
    let end = head.seq;
    for (let branch = this.#places.get(head.hash)?.branch ?? null; branch !== null; branch = branch.parent) {
      stretches.unshift({ branch, end });
      end = branch.base;
      if (end <= seq) break;
    }
    const hashes: string[] = [];
    for (const { branch, end: last } of stretches) {
      const from = Math.max(seq - branch.base, 0);
      hashes.push(...branch.hashes.slice(from, Math.min(last - branch.base, from + limit - hashes.length)));
      if (hashes.length >= limit) break;
    }
    return hashes;
  }
}

function isAt(
  place: { readonly seq: number; readonly branch: Branch } | undefined,
  lane: LaneNumber,
  epoch: number,
  seq: number,
): place is { readonly seq: number; readonly branch: Branch } {
  return (
    place !== undefined && place.seq === seq && place.branch.lane === lane && place.branch.epoch === epoch
  );
}
