import { checkSize, demand, greyOf, type Raster } from './raster.ts';

const DIGITS = /^\d{1,9}$/;
const HASH = 0x23;
const NEWLINE = 0x0a;
const SPACES = new Set([0x20, 0x09, 0x0a, 0x0b, 0x0c, 0x0d]);

/** Portable grey map and pixel map, plain (P2, P3) and raw (P5, P6). */
export function decodeNetpbm(bytes: Uint8Array): Raster {
  const kind = bytes[1] === undefined ? '' : String.fromCharCode(bytes[1]);
  demand(['2', '3', '5', '6'].includes(kind));
  const tokens = new Tokens(bytes);
  const width = tokens.number();
  const height = tokens.number();
  const most = tokens.number();
  checkSize(width, height);
  demand(most >= 1 && most <= 65_535);
  const channels = kind === '3' || kind === '6' ? 3 : 1;
  const count = width * height * channels;
  if (kind === '2' || kind === '3') {
    const values = Uint16Array.from({ length: count }, () => Math.min(most, tokens.number()));
    return greyOf({ width, height, channels, most, at: (index) => values[index] as number });
  }
  // Exactly one white space stands between the header and the samples.
  const start = tokens.at + 1;
  const size = most > 255 ? 2 : 1;
  demand(start + count * size <= bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, count * size);
  const at = size === 1 ? (i: number) => view.getUint8(i) : (i: number) => view.getUint16(2 * i);
  return greyOf({ width, height, channels, most, at: (index) => Math.min(most, at(index)) });
}

/** Numbers between white space, with comments from # to the end of the line. */
class Tokens {
  at = 2;
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  number(): number {
    this.skip();
    const start = this.at;
    while (this.at < this.bytes.length && !SPACES.has(this.bytes[this.at] as number)) this.at++;
    const text = String.fromCharCode(...this.bytes.subarray(start, Math.min(this.at, start + 12)));
    demand(DIGITS.test(text));
    return Number(text);
  }

  private skip(): void {
    for (;;) {
      const byte = this.bytes[this.at];
      if (byte === HASH) {
        while (this.at < this.bytes.length && this.bytes[this.at] !== NEWLINE) this.at++;
      } else if (byte !== undefined && SPACES.has(byte)) this.at++;
      else return;
    }
  }
}
