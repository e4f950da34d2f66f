import { type OrientationField, sampleGrid } from './orientation-field.ts';
import type { Plane } from './plane.ts';
import { MAX_PERIOD, MIN_PERIOD } from './ridge-frequency.ts';

/** Orientations are kept in this many steps over half a turn. */
export const ORIENTATION_STEPS = 64;
/** Side of the blocks that share one orientation and one filter, pixels. */
export const FILTER_BLOCK = 4;

/** Standard deviation of the smoothing along the ridge, pixels at 500 dpi. */
const ALONG_SIGMA = 3.6;
const ALONG_RADIUS = 11;
/** Standard deviation of the filter across the ridge, in ridge periods. */
const ACROSS_SIGMA = 0.39;
const ACROSS_RADIUS = 12;
const PERIOD_STEPS = 20;

/** Filter blocks over an image: which are foreground, and how the ridges run there. */
export interface FilterBlocks {
  readonly columns: number;
  readonly rows: number;
  readonly foreground: Uint8Array;
  /** Ridge orientation in steps of pi / ORIENTATION_STEPS, image axes (from +x towards +y, down). */
  readonly orientation: Uint8Array;
  readonly period: Uint8Array;
}

/** Taps of one filter: offsets from the pixel in the plane's memory, and weights. */
interface Taps {
  readonly offsets: Int32Array;
  readonly even: Float32Array;
  readonly odd: Float32Array;
}

/** Interpolates the grids of cells to filter blocks. */
export function layOutBlocks(
  field: OrientationField,
  periods: Float32Array,
  mask: Uint8Array,
  width: number,
  height: number,
): FilterBlocks {
  const columns = Math.ceil(width / FILTER_BLOCK);
  const rows = Math.ceil(height / FILTER_BLOCK);
  const foreground = new Uint8Array(columns * rows);
  const orientation = new Uint8Array(columns * rows);
  const period = new Uint8Array(columns * rows);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const cell = (r >> 1) * field.columns + (c >> 1);
      if (mask[cell] === 0) continue;
      const x = (c + 0.5) * FILTER_BLOCK;
      const y = (r + 0.5) * FILTER_BLOCK;
      const cosine = sampleGrid(field.cosine, field.columns, field.rows, x, y);
      const sine = sampleGrid(field.sine, field.columns, field.rows, x, y);
      const theta = 0.5 * Math.atan2(sine, cosine);
      const i = r * columns + c;
      foreground[i] = 1;
      orientation[i] =
        (Math.round((theta / Math.PI) * ORIENTATION_STEPS) + ORIENTATION_STEPS) % ORIENTATION_STEPS;
      period[i] = periodStep(periods[cell] as number);
    }
  }
  return { columns, rows, foreground, orientation, period };
}

/**
 * Curved Gabor filtering in two passes, each following the local orientation (compare Gottschlich, TIP 21(4),
 * 2012): a Gaussian along the ridge, then an even and an odd wavelet across it. `even + i odd` is the analytic
 * signal of the ridge pattern: its phase is 0 on ridges and grows along the normal (-sin, cos) of the
 * orientation; its length is about the contrast of clear ridges in the normalised image.
 */
export function filterRidges(
  normalised: Plane,
  blocks: FilterBlocks,
  smoothed: Plane,
  even: Plane,
  odd: Plane,
): void {
  const bank = filterBankFor(normalised.stride);
  forEachBlock(normalised, blocks, (start, blockWidth, blockHeight, i) => {
    const taps = bank.along[blocks.orientation[i] as number] as Taps;
    const { offsets, even: weights } = taps;
    const count = offsets.length;
    const source = normalised.data;
    for (let y = 0; y < blockHeight; y++) {
      const row = start + y * normalised.stride;
      for (let p = row; p < row + blockWidth; p++) {
        let sum = 0;
        for (let k = 0; k < count; k++) {
          sum += (weights[k] as number) * (source[p + (offsets[k] as number)] as number);
        }
        smoothed.data[p] = sum;
      }
    }
  });
  forEachBlock(normalised, blocks, (start, blockWidth, blockHeight, i) => {
    const taps = acrossTapsOf(bank, blocks.orientation[i] as number, blocks.period[i] as number);
    const { offsets, even: evenWeights, odd: oddWeights } = taps;
    const count = offsets.length;
    const source = smoothed.data;
    for (let y = 0; y < blockHeight; y++) {
      const row = start + y * normalised.stride;
      for (let p = row; p < row + blockWidth; p++) {
        let real = 0;
        let imaginary = 0;
        for (let k = 0; k < count; k++) {
          const value = source[p + (offsets[k] as number)] as number;
          real += (evenWeights[k] as number) * value;
          imaginary += (oddWeights[k] as number) * value;
        }
        even.data[p] = real;
        odd.data[p] = imaginary;
      }
    }
  });
}

function forEachBlock(
  plane: Plane,
  blocks: FilterBlocks,
  visit: (start: number, width: number, height: number, index: number) => void,
): void {
  for (let r = 0; r < blocks.rows; r++) {
    for (let c = 0; c < blocks.columns; c++) {
      const i = r * blocks.columns + c;
      if (blocks.foreground[i] === 0) continue;
      const x = c * FILTER_BLOCK;
      const y = r * FILTER_BLOCK;
      visit(
        plane.origin + y * plane.stride + x,
        Math.min(FILTER_BLOCK, plane.width - x),
        Math.min(FILTER_BLOCK, plane.height - y),
        i,
      );
    }
  }
}

