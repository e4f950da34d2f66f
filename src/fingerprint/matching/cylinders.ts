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

/** A neighbour reaches cells up to this distance, pixels. */
const REACH = 3 * SPATIAL_SIGMA;
/** Gaussians of a distance along one axis are tabled in this many steps a pixel: exp is most of the time else. */
const STEPS_A_PIXEL = 64;
const SPATIAL_TABLE = makeSpatialTable();
/** Angle differences are tabled in this many steps of a full turn. */
const ANGLE_STEPS = 720;
const DIRECTION_TABLE = makeDirectionTable();
/** The cells of a cylinder's base that lie in its circle, and their middles in the minutia's own frame. */
const CIRCLE_CELLS = listCellsInCircle();
const CELLS_IN_CIRCLE = CIRCLE_CELLS.length;
const CIRCLE_U = Float64Array.from(CIRCLE_CELLS, middleU);
const CIRCLE_V = Float64Array.from(CIRCLE_CELLS, middleV);

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
    for (let half = 0; half < BASE_WORDS; half++) {
      const validHere = valid[i * BASE_WORDS + half] as number;
      for (let layer = 0; layer < CYLINDER_LAYERS; layer++) {
        let word = 0;
        let cell = half * 32 * CYLINDER_LAYERS + layer;
        for (let bit = 0; bit < 32; bit++, cell += CYLINDER_LAYERS)
          word |= (cells[cell] as number) > BIT_THRESHOLD ? 1 << bit : 0;
        bits[i * CYLINDER_WORDS + layer * BASE_WORDS + half] = word & validHere;
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
  for (let cell = 0; cell < CELLS_IN_CIRCLE; cell++) {
    const u = CIRCLE_U[cell] as number;
    const v = CIRCLE_V[cell] as number;
    if (u * u + v * v > surelyNear * surelyNear) {
      const x = minutia.x + cosine * u + sine * v;
      const y = minutia.y - sine * u + cosine * v;
      if (!isNearHull(hull, x, y, HULL_MARGIN)) continue;
    }
    const base = CIRCLE_CELLS[cell] as number;
    valid[start + (base >> 5)] = (valid[start + (base >> 5)] as number) | (1 << (base & 31));
    count++;
  }
  return count;
}

const alongU = new Float64Array(CYLINDER_SIDE);

/** Adds each neighbour's contribution (eq. 5 to 10) and returns how many neighbours reach the cylinder. */
function addNeighbours(minutia: Minutia, minutiae: readonly Minutia[], cells: Float64Array): number {
  const cosine = Math.cos(minutia.angle);
  const sine = Math.sin(minutia.angle);
  const middle = (CYLINDER_SIDE - 1) / 2;
  let neighbours = 0;
  for (const other of minutiae) {
    if (other === minutia) continue;
    const dx = other.x - minutia.x;
    const dy = other.y - minutia.y;
    if (dx * dx + dy * dy > (RADIUS + REACH) ** 2) continue;
    neighbours++;
    // Into the minutia's own frame: u along its direction, v to the right of it (y grows downwards).
    const u = cosine * dx - sine * dy;
    const v = sine * dx + cosine * dy;
    const direction = angleIndex(other.angle - minutia.angle) * CYLINDER_LAYERS;
    const layer0 = DIRECTION_TABLE[direction] as number;
    const layer1 = DIRECTION_TABLE[direction + 1] as number;
    const layer2 = DIRECTION_TABLE[direction + 2] as number;
    const layer3 = DIRECTION_TABLE[direction + 3] as number;
    const layer4 = DIRECTION_TABLE[direction + 4] as number;
    const layer5 = DIRECTION_TABLE[direction + 5] as number;
    const firstI = Math.max(0, Math.ceil((u - REACH) / CELL_SIDE + middle));
    const lastI = Math.min(CYLINDER_SIDE - 1, Math.floor((u + REACH) / CELL_SIDE + middle));
    const firstJ = Math.max(0, Math.ceil((v - REACH) / CELL_SIDE + middle));
    const lastJ = Math.min(CYLINDER_SIDE - 1, Math.floor((v + REACH) / CELL_SIDE + middle));
    // A Gaussian of the distance is the product of those of its two parts.
    for (let i = firstI; i <= lastI; i++) alongU[i] = spatialWeight(u - (i - middle) * CELL_SIDE);
    for (let j = firstJ; j <= lastJ; j++) {
      const dv = v - (j - middle) * CELL_SIDE;
      const alongV = spatialWeight(dv);
      for (let i = firstI; i <= lastI; i++) {
        const du = u - (i - middle) * CELL_SIDE;
        if (du * du + dv * dv > REACH * REACH) continue;
        const spatial = (alongU[i] as number) * alongV;
        const cell = (j * CYLINDER_SIDE + i) * CYLINDER_LAYERS;
        // Written out, because this is where the time goes.
        cells[cell] = (cells[cell] as number) + spatial * layer0;
        cells[cell + 1] = (cells[cell + 1] as number) + spatial * layer1;
        cells[cell + 2] = (cells[cell + 2] as number) + spatial * layer2;
        cells[cell + 3] = (cells[cell + 3] as number) + spatial * layer3;
        cells[cell + 4] = (cells[cell + 4] as number) + spatial * layer4;
        cells[cell + 5] = (cells[cell + 5] as number) + spatial * layer5;
      }
    }
  }
  return neighbours;
}

/** One axis's part of the Gaussian of eq. 8, for distances up to REACH. */
function spatialWeight(distance: number): number {
  return SPATIAL_TABLE[Math.floor(Math.abs(distance) * STEPS_A_PIXEL)] as number;
}

function makeSpatialTable(): Float64Array {
  const norm = Math.sqrt(SPATIAL_SIGMA * Math.sqrt(2 * Math.PI));
  return Float64Array.from({ length: REACH * STEPS_A_PIXEL + 2 }, (_, step) => {
    const distance = (step + 0.5) / STEPS_A_PIXEL;
    return Math.exp(-(distance * distance) / (2 * SPATIAL_SIGMA * SPATIAL_SIGMA)) / norm;
  });
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

function listCellsInCircle(): Uint8Array {
  const cells = Array.from({ length: BASE_CELLS }, (_, cell) => cell);
  return Uint8Array.from(cells.filter((cell) => Math.hypot(middleU(cell), middleV(cell)) <= RADIUS));
}

function middleU(cell: number): number {
  return ((cell % CYLINDER_SIDE) - (CYLINDER_SIDE - 1) / 2) * CELL_SIDE;
}

function middleV(cell: number): number {
  return (Math.floor(cell / CYLINDER_SIDE) - (CYLINDER_SIDE - 1) / 2) * CELL_SIDE;
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
