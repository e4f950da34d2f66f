import {
  DESCRIPTOR_BYTES,
  PLACE_BYTES,
  VOTING_MINUTIAE,
  type VotingTemplate,
} from '../kernels/vote-kernel.ts';
import type { Minutia, Template } from '../template.ts';

const TURN = 2 * Math.PI;

/**
 * A coarse bit form of the Minutia Cylinder Code (Cappelli, Ferrara and Maltoni, TPAMI 32(12), 2010) for the first
 * stage of a search: 21 cells of 5 x 5 within a circle, 6 directions, 126 bits in 16 bytes, without a mask of valid
 * cells.
 */
const RADIUS = 60;
const SIDE = 5;
const LAYERS = 6;
const SPATIAL_SIGMA = 12;
const DIRECTION_SIGMA = 0.7;
const BIT_THRESHOLD = 0.2;
/** A neighbour that adds less than this to a cell is left out; beyond so many pixels all are. */
const LEAST_WEIGHT = 0.001;
const REACH = SPATIAL_SIGMA * Math.sqrt(-2 * Math.log(LEAST_WEIGHT));

const CELLS = layOutCells();
const BITS = CELLS.length * LAYERS;
const ANGLE_STEPS = 256;
const DIRECTION_WEIGHTS = makeDirectionWeights();

const PIXEL_STEPS = 16;
const TURN_STEPS = 65_536;
const MOST_PIXELS = 4095;

interface Cell {
  readonly row: number;
  readonly column: number;
}

function layOutCells(): Cell[] {
  const cells: Cell[] = [];
  for (let row = 0; row < SIDE; row++) {
    for (let column = 0; column < SIDE; column++) {
      const u = ((column - (SIDE - 1) / 2) * 2 * RADIUS) / SIDE;
      const v = ((row - (SIDE - 1) / 2) * 2 * RADIUS) / SIDE;
      if (u * u + v * v <= RADIUS * RADIUS) cells.push({ row, column });
    }
  }
  return cells;
}

function makeDirectionWeights(): Float64Array {
  const weights = new Float64Array(ANGLE_STEPS * LAYERS);
  for (let step = 0; step < ANGLE_STEPS; step++) {
    for (let layer = 0; layer < LAYERS; layer++) {
      const turns = (step + 0.5) / ANGLE_STEPS - (layer + 0.5) / LAYERS;
      const distance = (turns - Math.round(turns)) * TURN;
      weights[step * LAYERS + layer] = Math.exp(-(distance ** 2) / (2 * DIRECTION_SIGMA ** 2));
    }
  }
  return weights;
}

/** The places of a template's best minutiae: all that a search keeps of it besides what follows from them. */
export function packPlaces(template: Template): Uint8Array {
  const minutiae = template.minutiae.slice(0, VOTING_MINUTIAE);
  const places = new Uint8Array(minutiae.length * PLACE_BYTES);
  const view = new DataView(places.buffer);
  minutiae.forEach(({ x, y, angle }, i) => {
    view.setUint16(i * PLACE_BYTES, Math.round(clamp(x) * PIXEL_STEPS), true);
    view.setUint16(i * PLACE_BYTES + 2, Math.round(clamp(y) * PIXEL_STEPS), true);
    view.setUint16(i * PLACE_BYTES + 4, Math.round((angle / TURN) * TURN_STEPS) % TURN_STEPS, true);
  });
  return places;
}

function clamp(pixels: number): number {
  return Math.min(MOST_PIXELS, Math.max(0, pixels));
}

/** The template that places were packed from, to 1/16 pixel; types and qualities take no part in comparison. */
export function unpackPlaces(places: Uint8Array): Template {
  const view = new DataView(places.buffer, places.byteOffset, places.byteLength);
  const minutiae: Minutia[] = [];
  for (let at = 0; at < places.length; at += PLACE_BYTES) {
    minutiae.push({
      x: view.getUint16(at, true) / PIXEL_STEPS,
      y: view.getUint16(at + 2, true) / PIXEL_STEPS,
      angle: (view.getUint16(at + 4, true) / TURN_STEPS) * TURN,
      type: 'other',
      quality: 0,
    });
  }
  return { width: MOST_PIXELS + 1, height: MOST_PIXELS + 1, minutiae };
}

/** Computes the descriptors; each place learns how many bits its own has. */
export function describePlaces(packed: Uint8Array): VotingTemplate {
  const places = packed.slice();
  const { minutiae } = unpackPlaces(places);
  const descriptors = new Uint8Array(minutiae.length * DESCRIPTOR_BYTES);
  const sums = new Float64Array(BITS);
  minutiae.forEach((minutia, i) => {
    sums.fill(0);
    addNeighbours(minutia, minutiae, sums);
    let ones = 0;
    for (let bit = 0; bit < BITS; bit++) {
      if ((sums[bit] as number) <= BIT_THRESHOLD) continue;
      const byte = i * DESCRIPTOR_BYTES + (bit >> 3);
      descriptors[byte] = (descriptors[byte] as number) | (1 << (bit & 7));
      ones++;
    }
    places[i * PLACE_BYTES + 6] = ones;
  });
  return { count: minutiae.length, descriptors, places };
}

const nearU = new Float64Array(SIDE);
const nearV = new Float64Array(SIDE);

function addNeighbours(minutia: Minutia, minutiae: readonly Minutia[], sums: Float64Array): void {
  const cosine = Math.cos(minutia.angle);
  const sine = Math.sin(minutia.angle);
  const farthest = RADIUS + REACH;
  for (const other of minutiae) {
    const dx = other.x - minutia.x;
    const dy = other.y - minutia.y;
    if (other === minutia || dx * dx + dy * dy > farthest * farthest) continue;
    const u = cosine * dx - sine * dy;
    const v = sine * dx + cosine * dy;
    const turns = (other.angle - minutia.angle) / TURN;
    const direction = (Math.floor((turns - Math.floor(turns)) * ANGLE_STEPS) % ANGLE_STEPS) * LAYERS;
    for (let step = 0; step < SIDE; step++) {
      const centre = ((step - (SIDE - 1) / 2) * 2 * RADIUS) / SIDE;
      nearU[step] = gaussian(u - centre);
      nearV[step] = gaussian(v - centre);
    }
    for (let cell = 0; cell < CELLS.length; cell++) {
      const { row, column } = CELLS[cell] as Cell;
      const near = (nearU[column] as number) * (nearV[row] as number);
      if (near < LEAST_WEIGHT) continue;
      for (let layer = 0; layer < LAYERS; layer++) {
        const bit = cell * LAYERS + layer;
        sums[bit] = (sums[bit] as number) + near * (DIRECTION_WEIGHTS[direction + layer] as number);
      }
    }
  }
}

function gaussian(distance: number): number {
  return Math.abs(distance) > REACH
    ? 0
    : Math.exp(-(distance * distance) / (2 * SPATIAL_SIGMA * SPATIAL_SIGMA));
}
