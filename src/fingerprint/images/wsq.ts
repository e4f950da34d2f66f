import { checkSize, demand, ImageProblem, type Raster } from './raster.ts';
import { type CoefficientSink, decodeBlock, type HuffmanTable, makeHuffmanTable } from './wsq-entropy.ts';
import { layOutSubbands, SENT_SUBBANDS } from './wsq-subbands.ts';
import { type AnalysisFilters, rebuildImage } from './wsq-wavelet.ts';

/** Markers of IAFIS-IC-0110 version 3.1, table 1. */
const MARKERS = {
  imageStart: 0xffa0,
  imageEnd: 0xffa1,
  frame: 0xffa2,
  block: 0xffa3,
  transformTable: 0xffa4,
  quantizationTable: 0xffa5,
  huffmanTable: 0xffa6,
  restartInterval: 0xffa7,
  comment: 0xffa8,
} as const;

const QUANTIZED_SUBBANDS = 64;
const MOST_TABLES = 8;
const MOST_TAPS = 31;
const CODE_LENGTHS = 16;

interface Frame {
  readonly width: number;
  readonly height: number;
  /** A pixel is its rebuilt value times `scale` plus `shift`. */
  readonly shift: number;
  readonly scale: number;
}

interface Quantization {
  /** Where in its bin a coefficient is put back, as a share. */
  readonly centre: number;
  /** By subband: width of a bin, 0 where nothing is sent, and of the bin around zero. */
  readonly bins: readonly number[];
  readonly zeroBins: readonly number[];
}

interface Tables {
  filters: AnalysisFilters | null;
  quantization: Quantization | null;
  readonly codes: (HuffmanTable | undefined)[];
}

/**
 * Wavelet scalar quantization, the format of fingerprint archives: FBI, WSQ Gray-Scale Fingerprint Image Compression
 * Specification, IAFIS-IC-0110 version 3.1 (2010). Filters of odd length and files without restart intervals are
 * read, as all known encoders write them; a file has to hold every coefficient that its tables announce.
 */
export function decodeWsq(bytes: Uint8Array): Raster {
  const reader = new SegmentReader(bytes);
  demand(reader.marker() === MARKERS.imageStart);
  const tables: Tables = { filters: null, quantization: null, codes: [] };
  let frame: Frame | null = null;
  let picture: {
    readonly frame: Frame;
    readonly quantization: Quantization;
    readonly sink: CoefficientSink;
  } | null = null;
  for (let marker = reader.marker(); marker !== MARKERS.imageEnd; marker = reader.marker()) {
    if (marker === MARKERS.frame) {
      demand(frame === null);
      frame = readFrame(reader.segment());
    } else if (marker === MARKERS.block) {
      const header = reader.segment();
      const code = tables.codes[header.byte()];
      const { quantization } = tables;
      if (frame === null || quantization === null || code === undefined)
        throw new ImageProblem('not-an-image');
      // The tables of the first block say how many coefficients there will be.
      picture ??= { frame, quantization, sink: makeSink(frame, quantization) };
      reader.at = decodeBlock(bytes, reader.at, code, picture.sink);
    } else readTable(marker, reader, tables);
  }
  const { filters } = tables;
  if (picture === null || filters === null) throw new ImageProblem('not-an-image');
  demand(picture.sink.filled === picture.sink.values.length);
  return rebuild(picture.frame, picture.quantization, filters, picture.sink.values);
}

function readTable(marker: number, reader: SegmentReader, tables: Tables): void {
  switch (marker) {
    case MARKERS.transformTable:
      tables.filters = readFilters(reader.segment());
      break;
    case MARKERS.quantizationTable:
      tables.quantization = readQuantization(reader.segment());
      break;
    case MARKERS.huffmanTable: {
      const segment = reader.segment();
      while (segment.left > 0) {
        const id = segment.byte();
        demand(id < MOST_TABLES);
        const counts = segment.take(CODE_LENGTHS);
        tables.codes[id] = makeHuffmanTable(counts, segment.take(counts.reduce((sum, n) => sum + n, 0)));
      }
      break;
    }
    case MARKERS.comment:
      reader.segment();
      break;
    default:
      demand(false, marker === MARKERS.restartInterval ? 'unsupported-image' : 'not-an-image');
  }
}

