import { similaritiesOfAll } from '../kernels/similarity-kernel.ts';
import type { Minutia } from '../template.ts';
import { depthInHull, type Hull, isNearHull } from './convex-hull.ts';

/**
 * Minutia Cylinder Code (Cappelli, Ferrara and Maltoni, TPAMI 32(12), 2010), 8 x 8 x 6 cells in its bit form
 * (section 5): 56 bytes a minutia, compared by counting bits. Symbols in comments are the paper's.
 */
const CYLINDER_SIDE = 8; // N_S
const CYLINDER_LAYERS = 6; // N_D
/** Cells of a cylinder's base, whether or not they are inside its circle: two words of 32 bits. */
const BASE_CELLS = CYLINDER_SIDE * CYLINDER_SIDE;
const CYLINDER_CELLS = BASE_CELLS * CYLINDER_LAYERS;
const BASE_WORDS = 2;
const CYLINDER_WORDS = BASE_WORDS * CYLINDER_LAYERS;

const RADIUS = 70; // R, pixels at 500 dpi
const CELL_SIDE = (2 * RADIUS) / CYLINDER_SIDE; // delta_S
const SPATIAL_SIGMA = 28 / 3; // sigma_S
const DIRECTION_SIGMA = (2 * Math.PI) / 9; // sigma_D
const HULL_MARGIN = 50; // Omega
const BIT_THRESHOLD = 0.01; // mu_psi
const MIN_VALID_SHARE = 0.6; // min_VC
const MIN_NEIGHBOURS = 2; // min_M

/** Angle differences are tabled in this many steps of a full turn. */
const ANGLE_STEPS = 720;
const DIRECTION_TABLE = makeDirectionTable();
const CELLS_IN_CIRCLE = countCellsInCircle();

/** All cylinders of a template, one after another, in the order of its minutiae. */
export interface Cylinders {
  /** CYLINDER_WORDS a minutia, layer by layer: set where neighbours are dense; clear in cells not valid. */
  readonly bits: Int32Array;
  /**
   * BASE_WORDS a minutia: set where the print says something, clear outside of the circle or the print, and all
   * clear where a minutia has too few valid cells or neighbours to be compared.
   */
  readonly valid: Int32Array;
}

/** @param hull of the same minutiae */
export function buildCylinders(minutiae: readonly Minutia[], hull: Hull): Cylinders {
  const count = minutiae.length;
  const bits = new Int32Array(count * CYLINDER_WORDS);
  const valid = new Int32Array(count * BASE_WORDS);
  const cells = new Float64Array(CYLINDER_CELLS);
  minutiae.forEach((minutia, i) => {
    const validCells = markValidCells(minutia, hull, valid, i * BASE_WORDS);
    cells.fill(0);
    const neighbours = addNeighbours(minutia, minutiae, cells);
    if (validCells < MIN_VALID_SHARE * CELLS_IN_CIRCLE || neighbours < MIN_NEIGHBOURS) {
      valid.fill(0, i * BASE_WORDS, (i + 1) * BASE_WORDS);
      return;
    }
    for (let base = 0; base < BASE_CELLS; base++) {
      if (((valid[i * BASE_WORDS + (base >> 5)] as number) & (1 << (base & 31))) === 0) continue;
      for (let layer = 0; layer < CYLINDER_LAYERS; layer++) {
        if ((cells[base * CYLINDER_LAYERS + layer] as number) <= BIT_THRESHOLD) continue;
        const word = i * CYLINDER_WORDS + layer * BASE_WORDS + (base >> 5);
        bits[word] = (bits[word] as number) | (1 << (base & 31));
      }
    }
  });
  return { bits, valid };
}

function markValidCells(minutia: Minutia, hull: Hull, valid: Int32Array, start: number): number {
  const cosine = Math.cos(minutia.angle);
  const sine = Math.sin(minutia.angle);
  // A minutia lies in its own hull: what is not farther from it than this is within the margin.
  const surelyNear = HULL_MARGIN + Math.max(0, depthInHull(hull, minutia.x, minutia.y));
  let count = 0;
  for (let j = 0; j < CYLINDER_SIDE; j++) {
    for (let i = 0; i < CYLINDER_SIDE; i++) {
      const u = (i - (CYLINDER_SIDE - 1) / 2) * CELL_SIDE;
      const v = (j - (CYLINDER_SIDE - 1) / 2) * CELL_SIDE;
      if (u * u + v * v > RADIUS * RADIUS) continue;
      const near = u * u + v * v <= surelyNear * surelyNear;
      const x = minutia.x + cosine * u + sine * v;
      const y = minutia.y - sine * u + cosine * v;
      if (!near && !isNearHull(hull, x, y, HULL_MARGIN)) continue;
      const base = j * CYLINDER_SIDE + i;
      valid[start + (base >> 5)] = (valid[start + (base >> 5)] as number) | (1 << (base & 31));
      count++;
    }
  }
  return count;
}

const alongU = new Float64Array(CYLINDER_SIDE);

