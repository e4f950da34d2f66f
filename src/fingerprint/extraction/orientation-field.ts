import type { Plane } from './plane.ts';

/** Side of a cell of the orientation, frequency and mask grids, pixels at 500 dpi. */
export const CELL = 8;

/** Standard deviation of the smoothing of the structure tensor, in cells. */
const TENSOR_SIGMA = 1.2;
/** Standard deviation of the second, coherence-weighted smoothing, in cells. */
const FIELD_SIGMA = 1.2;

/**
 * Ridge orientation on a grid of cells, as double-angle vectors, so that 0 and pi are the same. Cell (c, r) is
 * at pixel ((c + 0.5) * CELL, (r + 0.5) * CELL). Angles are in image axes: from +x towards +y (down).
 */
export interface OrientationField {
  readonly columns: number;
  readonly rows: number;
  /** cos(2 theta) and sin(2 theta) times the coherence. */
  readonly cosine: Float32Array;
  readonly sine: Float32Array;
  /** 0 (no common direction) to 1 (perfect parallel ridges), from the smoothed structure tensor. */
  readonly coherence: Float32Array;
}

/**
 * Orientation from the gradient structure tensor (Bazen and Gerez, TPAMI 24(7), 2002), smoothed twice: first
 * the tensor itself, where strong edges count more, then its directions weighted by coherence, where
 * contradicting neighbours count less.
 */
export function estimateOrientation(source: Plane): OrientationField {
  const columns = Math.ceil(source.width / CELL);
  const rows = Math.ceil(source.height / CELL);
  const size = columns * rows;
  let difference = new Float32Array(size);
  let cross = new Float32Array(size);
  let energy = new Float32Array(size);
  accumulateTensor(source, columns, difference, cross, energy);
  difference = smoothGrid(difference, columns, rows, TENSOR_SIGMA);
  cross = smoothGrid(cross, columns, rows, TENSOR_SIGMA);
  energy = smoothGrid(energy, columns, rows, TENSOR_SIGMA);
  const coherence = new Float32Array(size);
  for (let i = 0; i < size; i++) {
    const length = Math.hypot(difference[i] as number, cross[i] as number);
    const total = energy[i] as number;
    const value = total > 0 ? length / total : 0;
    coherence[i] = value;
    // The gradient is across the ridge: its double angle is the ridge's turned by pi.
    const weight = length > 0 ? -(value * value) / length : 0;
    difference[i] = (difference[i] as number) * weight;
    cross[i] = (cross[i] as number) * weight;
  }
  return {
    columns,
    rows,
    cosine: smoothGrid(difference, columns, rows, FIELD_SIGMA),
    sine: smoothGrid(cross, columns, rows, FIELD_SIGMA),
    coherence,
  };
}

function accumulateTensor(
  source: Plane,
  columns: number,
  difference: Float32Array,
  cross: Float32Array,
  energy: Float32Array,
): void {
  const { data, stride } = source;
  for (let y = 0; y < source.height; y++) {
    const rowCells = Math.floor(y / CELL) * columns;
    const row = source.origin + y * stride;
    for (let x = 0; x < source.width; x++) {
      const i = row + x;
      // Sobel operator: a central difference smoothed across its own direction.
      const northWest = data[i - stride - 1] as number;
      const northEast = data[i - stride + 1] as number;
      const southWest = data[i + stride - 1] as number;
      const southEast = data[i + stride + 1] as number;
      const gx =
        northEast +
        southEast -
        northWest -
        southWest +
        2 * ((data[i + 1] as number) - (data[i - 1] as number));
      const gy =
        southWest +
        southEast -
        northWest -
        northEast +
        2 * ((data[i + stride] as number) - (data[i - stride] as number));
      const cell = rowCells + (x >> 3);
      const xx = gx * gx;
      const yy = gy * gy;
      difference[cell] = (difference[cell] as number) + xx - yy;
      cross[cell] = (cross[cell] as number) + 2 * gx * gy;
      energy[cell] = (energy[cell] as number) + xx + yy;
    }
  }
}

/** Separable Gaussian smoothing of a small grid; beyond the edge there is nothing (weight 0). */
export function smoothGrid(
  grid: Float32Array,
  columns: number,
  rows: number,
  sigma: number,
): Float32Array<ArrayBuffer> {
  const radius = Math.ceil(2.5 * sigma);
  const kernel = Float32Array.from({ length: 2 * radius + 1 }, (_, k) =>
    Math.exp(-((k - radius) ** 2) / (2 * sigma * sigma)),
  );
  const across = new Float32Array(grid.length);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      let sum = 0;
      for (let k = Math.max(-radius, -c); k <= Math.min(radius, columns - 1 - c); k++) {
        sum += (kernel[k + radius] as number) * (grid[r * columns + c + k] as number);
      }
      across[r * columns + c] = sum;
    }
  }
  const result = new Float32Array(grid.length);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      let sum = 0;
      for (let k = Math.max(-radius, -r); k <= Math.min(radius, rows - 1 - r); k++) {
        sum += (kernel[k + radius] as number) * (across[(r + k) * columns + c] as number);
      }
      result[r * columns + c] = sum;
    }
  }
  return result;
}

/** A grid's value at a pixel, bilinear between cell centres, held at the edges. */
export function sampleGrid(grid: Float32Array, columns: number, rows: number, x: number, y: number): number {
  const gx = Math.min(Math.max(x / CELL - 0.5, 0), columns - 1);
  const gy = Math.min(Math.max(y / CELL - 0.5, 0), rows - 1);
  const left = Math.floor(gx);
  const top = Math.floor(gy);
  const right = Math.min(left + 1, columns - 1);
  const bottom = Math.min(top + 1, rows - 1);
  const fx = gx - left;
  const fy = gy - top;
  const upper =
    (grid[top * columns + left] as number) * (1 - fx) + (grid[top * columns + right] as number) * fx;
  const lower =
    (grid[bottom * columns + left] as number) * (1 - fx) + (grid[bottom * columns + right] as number) * fx;
  return upper * (1 - fy) + lower * fy;
}