function readFrame(segment: Segment): Frame {
  segment.take(2); // the grey levels meant as black and white
  const height = segment.word();
  const width = segment.word();
  checkSize(width, height);
  const shift = segment.scaledWord();
  const scale = segment.scaledWord();
  return { width, height, shift, scale };
}

function readFilters(segment: Segment): AnalysisFilters {
  const lowTaps = segment.byte();
  const highTaps = segment.byte();
  for (const taps of [lowTaps, highTaps]) {
    demand(taps >= 1 && taps <= MOST_TAPS);
    demand(taps % 2 === 1, 'unsupported-image');
  }
  const half = (taps: number): number[] =>
    Array.from({ length: (taps + 1) / 2 }, () => {
      const negative = segment.byte() !== 0;
      const exponent = segment.byte();
      const value = segment.long() / 10 ** exponent;
      return negative ? -value : value;
    });
  return { low: half(lowTaps), high: half(highTaps) };
}

function readQuantization(segment: Segment): Quantization {
  const centre = segment.scaledWord();
  const bins: number[] = [];
  const zeroBins: number[] = [];
  for (let band = 0; band < QUANTIZED_SUBBANDS; band++) {
    bins.push(segment.scaledWord());
    zeroBins.push(segment.scaledWord());
  }
  return { centre, bins, zeroBins };
}

function makeSink({ width, height }: Frame, { bins }: Quantization): CoefficientSink {
  const { subbands } = layOutSubbands(width, height);
  const sent = subbands.filter((_, band) => bins[band] !== 0);
  const count = sent.reduce((sum, band) => sum + band.width * band.height, 0);
  return { values: new Int16Array(count), filled: 0 };
}

function rebuild(
  { width, height, shift, scale }: Frame,
  { centre, bins, zeroBins }: Quantization,
  filters: AnalysisFilters,
  coefficients: Int16Array,
): Raster {
  const layout = layOutSubbands(width, height);
  const samples = new Float32Array(width * height);
  let next = 0;
  for (let band = 0; band < SENT_SUBBANDS; band++) {
    const subband = layout.subbands[band];
    const bin = bins[band] ?? 0;
    if (subband === undefined || bin === 0) continue;
    const offset = (zeroBins[band] ?? 0) / 2 - bin * centre;
    for (let y = subband.y; y < subband.y + subband.height; y++) {
      for (let x = subband.x; x < subband.x + subband.width; x++) {
        const value = coefficients[next++] as number;
        if (value !== 0) samples[y * width + x] = bin * value + Math.sign(value) * offset;
      }
    }
  }
  rebuildImage(samples, width, layout, filters);
  const pixels = new Uint8Array(width * height);
  for (let i = 0; i < pixels.length; i++) {
    const grey = Math.floor((samples[i] as number) * scale + shift + 0.5);
    // Values that are no number, from filters that blow up, end as black.
    pixels[i] = Math.max(0, Math.min(255, grey));
  }
  return { width, height, pixels };
}

/** Reads markers and the segments behind them. */
class SegmentReader {
  at = 0;
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** Any number of bytes of ones may stand before a marker's second byte. */
  marker(): number {
    demand(this.bytes[this.at] === 0xff);
    while (this.bytes[this.at + 1] === 0xff) this.at++;
    demand(this.at + 2 <= this.bytes.length);
    const marker = 0xff00 | (this.bytes[this.at + 1] as number);
    this.at += 2;
    return marker;
  }

  segment(): Segment {
    demand(this.at + 2 <= this.bytes.length);
    const length = ((this.bytes[this.at] as number) << 8) | (this.bytes[this.at + 1] as number);
    demand(length >= 2 && this.at + length <= this.bytes.length);
    const segment = new Segment(this.bytes.subarray(this.at + 2, this.at + length));
    this.at += length;
    return segment;
  }
}

class Segment {
  private at = 0;
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  take(count: number): Uint8Array {
    demand(this.at + count <= this.bytes.length);
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  byte(): number {
    return this.take(1)[0] as number;
  }

  word(): number {
    return 256 * this.byte() + this.byte();
  }

  long(): number {
    return 65_536 * this.word() + this.word();
  }

  /** A decimal exponent and a whole number: the number divided by that power of ten. */
  scaledWord(): number {
    const exponent = this.byte();
    return this.word() / 10 ** exponent;
  }
}
