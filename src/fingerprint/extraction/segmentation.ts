import { CELL, smoothGrid } from './orientation-field.ts';
import type { Plane } from './plane.ts';

/** Share of the print's own contrast below which a cell is background. */
const CONTRAST_SHARE = 0.3;
/** Grey levels of contrast that even the faintest print shows; what is noise, the ridge filter tells. */
const CONTRAST_FLOOR = 0.8;

/** Mean of a plane over each cell. */
export function cellMeans(plane: Plane, columns: number, rows: number): Float32Array {
  const sums = new Float32Array(columns * rows);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const lastX = Math.min(plane.width, (c + 1) * CELL);
      const lastY = Math.min(plane.height, (r + 1) * CELL);
      let sum = 0;
      for (let y = r * CELL; y < lastY; y++) {
        for (let x = c * CELL; x < lastX; x++) {
          sum += plane.data[plane.origin + y * plane.stride + x] as number;
        }
      }
      sums[r * columns + c] = sum / ((lastX - c * CELL) * (lastY - r * CELL));
    }
  }
  return sums;
}

/**
 * Cells where a finger may lie: contrast above a share of the print's own (its 80th percentile over cells that
 * show any), so that neither a faint print nor a noisy sensor is lost or flooded.
 */
export function segmentByContrast(contrast: Float32Array): Uint8Array {
  const lively = contrast.filter((value) => value > CONTRAST_FLOOR).sort();
  const typical = lively[Math.floor(lively.length * 0.8)] ?? CONTRAST_FLOOR;
  const threshold = Math.max(CONTRAST_FLOOR, CONTRAST_SHARE * typical);
  return Uint8Array.from(contrast, (value) => (value >= threshold ? 1 : 0));
}

/**
 * Cells of the print: candidates whose ridge filter answers strongly, smoothed over their neighbourhood, holes
 * filled, in one piece.
 * @param strength mean length of the analytic signal on each cell; clear ridges have about 1
 */
export function segmentByRidges(
  candidates: Uint8Array,
  strength: Float32Array,
  columns: number,
  rows: number,
  threshold: number,
): Uint8Array {
  const smooth = smoothGrid(strength, columns, rows, 1);
  const weight = smoothGrid(new Float32Array(columns * rows).fill(1), columns, rows, 1);
  const mask = new Uint8Array(columns * rows);
  for (let i = 0; i < mask.length; i++) {
    if (candidates[i] === 1 && (smooth[i] as number) >= threshold * (weight[i] as number)) mask[i] = 1;
  }
  keepLargestRegion(mask, columns, rows);
  fillHoles(mask, columns, rows);
  return mask;
}

/** Keeps the largest 4-connected region of ones. */
function keepLargestRegion(mask: Uint8Array, columns: number, rows: number): void {
  const labels = new Int32Array(mask.length);
  let best = 0;
  let bestSize = 0;
  let label = 0;
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] === 0 || labels[i] !== 0) continue;
    label++;
    const size = flood(
      i,
      columns,
      rows,
      (j) => mask[j] === 1 && labels[j] === 0,
      (j) => {
        labels[j] = label;
      },
    );
    if (size > bestSize) {
      bestSize = size;
      best = label;
    }
  }
  for (let i = 0; i < mask.length; i++) mask[i] = best !== 0 && labels[i] === best ? 1 : 0;
}

/** Sets every region of zeros that does not touch the edge. */
function fillHoles(mask: Uint8Array, columns: number, rows: number): void {
  const outside = new Uint8Array(mask.length);
  const start = (i: number): void => {
    if (mask[i] === 1 || outside[i] === 1) return;
    flood(
      i,
      columns,
      rows,
      (j) => mask[j] === 0 && outside[j] === 0,
      (j) => {
        outside[j] = 1;
      },
    );
  };
  for (let c = 0; c < columns; c++) {
    start(c);
    start((rows - 1) * columns + c);
  }
  for (let r = 0; r < rows; r++) {
    start(r * columns);
    start(r * columns + columns - 1);
  }
  for (let i = 0; i < mask.length; i++) if (outside[i] === 0) mask[i] = 1;
}

function flood(
  start: number,
  columns: number,
  rows: number,
  open: (i: number) => boolean,
  mark: (i: number) => void,
): number {
  const stack = [start];
  mark(start);
  let size = 0;
  for (let i = stack.pop(); i !== undefined; i = stack.pop()) {
    size++;
    const c = i % columns;
    const r = Math.floor(i / columns);
    for (const [next, inside] of [
      [i - 1, c > 0],
      [i + 1, c < columns - 1],
      [i - columns, r > 0],
      [i + columns, r < rows - 1],
    ] as const) {
      if (!inside || !open(next)) continue;
      mark(next);
      stack.push(next);
    }
  }
  return size;
}

/** Distance of each cell from the nearest cell outside the mask (or the edge), in cells, city block. */
export function depthInside(mask: Uint8Array, columns: number, rows: number): Uint8Array {
  const depth = new Uint8Array(mask.length);
  const at = (c: number, r: number): number =>
    c < 0 || r < 0 || c >= columns || r >= rows ? 0 : (depth[r * columns + c] as number);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      if (mask[r * columns + c] === 1) {
        depth[r * columns + c] = Math.min(254, at(c - 1, r), at(c, r - 1)) + 1;
      }
    }
  }
  for (let r = rows - 1; r >= 0; r--) {
    for (let c = columns - 1; c >= 0; c--) {
      const i = r * columns + c;
      if (mask[i] === 1) depth[i] = Math.min(depth[i] as number, at(c + 1, r) + 1, at(c, r + 1) + 1);
    }
  }
  return depth;
}
