import { readUtf8 } from './bytes.ts';

/** The public part of an event (docs/ledger-format.md). */
export interface PublicPart {
  readonly election: string;
  readonly station: string;
  readonly device: string;
  readonly mock: boolean;
  readonly epoch: number;
  readonly seq: number;
  readonly kind: string;
  readonly period: number;
  readonly prev: Uint8Array;
  readonly centreCommitment: Uint8Array;
  readonly privateCommitment: Uint8Array;
}

type Value = number | string | boolean | Uint8Array;

const FIELDS = 12;

/**
 * Reads deterministic CBOR (RFC 8949 section 4.2.1) of exactly the public part's fields: definite and shortest
 * lengths, keys in order, nothing after the end. Null for anything else.
 */
export function readPublicPart(bytes: Uint8Array): PublicPart | null {
  const reader = new Reader(bytes);
  const fields = reader.map();
  if (fields === null || !reader.isAtEnd() || fields.size !== FIELDS || fields.get('v') !== 1) return null;
  const text = (name: string): string | null => {
    const value = fields.get(name);
    return typeof value === 'string' ? value : null;
  };
  const count = (name: string): number | null => {
    const value = fields.get(name);
    return typeof value === 'number' ? value : null;
  };
  const hash = (name: string): Uint8Array | null => {
    const value = fields.get(name);
    return value instanceof Uint8Array && value.length === 32 ? value : null;
  };
  const [election, station, device] = [text('election'), text('station'), text('device')];
  const mock = fields.get('mock');
  const [epoch, seq, period, kind] = [count('epoch'), count('seq'), count('period'), text('kind')];
  const [prev, centreCommitment, privateCommitment] = [
    hash('prev'),
    hash('centreCommitment'),
    hash('privateCommitment'),
  ];
  if (election === null || station === null || device === null || typeof mock !== 'boolean') return null;
  if (epoch === null || seq === null || period === null || kind === null) return null;
  if (!['identification', 'undo', 'other'].includes(kind)) return null;
  if (prev === null || centreCommitment === null || privateCommitment === null) return null;
  return {
    election,
    station,
    device,
    mock,
    epoch,
    seq,
    kind,
    period,
    prev,
    centreCommitment,
    privateCommitment,
  };
}

/** Major types of CBOR, RFC 8949 section 3.1. */
const UNSIGNED = 0;
const BYTES = 2;
const TEXT = 3;
const MAP = 5;
const SIMPLE = 7;

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  map(): Map<string, Value> | null {
    const head = this.#head();
    if (head === null || head.major !== MAP) return null;
    const fields = new Map<string, Value>();
    let before = '';
    for (let i = 0; i < head.argument; i += 1) {
      const name = this.#value();
      if (typeof name !== 'string' || (i > 0 && !isBefore(before, name))) return null;
      const value = this.#value();
      if (value === null) return null;
      fields.set(name, value);
      before = name;
    }
    return fields;
  }

  #value(): Value | null {
    const head = this.#head();
    if (head === null) return null;
    const { major, argument } = head;
    if (major === UNSIGNED) return argument;
    if (major === SIMPLE) return argument === 20 ? false : argument === 21 ? true : null;
    if (major !== BYTES && major !== TEXT) return null;
    if (this.#at + argument > this.#bytes.length) return null;
    const content = this.#bytes.subarray(this.#at, this.#at + argument);
    this.#at += argument;
    return major === BYTES ? content : readUtf8(content);
  }

  /** Type and argument, in the shortest of its forms. */
  #head(): { readonly major: number; readonly argument: number } | null {
    const first = this.#bytes[this.#at];
    if (first === undefined) return null;
    this.#at += 1;
    const major = first >> 5;
    const short = first & 31;
    if (short < 24) return { major, argument: short };
    const width = 2 ** (short - 24);
    if (short > 27 || major === SIMPLE || this.#at + width > this.#bytes.length) return null;
    let argument = 0;
    for (let i = 0; i < width; i += 1) argument = argument * 256 + (this.#bytes[this.#at + i] ?? 0);
    this.#at += width;
    const least = width === 1 ? 24 : 2 ** (8 * (width / 2));
    return argument >= least && Number.isSafeInteger(argument) ? { major, argument } : null;
  }
}

/** The order of encoded text keys: the length stands first in the encoding, then the bytes. */
function isBefore(a: string, b: string): boolean {
  return a.length === b.length ? a < b : a.length < b.length;
}
