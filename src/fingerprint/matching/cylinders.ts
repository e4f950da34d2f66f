import type { Minutia } from '../template.ts';
import { convexHull, distanceFromHull } from './convex-hull.ts';

/**
 * Minutia Cylinder Code (Cappelli, Ferrara and Maltoni, TPAMI 32(12), 2010), 8 x 8 x 6 cells. Symbols in
 * comments are the paper's.
 */
export const CYLINDER_SIDE = 8; // N_S
export const CYLINDER_LAYERS = 6; // N_D
/** Spatial cells of a cylinder's base, whether or not they are inside its circle. */
export const BASE_CELLS = CYLINDER_SIDE * CYLINDER_SIDE;
export const CYLINDER_CELLS = BASE_CELLS * CYLINDER_LAYERS;

const RADIUS = 70; // R, pixels at 500 dpi
const CELL_SIDE = (2 * RADIUS) / CYLINDER_SIDE; // delta_S
const SPATIAL_SIGMA = 28 / 3; // sigma_S
const DIRECTION_SIGMA = (2 * Math.PI) / 9; // sigma_D
const HULL_MARGIN = 50; // Omega
const SIGMOID_CENTRE = 0.01; // mu_psi
const SIGMOID_SLOPE = 400; // tau_psi
const MIN_VALID_SHARE = 0.6; // min_VC
const MIN_NEIGHBOURS = 2; // min_M

/** Angle differences are tabled in this many steps of a full turn. */
const ANGLE_STEPS = 720;
const DIRECTION_TABLE = makeDirectionTable();
const CELLS_IN_CIRCLE = countCellsInCircle();

/** All cylinders of a template, one after another, in the order of its minutiae. */
export interface Cylinders {
  /** CYLINDER_CELLS per minutia: base cell by base cell, its layers together; 0 in cells that are not valid. */
  readonly cells: Float32Array;
  /** BASE_CELLS per minutia: 1 where the print says something, 0 outside of the circle or the print. */
  readonly valid: Float32Array;
  /** BASE_CELLS per minutia: sum of squares over the layers. */
  readonly energy: Float32Array;
  /** 1 per minutia that has enough valid cells and neighbours to be compared. */
  readonly usable: Uint8Array;
}

export function buildCylinders(minutiae: readonly Minutia[]): Cylinders {
  const count = minutiae.length;
  const cells = new Float32Array(count * CYLINDER_CELLS);
  const valid = new Float32Array(count * BASE_CELLS);
  const energy = new Float32Array(count * BASE_CELLS);
  const usable = new Uint8Array(count);
  const hull = convexHull(minutiae);
  minutiae.forEach((minutia, i) => {
    const validCells = markValidCells(minutia, hull, valid, i * BASE_CELLS);
    const neighbours = addNeighbours(minutia, minutiae, cells, i * CYLINDER_CELLS);
    if (validCells >= MIN_VALID_SHARE * CELLS_IN_CIRCLE && neighbours >= MIN_NEIGHBOURS) usable[i] = 1;
    for (let base = 0; base < BASE_CELLS; base++) {
      let sum = 0;
      for (let layer = 0; layer < CYLINDER_LAYERS; layer++) {
        const at = i * CYLINDER_CELLS + base * CYLINDER_LAYERS + layer;
        const value = valid[i * BASE_CELLS + base] === 1 ? sigmoid(cells[at] as number) : 0;
        cells[at] = value;
        sum += value * value;
      }
      energy[i * BASE_CELLS + base] = sum;
    }
  });
  return { cells, valid, energy, usable };
}

function markValidCells(
  minutia: Minutia,
  hull: ReturnType<typeof convexHull>,
  valid: Float32Array,
  start: number,
): number {
  const cosine = Math.cos(minutia.angle);
  const sine = Math.sin(minutia.angle);
  let count = 0;
  for (let j = 0; j < CYLINDER_SIDE; j++) {
    for (let i = 0; i < CYLINDER_SIDE; i++) {
      const u = (i - (CYLINDER_SIDE - 1) / 2) * CELL_SIDE;
      const v = (j - (CYLINDER_SIDE - 1) / 2) * CELL_SIDE;
      if (u * u + v * v > RADIUS * RADIUS) continue;
      const x = minutia.x + cosine * u + sine * v;
      const y = minutia.y - sine * u + cosine * v;
      if (distanceFromHull(hull, x, y) > HULL_MARGIN) continue;
      valid[start + j * CYLINDER_SIDE + i] = 1;
      count++;
    }
  }
  return count;
}

