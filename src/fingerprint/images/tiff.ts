import { checkSize, demand, greyOf, type Raster } from './raster.ts';

/** Tags of TIFF 6.0, part 1. */
const TAGS = {
  width: 256,
  height: 257,
  bits: 258,
  compression: 259,
  photometric: 262,
  offsets: 273,
  samples: 277,
  counts: 279,
  planar: 284,
} as const;
const VALUE_SIZES: Readonly<Record<number, number>> = { 1: 1, 3: 2, 4: 4 };
const UNCOMPRESSED = 1;
const PACK_BITS = 32_773;
const WHITE_IS_ZERO = 0;
const BLACK_IS_ZERO = 1;
const RGB = 2;
const MOST_STRIPS = 20_000;

/** Tagged image file: the first image, in strips, uncompressed or PackBits, 8 or 16 bits, grey or RGB. */
export function decodeTiff(bytes: Uint8Array): Raster {
  const tags = new TiffTags(bytes);
  const width = tags.one(TAGS.width, null);
  const height = tags.one(TAGS.height, null);
  checkSize(width, height);
  const bits = tags.one(TAGS.bits, 1);
  const compression = tags.one(TAGS.compression, UNCOMPRESSED);
  const photometric = tags.one(TAGS.photometric, BLACK_IS_ZERO);
  const channels = tags.one(TAGS.samples, 1);
  demand(compression === UNCOMPRESSED || compression === PACK_BITS, 'unsupported-image');
  demand(bits === 8 || bits === 16, 'unsupported-image');
  demand(photometric <= RGB && channels <= 4, 'unsupported-image');
  demand((photometric === RGB) === channels >= 3, 'unsupported-image');
  demand(channels === 1 || tags.one(TAGS.planar, 1) === 1, 'unsupported-image');
  const size = bits / 8;
  const data = joinStrips(bytes, tags, compression, width * height * channels * size);
  const view = new DataView(data.buffer);
  const most = 2 ** bits - 1;
  const value =
    size === 1 ? (i: number) => view.getUint8(i) : (i: number) => view.getUint16(2 * i, tags.little);
  const at = photometric === WHITE_IS_ZERO ? (i: number) => most - value(i) : value;
  return greyOf({ width, height, channels, most, at });
}

function joinStrips(bytes: Uint8Array, tags: TiffTags, compression: number, length: number): Uint8Array {
  const offsets = tags.all(TAGS.offsets);
  const counts = tags.all(TAGS.counts);
  demand(offsets.length === counts.length && offsets.length > 0 && offsets.length <= MOST_STRIPS);
  const data = new Uint8Array(length);
  let filled = 0;
  offsets.forEach((offset, i) => {
    const count = counts[i] as number;
    demand(offset + count <= bytes.length);
    const strip = bytes.subarray(offset, offset + count);
    filled = compression === PACK_BITS ? unpackBits(strip, data, filled) : copy(strip, data, filled);
  });
  demand(filled === length);
  return data;
}

function copy(strip: Uint8Array, data: Uint8Array, filled: number): number {
  const part = strip.subarray(0, data.length - filled);
  data.set(part, filled);
  return filled + part.length;
}

/** TIFF 6.0 section 9: n from 0 to 127 means n + 1 bytes as they are, from 129 to 255 one byte 257 - n times. */
function unpackBits(strip: Uint8Array, data: Uint8Array, start: number): number {
  let filled = start;
  for (let at = 0; at < strip.length && filled < data.length; ) {
    const head = strip[at++] as number;
    if (head < 128) {
      filled = copy(strip.subarray(at, at + head + 1), data, filled);
      at += head + 1;
    } else if (head > 128) {
      const end = Math.min(data.length, filled + 257 - head);
      demand(at < strip.length);
      data.fill(strip[at++] as number, filled, end);
      filled = end;
    }
  }
  return filled;
}

/** The first directory of a file in either byte order. */
class TiffTags {
  readonly little: boolean;
  private readonly view: DataView;
  private readonly entries = new Map<number, { type: number; count: number; at: number }>();

  constructor(bytes: Uint8Array) {
    demand(bytes.length >= 8);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.little = bytes[0] === 0x49;
    const directory = this.view.getUint32(4, this.little);
    demand(directory + 2 <= bytes.length);
    const count = this.view.getUint16(directory, this.little);
    demand(directory + 2 + 12 * count <= bytes.length);
    for (let i = 0; i < count; i++) {
      const entry = directory + 2 + 12 * i;
      this.entries.set(this.view.getUint16(entry, this.little), {
        type: this.view.getUint16(entry + 2, this.little),
        count: this.view.getUint32(entry + 4, this.little),
        at: entry + 8,
      });
    }
  }

  /** The first value of a tag; of one that is missing the standard's default, null for none. */
  one(tag: number, missing: number | null): number {
    if (!this.entries.has(tag)) {
      demand(missing !== null);
      return missing ?? 0;
    }
    const [value] = this.all(tag);
    demand(value !== undefined);
    return value ?? 0;
  }

  all(tag: number): number[] {
    const entry = this.entries.get(tag);
    if (entry === undefined) return [];
    const size = VALUE_SIZES[entry.type] ?? 0;
    demand(size > 0 && entry.count <= MOST_STRIPS);
    const fits = entry.count * size <= 4;
    const start = fits ? entry.at : this.view.getUint32(entry.at, this.little);
    demand(start + entry.count * size <= this.view.byteLength);
    return Array.from({ length: entry.count }, (_, i) => this.value(start + i * size, size));
  }

  private value(at: number, size: number): number {
    if (size === 1) return this.view.getUint8(at);
    return size === 2 ? this.view.getUint16(at, this.little) : this.view.getUint32(at, this.little);
  }
}