/** Adds each neighbour's contribution (eq. 5 to 10) and returns how many neighbours reach the cylinder. */
function addNeighbours(minutia: Minutia, minutiae: readonly Minutia[], cells: Float64Array): number {
  const cosine = Math.cos(minutia.angle);
  const sine = Math.sin(minutia.angle);
  const reach = 3 * SPATIAL_SIGMA;
  let neighbours = 0;
  for (const other of minutiae) {
    if (other === minutia) continue;
    const dx = other.x - minutia.x;
    const dy = other.y - minutia.y;
    if (dx * dx + dy * dy > (RADIUS + reach) ** 2) continue;
    neighbours++;
    // Into the minutia's own frame: u along its direction, v to the right of it (y grows downwards).
    const u = cosine * dx - sine * dy;
    const v = sine * dx + cosine * dy;
    const direction = angleIndex(other.angle - minutia.angle) * CYLINDER_LAYERS;
    const firstI = Math.max(0, Math.ceil((u - reach) / CELL_SIDE + (CYLINDER_SIDE - 1) / 2));
    const lastI = Math.min(CYLINDER_SIDE - 1, Math.floor((u + reach) / CELL_SIDE + (CYLINDER_SIDE - 1) / 2));
    const firstJ = Math.max(0, Math.ceil((v - reach) / CELL_SIDE + (CYLINDER_SIDE - 1) / 2));
    const lastJ = Math.min(CYLINDER_SIDE - 1, Math.floor((v + reach) / CELL_SIDE + (CYLINDER_SIDE - 1) / 2));
    // A Gaussian of the distance is the product of those of its two parts.
    for (let i = firstI; i <= lastI; i++) {
      const du = u - (i - (CYLINDER_SIDE - 1) / 2) * CELL_SIDE;
      alongU[i] = Math.exp(-(du * du) / (2 * SPATIAL_SIGMA * SPATIAL_SIGMA));
    }
    for (let j = firstJ; j <= lastJ; j++) {
      const dv = v - (j - (CYLINDER_SIDE - 1) / 2) * CELL_SIDE;
      const alongV =
        Math.exp(-(dv * dv) / (2 * SPATIAL_SIGMA * SPATIAL_SIGMA)) / (SPATIAL_SIGMA * Math.sqrt(2 * Math.PI));
      for (let i = firstI; i <= lastI; i++) {
        const du = u - (i - (CYLINDER_SIDE - 1) / 2) * CELL_SIDE;
        if (du * du + dv * dv > reach * reach) continue;
        const spatial = (alongU[i] as number) * alongV;
        const base = j * CYLINDER_SIDE + i;
        const cell = base * CYLINDER_LAYERS;
        for (let layer = 0; layer < CYLINDER_LAYERS; layer++) {
          cells[cell + layer] =
            (cells[cell + layer] as number) + spatial * (DIRECTION_TABLE[direction + layer] as number);
        }
      }
    }
  }
  return neighbours;
}

function angleIndex(angle: number): number {
  const turns = angle / (2 * Math.PI);
  return Math.floor((turns - Math.floor(turns)) * ANGLE_STEPS) % ANGLE_STEPS;
}

/** Area of a Gaussian around the angle difference that falls into each layer's section (eq. 11). */
function makeDirectionTable(): Float64Array {
  const table = new Float64Array(ANGLE_STEPS * CYLINDER_LAYERS);
  const section = (2 * Math.PI) / CYLINDER_LAYERS; // delta_D
  const pieces = 24;
  for (let step = 0; step < ANGLE_STEPS; step++) {
    const difference = ((step + 0.5) * 2 * Math.PI) / ANGLE_STEPS;
    for (let layer = 0; layer < CYLINDER_LAYERS; layer++) {
      const centre = -Math.PI + (layer + 0.5) * section;
      let area = 0;
      for (let piece = 0; piece < pieces; piece++) {
        const angle = centre - section / 2 + ((piece + 0.5) * section) / pieces;
        const turns = (difference - angle) / (2 * Math.PI);
        const distance = (turns - Math.round(turns)) * 2 * Math.PI;
        area += Math.exp(-(distance * distance) / (2 * DIRECTION_SIGMA * DIRECTION_SIGMA));
      }
      table[step * CYLINDER_LAYERS + layer] =
        (area * section) / pieces / (DIRECTION_SIGMA * Math.sqrt(2 * Math.PI));
    }
  }
  return table;
}

function countCellsInCircle(): number {
  let count = 0;
  for (let j = 0; j < CYLINDER_SIDE; j++) {
    for (let i = 0; i < CYLINDER_SIDE; i++) {
      const u = (i - (CYLINDER_SIDE - 1) / 2) * CELL_SIDE;
      const v = (j - (CYLINDER_SIDE - 1) / 2) * CELL_SIDE;
      if (u * u + v * v <= RADIUS * RADIUS) count++;
    }
  }
  return count;
}

/** Cells that have to be valid in both cylinders for a comparison (min_ME of the paper). */
const LEAST_COMMON = Math.ceil(0.6 * CELLS_IN_CIRCLE);

/**
 * Similarity of every cylinder of a with every one of b, 0 to 1, row by row of a; 0 where not comparable. The
 * answer is overwritten by the next call.
 */
export function compareCylinders(a: Cylinders, b: Cylinders): Float32Array {
  return similaritiesOfAll(a, b, LEAST_COMMON);
}