/** Adds each neighbour's contribution (eq. 5 to 10) and returns how many neighbours reach the cylinder. */
function addNeighbours(
  minutia: Minutia,
  minutiae: readonly Minutia[],
  cells: Float32Array,
  start: number,
): number {
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
    const angleStep = angleIndex(other.angle - minutia.angle);
    const firstI = Math.max(0, Math.ceil((u - reach) / CELL_SIDE + (CYLINDER_SIDE - 1) / 2));
    const lastI = Math.min(CYLINDER_SIDE - 1, Math.floor((u + reach) / CELL_SIDE + (CYLINDER_SIDE - 1) / 2));
    const firstJ = Math.max(0, Math.ceil((v - reach) / CELL_SIDE + (CYLINDER_SIDE - 1) / 2));
    const lastJ = Math.min(CYLINDER_SIDE - 1, Math.floor((v + reach) / CELL_SIDE + (CYLINDER_SIDE - 1) / 2));
    for (let j = firstJ; j <= lastJ; j++) {
      const dv = v - (j - (CYLINDER_SIDE - 1) / 2) * CELL_SIDE;
      for (let i = firstI; i <= lastI; i++) {
        const du = u - (i - (CYLINDER_SIDE - 1) / 2) * CELL_SIDE;
        const squared = du * du + dv * dv;
        if (squared > reach * reach) continue;
        const spatial =
          Math.exp(-squared / (2 * SPATIAL_SIGMA * SPATIAL_SIGMA)) / (SPATIAL_SIGMA * Math.sqrt(2 * Math.PI));
        const base = start + (j * CYLINDER_SIDE + i) * CYLINDER_LAYERS;
        for (let layer = 0; layer < CYLINDER_LAYERS; layer++) {
          cells[base + layer] =
            (cells[base + layer] as number) +
            spatial * (DIRECTION_TABLE[angleStep * CYLINDER_LAYERS + layer] as number);
        }
      }
    }
  }
  return neighbours;
}

function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-SIGMOID_SLOPE * (value - SIGMOID_CENTRE)));
}

function angleIndex(angle: number): number {
  const turns = angle / (2 * Math.PI);
  return Math.floor((turns - Math.floor(turns)) * ANGLE_STEPS) % ANGLE_STEPS;
}

/** Area of a Gaussian around the angle difference that falls into each layer's section (eq. 11). */
function makeDirectionTable(): Float32Array {
  const table = new Float32Array(ANGLE_STEPS * CYLINDER_LAYERS);
  const section = (2 * Math.PI) / CYLINDER_LAYERS; // delta_D
  const pieces = 24;
  for (let step = 0; step < ANGLE_STEPS; step++) {
    const difference = ((step + 0.5) * 2 * Math.PI) / ANGLE_STEPS;
    for (let layer = 0; layer < CYLINDER_LAYERS; layer++) {
      const centre = -Math.PI + (layer + 0.5) * section;
      let area = 0;
      for (let piece = 0; piece < pieces; piece++) {
        const angle = centre - section / 2 + ((piece + 0.5) * section) / pieces;
        const distance = Math.abs(Math.atan2(Math.sin(difference - angle), Math.cos(difference - angle)));
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

const MIN_COMMON_SHARE = 0.6; // min_ME

/** Similarity of two cylinders, 0 to 1 (eq. 17 and 18), over the cells that are valid in both. */
export function cylinderSimilarity(a: Cylinders, i: number, b: Cylinders, j: number): number {
  const cellsA = a.cells;
  const cellsB = b.cells;
  const baseA = i * BASE_CELLS;
  const baseB = j * BASE_CELLS;
  let common = 0;
  let energyA = 0;
  let energyB = 0;
  for (let k = 0; k < BASE_CELLS; k++) {
    const validA = a.valid[baseA + k] as number;
    const validB = b.valid[baseB + k] as number;
    common += validA * validB;
    energyA += validB * (a.energy[baseA + k] as number);
    energyB += validA * (b.energy[baseB + k] as number);
  }
  if (common < MIN_COMMON_SHARE * CELLS_IN_CIRCLE) return 0;
  const startA = i * CYLINDER_CELLS;
  const startB = j * CYLINDER_CELLS;
  let product = 0;
  for (let k = 0; k < CYLINDER_CELLS; k++) {
    product += (cellsA[startA + k] as number) * (cellsB[startB + k] as number);
  }
  const norms = Math.sqrt(energyA) + Math.sqrt(energyB);
  if (norms === 0) return 0;
  return 1 - Math.sqrt(Math.max(0, energyA + energyB - 2 * product)) / norms;
}
