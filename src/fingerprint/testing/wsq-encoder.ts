import { layOutSubbands, type Split } from '../images/wsq-subbands.ts';
import { mirrored } from '../images/wsq-wavelet.ts';

/** The analysis filters of the specification, right halves, in units of 10^-exponent. */
const LOW = [0.852698679, 0.3774028186, -0.1106244044, -0.023849465, 0.0378284555];
const HIGH = [0.788485616, -0.4180922732, -0.0406894176, 0.0645388826];

export interface WsqOptions {
  /** Width of a quantization bin, the same for all subbands. */
  readonly bin?: number;
  readonly comment?: string;
}

/**
 * A WSQ file as another program might write it, for tests: the transform computed forwards, by its definition and
 * without regard to speed, one bin width for all subbands, one code for all symbols.
 */
export function encodeWsq(
  pixels: Uint8Array,
  width: number,
  height: number,
  { bin = 1, comment = 'NIST_COM 2\nPPI 500\n' }: WsqOptions = {},
): Uint8Array {
  const shift = Math.round(pixels.reduce((sum, value) => sum + value, 0) / pixels.length);
  const samples = Float64Array.from(pixels, (value) => value - shift);
  const { subbands, splits } = layOutSubbands(width, height);
  for (const split of splits) divide(samples, width, split);
  const bits = new BitWriter();
  const blocks: Uint8Array[] = [];
  let zeros = 0;
  subbands.forEach(({ x, y, width: columns, height: rows }, band) => {
    for (let r = y; r < y + rows; r++) {
      for (let c = x; c < x + columns; c++) {
        const value = quantize(samples[r * width + c] ?? 0, bin);
        if (value === 0) zeros++;
        else {
          writeZeros(bits, zeros);
          zeros = 0;
          writeCoefficient(bits, value);
        }
      }
    }
    // Blocks end behind subbands 18, 51 and 59.
    if (![18, 51, 59].includes(band)) return;
    writeZeros(bits, zeros);
    zeros = 0;
    blocks.push(bits.finish());
  });
  const quantization = Array.from({ length: 64 }, (_, band) =>
    band < 60 ? [...scaled(bin, 2), ...scaled(1.2 * bin, 2)] : [0, 0, 0, 0, 0, 0],
  ).flat();
  const text = [...new TextEncoder().encode(comment)];
  return Uint8Array.from([
    ...[0xff, 0xa0],
    ...segment(0xa8, text),
    ...segment(0xa4, [9, 7, ...coefficients(LOW), ...coefficients(HIGH)]),
    ...segment(0xa5, [...scaled(0.44, 2), ...quantization]),
    ...segment(0xa2, [
      0,
      255,
      ...word(height),
      ...word(width),
      ...scaled(shift, 0),
      ...scaled(1, 0),
      2,
      ...word(0),
    ]),
    ...segment(0xa6, [0, ...CODE_COUNTS, ...CODE_VALUES]),
    ...blocks.flatMap((block) => [...segment(0xa3, [0]), ...block]),
    ...[0xff, 0xa1],
  ]);
}

/** One split by the definition: low-pass at even places, high-pass at odd ones, the ends mirrored. */
function divide(samples: Float64Array, stride: number, band: Split): void {
  const start = band.y * stride + band.x;
  for (let y = 0; y < band.height; y++) divideLine(samples, start + y * stride, 1, band.width, band.turnedX);
  for (let x = 0; x < band.width; x++) divideLine(samples, start + x, stride, band.height, band.turnedY);
}

function divideLine(
  samples: Float64Array,
  start: number,
  step: number,
  length: number,
  turned: boolean,
): void {
  const at = (place: number): number => samples[start + mirrored(place, length) * step] ?? 0;
  const filter = (half: readonly number[], place: number): number =>
    half.reduce((sum, tap, k) => sum + tap * (k === 0 ? at(place) : at(place - k) + at(place + k)), 0);
  const low: number[] = [];
  const high: number[] = [];
  for (let place = 0; place < length; place++)
    if (place % 2 === 0) low.push(filter(LOW, place));
    else high.push(filter(HIGH, place));
  const line = turned ? [...high, ...low] : [...low, ...high];
  line.forEach((value, place) => {
    samples[start + place * step] = value;
  });
}

function quantize(value: number, bin: number): number {
  const zero = 1.2 * bin;
  if (Math.abs(value) <= zero / 2) return 0;
  return Math.sign(value) * (Math.floor((Math.abs(value) - zero / 2) / bin) + 1);
}

/** Codes of 7 bits for single zeros and small coefficients, of 9 for the rest; none consists of ones alone. */
const SHORT = [1, ...Array.from({ length: 60 }, (_, i) => 150 + i).filter((value) => value !== 180)];
const LONG = [2, 3, 50, 100, 101, 102, 103, 104, 105, 106, 107, 254];
const RUNS = [100, 50, 3, 2, 1];
const CODE_COUNTS = [0, 0, 0, 0, 0, 0, SHORT.length, 0, LONG.length, 0, 0, 0, 0, 0, 0, 0];
const CODE_VALUES = [...SHORT, ...LONG];

function writeZeros(bits: BitWriter, count: number): void {
  let left = count;
  for (; left > 255; left -= Math.min(left, 65_535)) {
    writeSymbol(bits, 106);
    bits.write(Math.min(left, 65_535), 16);
  }
  if (left > 100) {
    writeSymbol(bits, 105);
    bits.write(left, 8);
    return;
  }
  for (const run of RUNS) for (; left >= run; left -= run) writeSymbol(bits, run);
}

function writeCoefficient(bits: BitWriter, value: number): void {
  if (value >= -30 && value < 30) writeSymbol(bits, value + 180);
  else if (Math.abs(value) < 256) {
    writeSymbol(bits, value > 0 ? 101 : 102);
    bits.write(Math.abs(value), 8);
  } else {
    writeSymbol(bits, value > 0 ? 103 : 104);
    bits.write(Math.abs(value), 16);
  }
}

function writeSymbol(bits: BitWriter, symbol: number): void {
  const short = SHORT.indexOf(symbol);
  if (short >= 0) bits.write(short, 7);
  else bits.write(4 * SHORT.length + LONG.indexOf(symbol), 9);
}

function segment(marker: number, body: readonly number[]): number[] {
  return [0xff, marker, ...word(body.length + 2), ...body];
}

function word(value: number): number[] {
  return [value >> 8, value & 255];
}

function scaled(value: number, exponent: number): number[] {
  return [exponent, ...word(Math.round(value * 10 ** exponent))];
}

function coefficients(half: readonly number[]): number[] {
  return half.flatMap((value) => {
    const exponent = Math.abs(value) >= 0.4 ? 9 : 10;
    const whole = Math.round(Math.abs(value) * 10 ** exponent);
    return [value < 0 ? 1 : 0, exponent, ...word(Math.floor(whole / 65_536)), ...word(whole % 65_536)];
  });
}

class BitWriter {
  private bytes: number[] = [];
  private current = 0;
  private count = 0;

  write(value: number, bits: number): void {
    for (let bit = bits - 1; bit >= 0; bit--) {
      this.current = 2 * this.current + ((value >> bit) & 1);
      if (++this.count === 8) this.push();
    }
  }

  finish(): Uint8Array {
    while (this.count > 0) this.write(1, 1);
    const bytes = Uint8Array.from(this.bytes);
    this.bytes = [];
    return bytes;
  }

  private push(): void {
    this.bytes.push(this.current);
    if (this.current === 255) this.bytes.push(0);
    this.current = 0;
    this.count = 0;
  }
}
