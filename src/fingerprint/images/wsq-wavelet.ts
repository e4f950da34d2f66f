import type { Split, SubbandLayout } from './wsq-subbands.ts';

/** Right halves of the analysis filters as a file states them, from the middle coefficient outwards. */
export interface AnalysisFilters {
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** The taps that rebuild a sample at an even and at an odd place, from -reach to reach. */
interface SynthesisTaps {
  readonly reach: number;
  readonly even: Float64Array;
  readonly odd: Float64Array;
}

/**
 * Rebuilds the image from its wavelet coefficients, in place: IAFIS-IC-0110 version 3.1, part 1, clause on symmetric
 * wavelet transforms, for filters of odd length (whole-sample symmetry), which are the ones in use.
 */
export function rebuildImage(
  samples: Float32Array,
  width: number,
  { splits }: SubbandLayout,
  filters: AnalysisFilters,
): void {
  const taps = synthesisTaps(filters);
  for (const split of splits.toReversed()) join(samples, width, split, taps);
}

/** The synthesis filters are the analysis filters exchanged, every other coefficient with its sign changed. */
function synthesisTaps({ low, high }: AnalysisFilters): SynthesisTaps {
  const reach = Math.max(low.length, high.length) - 1;
  const even = new Float64Array(2 * reach + 1);
  const odd = new Float64Array(2 * reach + 1);
  for (let offset = -reach; offset <= reach; offset++) {
    const distance = Math.abs(offset);
    const sign = distance % 2 === 0 ? 1 : -1;
    const fromLow = sign * (high[distance] ?? 0);
    const fromHigh = sign * (low[distance] ?? 0);
    even[offset + reach] = distance % 2 === 0 ? fromLow : fromHigh;
    odd[offset + reach] = distance % 2 === 0 ? fromHigh : fromLow;
  }
  return { reach, even, odd };
}

/** Undoes one split: columns first, then rows. */
function join(samples: Float32Array, stride: number, band: Split, taps: SynthesisTaps): void {
  const start = band.y * stride + band.x;
  const line = new Float64Array(Math.max(band.width, band.height) + 2 * taps.reach);
  if (band.height > 0)
    for (let x = 0; x < band.width; x++)
      joinLine(samples, start + x, stride, band.height, band.turnedY, taps, line);
  if (band.width > 0)
    for (let y = 0; y < band.height; y++)
      joinLine(samples, start + y * stride, 1, band.width, band.turnedX, taps, line);
}

function joinLine(
  samples: Float32Array,
  start: number,
  step: number,
  length: number,
  turned: boolean,
  { reach, even, odd }: SynthesisTaps,
  line: Float64Array,
): void {
  const lowAt = turned ? Math.floor(length / 2) : 0;
  const highAt = turned ? 0 : Math.ceil(length / 2);
  for (let place = 0; place < length; place++) {
    const source = (place % 2 === 0 ? lowAt : highAt) + (place >> 1);
    line[reach + place] = samples[start + source * step] as number;
  }
  for (let beyond = 1; beyond <= reach; beyond++) {
    line[reach - beyond] = line[reach + mirrored(-beyond, length)] as number;
    line[reach + length - 1 + beyond] = line[reach + mirrored(length - 1 + beyond, length)] as number;
  }
  // A single sample has no odd neighbours to mirror.
  const tapStep = length === 1 ? 2 : 1;
  const firstTap = length === 1 ? reach % 2 : 0;
  for (let place = 0; place < length; place++) {
    const taps = place % 2 === 0 ? even : odd;
    let sum = 0;
    for (let tap = firstTap; tap < taps.length; tap += tapStep)
      sum += (taps[tap] as number) * (line[place + tap] as number);
    samples[start + place * step] = sum;
  }
}

/** A place beyond either end, mirrored at the outermost sample. */
export function mirrored(place: number, length: number): number {
  if (length === 1) return 0;
  const period = 2 * (length - 1);
  const within = ((place % period) + period) % period;
  return within < length ? within : period - within;
}
