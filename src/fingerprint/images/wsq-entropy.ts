import { demand, ImageProblem } from './raster.ts';

const LONGEST_CODE = 16;
/** Symbols of IAFIS-IC-0110 version 3.1, table A.2. */
const LONGEST_ZERO_RUN = 100;
const POSITIVE_8 = 101;
const NEGATIVE_8 = 102;
const POSITIVE_16 = 103;
const NEGATIVE_16 = 104;
const ZERO_RUN_8 = 105;
const ZERO_RUN_16 = 106;
const LEAST_COEFFICIENT = 107;
const MOST_COEFFICIENT = 254;
const COEFFICIENT_ZERO = 180;

/** A canonical code: all codes of a length follow each other, shorter ones first. */
export interface HuffmanTable {
  /** By length: the code after the last one of that length, and the place of code 0 in `values`. */
  readonly ends: Int32Array;
  readonly places: Int32Array;
  readonly values: Uint8Array;
}

/** @param counts how many codes there are of 1 to 16 bits */
export function makeHuffmanTable(counts: Uint8Array, values: Uint8Array): HuffmanTable {
  const ends = new Int32Array(LONGEST_CODE + 1);
  const places = new Int32Array(LONGEST_CODE + 1);
  let code = 0;
  let place = 0;
  for (let length = 1; length <= LONGEST_CODE; length++) {
    code *= 2;
    places[length] = place - code;
    code += counts[length - 1] as number;
    place += counts[length - 1] as number;
    ends[length] = code;
    demand(code <= 2 ** length);
  }
  demand(place === values.length && place > 0);
  return { ends, places, values };
}

/** Where the coefficients of all blocks go, one after another; runs of zeros are left as they are. */
export interface CoefficientSink {
  readonly values: Int16Array;
  filled: number;
}

/**
 * Decodes one block of entropy-coded data.
 * @param bytes from the block's first byte to any byte behind its end
 * @returns the place of the marker that ends it
 */
export function decodeBlock(
  bytes: Uint8Array,
  start: number,
  table: HuffmanTable,
  sink: CoefficientSink,
): number {
  const reader = new BitReader(bytes, start);
  for (;;) {
    const symbol = nextSymbol(reader, table);
    if (symbol === null) return reader.markerAt();
    if (symbol >= 1 && symbol <= LONGEST_ZERO_RUN) skip(sink, symbol);
    else if (symbol === ZERO_RUN_8) skip(sink, reader.bits(8));
    else if (symbol === ZERO_RUN_16) skip(sink, reader.bits(16));
    else if (symbol === POSITIVE_8) put(sink, reader.bits(8));
    else if (symbol === NEGATIVE_8) put(sink, -reader.bits(8));
    else if (symbol === POSITIVE_16) put(sink, reader.bits(16));
    else if (symbol === NEGATIVE_16) put(sink, -reader.bits(16));
    else {
      demand(symbol >= LEAST_COEFFICIENT && symbol <= MOST_COEFFICIENT);
      put(sink, symbol - COEFFICIENT_ZERO);
    }
  }
}

function skip(sink: CoefficientSink, count: number): void {
  sink.filled += count;
  demand(sink.filled <= sink.values.length);
}

function put(sink: CoefficientSink, value: number): void {
  demand(sink.filled < sink.values.length && value >= -32_768 && value <= 32_767);
  sink.values[sink.filled++] = value;
}

/** Null at the block's end, which is filled up with ones; no code consists of ones alone. */
function nextSymbol(reader: BitReader, { ends, places, values }: HuffmanTable): number | null {
  let code = 0;
  for (let length = 1; length <= LONGEST_CODE; length++) {
    const bit = reader.bit();
    if (bit === null) {
      demand(code === 2 ** (length - 1) - 1 && length <= 8);
      return null;
    }
    code = 2 * code + bit;
    if (code < (ends[length] as number)) return values[(places[length] as number) + code] as number;
  }
  throw new ImageProblem('not-an-image');
}

class BitReader {
  private readonly bytes: Uint8Array;
  private at: number;
  private current = 0;
  private left = 0;

  constructor(bytes: Uint8Array, start: number) {
    this.bytes = bytes;
    this.at = start;
  }

  /** Null where the data ends: at a marker. */
  bit(): number | null {
    if (this.left === 0) {
      demand(this.at + 1 < this.bytes.length);
      this.current = this.bytes[this.at] as number;
      // A byte of ones is followed by one of zeros; anything else is a marker.
      if (this.current === 0xff && this.bytes[this.at + 1] !== 0) return null;
      this.at += this.current === 0xff ? 2 : 1;
      this.left = 8;
    }
    this.left--;
    return (this.current >> this.left) & 1;
  }

  bits(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) {
      const bit = this.bit();
      if (bit === null) throw new ImageProblem('not-an-image');
      value = 2 * value + bit;
    }
    return value;
  }

  markerAt(): number {
    return this.at;
  }
}
