import { CELL, type OrientationField, sampleGrid, smoothGrid } from './orientation-field.ts';
import type { Plane } from './plane.ts';

/** Shortest and longest ridge period looked for, pixels at 500 dpi: children's fingers to large dry thumbs. */
export const MIN_PERIOD = 4.5;
export const MAX_PERIOD = 16;
const CANDIDATES = 26;
/** Half the length of the signature across the ridges and half its width along them, pixels. */
const HALF_LENGTH = 20;
const HALF_WIDTH = 8;
/** Standard deviation of the smoothing, in nodes two cells apart. */
const SMOOTHING_SIGMA = 1.6;
/** Used where nothing is known at all: the usual period of an adult's finger at 500 dpi. */
const USUAL_PERIOD = 9;

const PERIODS = Float32Array.from(
  { length: CANDIDATES },
  (_, k) => MIN_PERIOD * (MAX_PERIOD / MIN_PERIOD) ** (k / (CANDIDATES - 1)),
);
const SAMPLES = 2 * HALF_LENGTH + 1;
const { cosines: COSINES, sines: SINES } = makeFourierTables();

/**
 * Ridge period in pixels on the cells of the orientation field. At every second cell a signature is taken
 * across the ridges (Hong, Wan and Jain, TPAMI 20(8), 1998, eq. 6), and its strongest Fourier component is the
 * period; then periods are smoothed, each with its share of the signature's energy as weight.
 */
export function estimatePeriod(normalised: Plane, field: OrientationField): Float32Array {
  const nodeColumns = Math.ceil(field.columns / 2);
  const nodeRows = Math.ceil(field.rows / 2);
  const weights = new Float32Array(nodeColumns * nodeRows);
  const weighted = new Float32Array(nodeColumns * nodeRows);
  const signature = new Float32Array(SAMPLES);
  let totalWeight = 0;
  let total = 0;
  for (let r = 0; r < nodeRows; r++) {
    for (let c = 0; c < nodeColumns; c++) {
      const x = Math.min((2 * c + 1) * CELL, normalised.width - 1);
      const y = Math.min((2 * r + 1) * CELL, normalised.height - 1);
      const cosine = sampleGrid(field.cosine, field.columns, field.rows, x, y);
      const sine = sampleGrid(field.sine, field.columns, field.rows, x, y);
      const strength = Math.hypot(cosine, sine);
      if (strength < 0.02) continue;
      takeSignature(normalised, x, y, 0.5 * Math.atan2(sine, cosine), signature);
      const { period, weight } = strongestPeriod(signature);
      weights[r * nodeColumns + c] = weight;
      weighted[r * nodeColumns + c] = weight * Math.log(period);
      totalWeight += weight;
      total += weight * Math.log(period);
    }
  }
  const smoothWeights = smoothGrid(weights, nodeColumns, nodeRows, SMOOTHING_SIGMA);
  const smoothPeriods = smoothGrid(weighted, nodeColumns, nodeRows, SMOOTHING_SIGMA);
  const overall = totalWeight > 0 ? total / totalWeight : Math.log(USUAL_PERIOD);
  // A pinch of the finger's overall period stands in where the neighbourhood says nothing.
  const prior = 0.05;
  const periods = new Float32Array(field.columns * field.rows);
  for (let r = 0; r < field.rows; r++) {
    for (let c = 0; c < field.columns; c++) {
      const node = (r >> 1) * nodeColumns + (c >> 1);
      const weight = smoothWeights[node] as number;
      periods[r * field.columns + c] = Math.exp(
        ((smoothPeriods[node] as number) + prior * overall) / (weight + prior),
      );
    }
  }
  return periods;
}

function takeSignature(plane: Plane, x: number, y: number, theta: number, signature: Float32Array): void {
  const alongX = Math.cos(theta);
  const alongY = Math.sin(theta);
  for (let t = -HALF_LENGTH; t <= HALF_LENGTH; t++) {
    let sum = 0;
    let count = 0;
    for (let s = -HALF_WIDTH; s <= HALF_WIDTH; s += 2) {
      const px = Math.round(x - alongY * t + alongX * s);
      const py = Math.round(y + alongX * t + alongY * s);
      if (px < 0 || py < 0 || px >= plane.width || py >= plane.height) continue;
      sum += plane.data[plane.origin + py * plane.stride + px] as number;
      count++;
    }
    signature[t + HALF_LENGTH] = count > 0 ? sum / count : 0;
  }
}

function strongestPeriod(signature: Float32Array): { period: number; weight: number } {
  let energy = 0;
  for (let k = 0; k < SAMPLES; k++) energy += (signature[k] as number) ** 2;
  if (energy < 1e-6) return { period: USUAL_PERIOD, weight: 0 };
  let best = 0;
  let bestPower = 0;
  const powers = new Float32Array(CANDIDATES);
  for (let p = 0; p < CANDIDATES; p++) {
    let real = 0;
    let imaginary = 0;
    for (let k = 0; k < SAMPLES; k++) {
      real += (signature[k] as number) * (COSINES[p * SAMPLES + k] as number);
      imaginary += (signature[k] as number) * (SINES[p * SAMPLES + k] as number);
    }
    const power = real * real + imaginary * imaginary;
    powers[p] = power;
    if (power > bestPower) {
      bestPower = power;
      best = p;
    }
  }
  // A peak at either end of the range is a slope, not a ridge pattern.
  if (best === 0 || best === CANDIDATES - 1) return { period: PERIODS[best] as number, weight: 0 };
  const before = powers[best - 1] as number;
  const after = powers[best + 1] as number;
  const bend = before - 2 * bestPower + after;
  const shift = bend < 0 ? (0.5 * (before - after)) / bend : 0;
  const step = Math.log(MAX_PERIOD / MIN_PERIOD) / (CANDIDATES - 1);
  const period = (PERIODS[best] as number) * Math.exp(step * shift);
  const weight = Math.min(1, bestPower / energy);
  return { period, weight: weight * weight };
}

/** Hann-windowed cosine and sine of each candidate, scaled so that a pure tone gives its share of the energy. */
function makeFourierTables(): { cosines: Float32Array; sines: Float32Array } {
  const cosines = new Float32Array(CANDIDATES * SAMPLES);
  const sines = new Float32Array(CANDIDATES * SAMPLES);
  for (let p = 0; p < CANDIDATES; p++) {
    const frequency = (2 * Math.PI) / (PERIODS[p] as number);
    for (let k = 0; k < SAMPLES; k++) {
      const t = k - HALF_LENGTH;
      const hann = 0.5 + 0.5 * Math.cos((Math.PI * t) / (HALF_LENGTH + 1));
      const scale = hann * 2 * Math.sqrt(2 / SAMPLES);
      cosines[p * SAMPLES + k] = scale * Math.cos(frequency * t);
      sines[p * SAMPLES + k] = scale * Math.sin(frequency * t);
    }
  }
  return { cosines, sines };
}
