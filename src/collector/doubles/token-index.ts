import { randomBytes } from 'node:crypto';
import { assert, assertDefined } from '../../domain/assert.ts';
import type { LogHead, Participation } from '../collector-store.ts';
import { packAct, unpackAct } from '../packed-range.ts';

/** A log that participations came from; its index stands for it in every entry. */
type Log = Pick<LogHead, 'device' | 'epoch' | 'station'>;

export interface SharedPlace extends Log, Participation {}

const TOKEN_WORDS = 4;
const CHUNK_BITS = 16;
const CHUNK = 1 << CHUNK_BITS;
const FIRST_SLOTS = 1 << 12;
const NONE = -1;
/** Slots are a power of two; over this share of them in use, there are twice as many. */
const FULLEST = 0.6;

/** Entries side by side in arrays of numbers: nothing of it is ever walked by the garbage collector. */
class Chunk {
  readonly tokens = new Uint32Array(CHUNK * TOKEN_WORDS);
  readonly logs = new Uint32Array(CHUNK);
  /** As `packAct` makes them. */
  readonly places = new Uint32Array(CHUNK);
  /** The entry before of the same token; `NONE` for the first. */
  readonly earlier = new Int32Array(CHUNK).fill(NONE);
}

/**
 * Every participation of the country by its token, in memory: about 40 bytes each. Entries of one token are chained,
 * the newest first, and a hash table with open addressing finds the newest. Where a token lands in it depends on
 * numbers drawn for this process, so that nobody can choose tokens that land in one place.
 */
export class TokenIndex {
  readonly #logs: Log[] = [];
  readonly #chunks: Chunk[] = [];
  readonly #mix = new Uint32Array(new Uint8Array(randomBytes(TOKEN_WORDS * 4)).buffer).map(
    (word) => word | 1,
  );
  #slots = new Int32Array(FIRST_SLOTS).fill(NONE);
  #entries = 0;
  #tokens = 0;

  /** Participations in it. */
  get size(): number {
    return this.#entries;
  }

  /** @returns what stands for this log in `add`. */
  addLog({ device, epoch, station }: Log): number {
    this.#logs.push({ device, epoch, station });
    return this.#logs.length - 1;
  }

  /**
   * @param token 16 bytes.
   * @returns the entry; whether its token was there before is what `isShared` says.
   */
  add(log: number, act: Participation): number {
    const { token } = act;
    const entry = this.#entries;
    const offset = entry & (CHUNK - 1);
    if (offset === 0) this.#chunks.push(new Chunk());
    const chunk = this.#chunkOf(entry);
    const { tokens } = chunk;
    for (let word = 0; word < TOKEN_WORDS; word += 1) {
      const at = word * 4;
      tokens[offset * TOKEN_WORDS + word] =
        ((token[at] ?? 0) << 24) |
        ((token[at + 1] ?? 0) << 16) |
        ((token[at + 2] ?? 0) << 8) |
        (token[at + 3] ?? 0);
    }
    chunk.logs[offset] = log;
    chunk.places[offset] = packAct(act);
    this.#entries += 1;
    const slot = this.#slotOf(entry);
    const newest = this.#slots[slot] ?? NONE;
    chunk.earlier[offset] = newest;
    this.#slots[slot] = entry;
    if (newest === NONE) {
      this.#tokens += 1;
      if (this.#tokens > this.#slots.length * FULLEST) this.#grow();
    }
    return entry;
  }

  /** Whether another entry with the token of this one came before it. */
  isShared(entry: number): boolean {
    return this.#chunkOf(entry).earlier[entry & (CHUNK - 1)] !== NONE;
  }

  /** The last `most` participations under the token of an entry, the newest first. */
  sharing(entry: number, most: number): SharedPlace[] {
    const token = this.#tokenOf(entry);
    const found: SharedPlace[] = [];
    let at = this.#slots[this.#slotOf(entry)] ?? NONE;
    while (at !== NONE && found.length < most) {
      const chunk = this.#chunkOf(at);
      const offset = at & (CHUNK - 1);
      const act = unpackAct(chunk.places[offset] ?? 0);
      found.push({ token, ...this.#logAt(chunk.logs[offset] ?? 0), ...act });
      at = chunk.earlier[offset] ?? NONE;
    }
    return found;
  }

  #logAt(log: number): Log {
    return assertDefined(this.#logs[log], 'a log that was added');
  }

  #chunkOf(entry: number): Chunk {
    return assertDefined(this.#chunks[entry >>> CHUNK_BITS], 'an entry that was added');
  }

  #tokenOf(entry: number): Uint8Array {
    const { tokens } = this.#chunkOf(entry);
    const token = Buffer.alloc(TOKEN_WORDS * 4);
    const from = (entry & (CHUNK - 1)) * TOKEN_WORDS;
    for (let word = 0; word < TOKEN_WORDS; word += 1) token.writeUInt32BE(tokens[from + word] ?? 0, word * 4);
    return new Uint8Array(token);
  }

  /** The slot of the entry's token: where the newest entry of it is, or an empty one. */
  #slotOf(entry: number): number {
    const { tokens } = this.#chunkOf(entry);
    const from = (entry & (CHUNK - 1)) * TOKEN_WORDS;
    const mask = this.#slots.length - 1;
    let hash = 0;
    for (let word = 0; word < TOKEN_WORDS; word += 1) {
      hash = Math.imul(hash ^ (tokens[from + word] ?? 0), this.#mix[word] ?? 1);
      hash ^= hash >>> 15;
    }
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const found = this.#slots[slot] ?? NONE;
      if (found === NONE || this.#isSameToken(found, tokens, from)) return slot;
    }
  }

  #isSameToken(entry: number, tokens: Uint32Array, from: number): boolean {
    const other = this.#chunkOf(entry).tokens;
    const at = (entry & (CHUNK - 1)) * TOKEN_WORDS;
    for (let word = 0; word < TOKEN_WORDS; word += 1) {
      if (other[at + word] !== tokens[from + word]) return false;
    }
    return true;
  }

  #grow(): void {
    const newest = this.#slots;
    this.#slots = new Int32Array(newest.length * 2).fill(NONE);
    assert(this.#tokens < this.#slots.length, 'the table of tokens has room');
    for (const entry of newest) if (entry !== NONE) this.#slots[this.#slotOf(entry)] = entry;
  }
}