/** The filters for planes of one stride, made as they are needed. */
interface FilterBank {
  readonly stride: number;
  readonly along: readonly Taps[];
  readonly across: Map<number, Taps>;
}

/** The bank of the last stride is kept: images of one scanner all have the same. */
let lastBank: FilterBank | null = null;

function filterBankFor(stride: number): FilterBank {
  if (lastBank?.stride !== stride) lastBank = { stride, along: makeAlongTaps(stride), across: new Map() };
  return lastBank;
}

function acrossTapsOf(bank: FilterBank, step: number, periodIndex: number): Taps {
  const key = step * PERIOD_STEPS + periodIndex;
  let taps = bank.across.get(key);
  if (taps === undefined) {
    taps = makeAcrossTaps(step, periodOfStep(periodIndex), bank.stride);
    bank.across.set(key, taps);
  }
  return taps;
}

function makeAlongTaps(stride: number): Taps[] {
  return Array.from({ length: ORIENTATION_STEPS }, (_, step) => {
    const theta = (step * Math.PI) / ORIENTATION_STEPS;
    const taps = lineTaps(
      theta,
      ALONG_RADIUS,
      stride,
      (t) => Math.exp(-(t * t) / (2 * ALONG_SIGMA ** 2)),
      () => 0,
    );
    const sum = taps.even.reduce((a, b) => a + b, 0);
    return { ...taps, even: taps.even.map((weight) => weight / sum) };
  });
}

function makeAcrossTaps(step: number, period: number, stride: number): Taps {
  const theta = (step * Math.PI) / ORIENTATION_STEPS + Math.PI / 2;
  const sigma = ACROSS_SIGMA * period;
  const radius = Math.min(ACROSS_RADIUS, Math.ceil(2.5 * sigma));
  const frequency = (2 * Math.PI) / period;
  const gauss = (t: number): number => Math.exp(-(t * t) / (2 * sigma * sigma));
  const taps = lineTaps(
    theta,
    radius,
    stride,
    (t) => gauss(t) * Math.cos(frequency * t),
    (t) => -gauss(t) * Math.sin(frequency * t),
  );
  // The even wavelet must not answer to plain brightness: take its mean out under the same window.
  const windows = lineTaps(theta, radius, stride, gauss, () => 0).even;
  const excess = taps.even.reduce((a, b) => a + b, 0) / windows.reduce((a, b) => a + b, 0);
  const even = taps.even.map((weight, k) => weight - excess * (windows[k] as number));
  // Scaled so that a pure wave of this period keeps its amplitude.
  const tone = lineTaps(
    theta,
    radius,
    stride,
    (t) => gauss(t) * (Math.cos(frequency * t) - excess) * Math.cos(frequency * t),
    () => 0,
  );
  const gain = tone.even.reduce((a, b) => a + b, 0);
  const oddTone = lineTaps(
    theta,
    radius,
    stride,
    (t) => gauss(t) * Math.sin(frequency * t) ** 2,
    () => 0,
  );
  const oddGain = oddTone.even.reduce((a, b) => a + b, 0);
  return {
    offsets: taps.offsets,
    even: even.map((weight) => weight / gain),
    odd: taps.odd.map((weight) => weight / oddGain),
  };
}

/**
 * Samples a line through the pixel at angle `theta`, one step along its steeper axis at a time, linear between
 * the two nearest pixels across. `t` is the true distance along the line.
 */
function lineTaps(
  theta: number,
  radius: number,
  stride: number,
  even: (t: number) => number,
  odd: (t: number) => number,
): Taps {
  const cosine = Math.cos(theta);
  const sine = Math.sin(theta);
  const horizontal = Math.abs(cosine) >= Math.abs(sine);
  const advance = horizontal ? cosine : sine;
  const drift = horizontal ? sine / cosine : cosine / sine;
  const steps = Math.floor(radius * Math.abs(advance));
  const offsets: number[] = [];
  const evenWeights: number[] = [];
  const oddWeights: number[] = [];
  for (let k = -steps; k <= steps; k++) {
    const t = k / advance;
    const side = k * drift;
    const near = Math.floor(side);
    const share = side - near;
    for (const [offset, weight] of [
      [near, 1 - share],
      [near + 1, share],
    ] as const) {
      if (weight < 1e-6) continue;
      offsets.push(horizontal ? offset * stride + k : k * stride + offset);
      evenWeights.push(weight * even(t));
      oddWeights.push(weight * odd(t));
    }
  }
  return {
    offsets: Int32Array.from(offsets),
    even: Float32Array.from(evenWeights),
    odd: Float32Array.from(oddWeights),
  };
}

function periodStep(period: number): number {
  const step = (Math.log(period / MIN_PERIOD) / Math.log(MAX_PERIOD / MIN_PERIOD)) * (PERIOD_STEPS - 1);
  return Math.min(PERIOD_STEPS - 1, Math.max(0, Math.round(step)));
}

function periodOfStep(step: number): number {
  return MIN_PERIOD * (MAX_PERIOD / MIN_PERIOD) ** (step / (PERIOD_STEPS - 1));
}
