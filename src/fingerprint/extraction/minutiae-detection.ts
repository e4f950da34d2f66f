import type { Minutia } from '../template.ts';
import type { Plane } from './plane.ts';
import { FILTER_BLOCK, type FilterBlocks, ORIENTATION_STEPS } from './ridge-filter.ts';

/** A dislocation of the ridge phase, before cleaning. Coordinates and angle in image axes (y and angle down). */
export interface Dislocation {
  readonly x: number;
  readonly y: number;
  /** Direction along the ridges towards the side that has one ridge more, radians from +x towards +y. */
  readonly direction: number;
  readonly ending: boolean;
  /** Mean length of the analytic signal around the point; about 1 among clear ridges. */
  readonly strength: number;
}

/**
 * Minutiae as phase dislocations: points around which the phase of the ridge pattern turns by a full turn
 * (Larkin and Fletcher, Optics Express 15(14), 2007). One more ridge on one side than on the other is exactly
 * what an ending and a bifurcation have in common, so position and direction do not depend on which it is.
 */
export function detectDislocations(even: Plane, odd: Plane, blocks: FilterBlocks): Dislocation[] {
  const found: Dislocation[] = [];
  const { width, height, stride, origin } = even;
  for (let y = 0; y < height - 1; y++) {
    const blockRow = Math.floor(y / FILTER_BLOCK) * blocks.columns;
    const blockRowBelow = Math.floor((y + 1) / FILTER_BLOCK) * blocks.columns;
    for (let x = 0; x < width - 1; x++) {
      const block = blockRow + Math.floor(x / FILTER_BLOCK);
      if (blocks.foreground[block] === 0) continue;
      const right = Math.floor((x + 1) / FILTER_BLOCK);
      const p = origin + y * stride + x;
      const e0 = even.data[p] as number;
      const e1 = even.data[p + 1] as number;
      const e2 = even.data[p + stride + 1] as number;
      const e3 = even.data[p + stride] as number;
      // Around a full turn the even part must change sign.
      if ((e0 > 0 && e1 > 0 && e2 > 0 && e3 > 0) || (e0 < 0 && e1 < 0 && e2 < 0 && e3 < 0)) continue;
      const blockE = blockRow + right;
      const blockSE = blockRowBelow + right;
      const blockS = blockRowBelow + Math.floor(x / FILTER_BLOCK);
      if (
        blocks.foreground[blockE] === 0 ||
        blocks.foreground[blockSE] === 0 ||
        blocks.foreground[blockS] === 0
      )
        continue;
      const step = blocks.orientation[block] as number;
      const o0 = odd.data[p] as number;
      const o1 = (odd.data[p + 1] as number) * normalSign(step, blocks.orientation[blockE] as number);
      const o2 =
        (odd.data[p + stride + 1] as number) * normalSign(step, blocks.orientation[blockSE] as number);
      const o3 = (odd.data[p + stride] as number) * normalSign(step, blocks.orientation[blockS] as number);
      if ((o0 > 0 && o1 > 0 && o2 > 0 && o3 > 0) || (o0 < 0 && o1 < 0 && o2 < 0 && o3 < 0)) continue;
      const turns = Math.round(
        (phaseStep(e0, o0, e1, o1) +
          phaseStep(e1, o1, e2, o2) +
          phaseStep(e2, o2, e3, o3) +
          phaseStep(e3, o3, e0, o0)) /
          (2 * Math.PI),
      );
      if (turns === 0) continue;
      const theta = (step * Math.PI) / ORIENTATION_STEPS;
      const direction = turns > 0 ? theta : theta + Math.PI;
      found.push({
        x: x + 0.5,
        y: y + 0.5,
        direction,
        ending: isEnding(even, x, y, direction),
        strength: strengthAround(even, odd, x, y),
      });
    }
  }
  return found;
}

/** -1 where the two orientations' normals point in opposite directions, else 1. */
function normalSign(step: number, other: number): number {
  return Math.abs(step - other) > ORIENTATION_STEPS / 2 ? -1 : 1;
}

function phaseStep(e0: number, o0: number, e1: number, o1: number): number {
  return Math.atan2(e0 * o1 - o0 * e1, e0 * e1 + o0 * o1);
}

/** An ending has a ridge (positive) ahead and a valley behind; a bifurcation the other way round. */
function isEnding(even: Plane, x: number, y: number, direction: number): boolean {
  let balance = 0;
  for (let t = 2; t <= 8; t++) {
    balance += valueAt(even, x + t * Math.cos(direction), y + t * Math.sin(direction));
    balance -= valueAt(even, x - t * Math.cos(direction), y - t * Math.sin(direction));
  }
  return balance > 0;
}

function valueAt(plane: Plane, x: number, y: number): number {
  const px = Math.round(x);
  const py = Math.round(y);
  if (px < 0 || py < 0 || px >= plane.width || py >= plane.height) return 0;
  return plane.data[plane.origin + py * plane.stride + px] as number;
}

const STRENGTH_RADIUS = 10;

function strengthAround(even: Plane, odd: Plane, x: number, y: number): number {
  let sum = 0;
  let count = 0;
  for (let dy = -STRENGTH_RADIUS; dy <= STRENGTH_RADIUS; dy += 2) {
    for (let dx = -STRENGTH_RADIUS; dx <= STRENGTH_RADIUS; dx += 2) {
      if (dx * dx + dy * dy > STRENGTH_RADIUS * STRENGTH_RADIUS) continue;
      sum += Math.hypot(valueAt(even, x + dx, y + dy), valueAt(odd, x + dx, y + dy));
      count++;
    }
  }
  return sum / count;
}

/** Closer opposite minutiae than this are a pore, a crease or a smudge, not two ends; pixels at 500 dpi. */
const OPPOSITE_DISTANCE = 9;
/** Two minutiae of the same direction this close are one, found twice. */
const TWIN_DISTANCE = 5;

/**
 * Takes out pairs that a break or a bridge of one ridge makes: two dislocations of opposite direction close
 * together cancel, nearest pairs first; of twins the stronger stays.
 */
export function cleanDislocations(all: readonly Dislocation[]): Dislocation[] {
  const pairs: { a: number; b: number; distance: number; opposite: boolean }[] = [];
  for (let a = 0; a < all.length; a++) {
    const first = all[a] as Dislocation;
    for (let b = a + 1; b < all.length; b++) {
      const second = all[b] as Dislocation;
      // The list is in rows from the top.
      if (second.y - first.y > OPPOSITE_DISTANCE) break;
      const distance = Math.hypot(second.x - first.x, second.y - first.y);
      const agreement = Math.cos(first.direction - second.direction);
      if (distance < OPPOSITE_DISTANCE && agreement < -0.5) pairs.push({ a, b, distance, opposite: true });
      else if (distance < TWIN_DISTANCE && agreement > 0) pairs.push({ a, b, distance, opposite: false });
    }
  }
  pairs.sort((one, other) => one.distance - other.distance || one.a - other.a || one.b - other.b);
  const removed = new Uint8Array(all.length);
  for (const { a, b, opposite } of pairs) {
    if (removed[a] === 1 || removed[b] === 1) continue;
    if (opposite) {
      removed[a] = 1;
      removed[b] = 1;
    } else if ((all[a] as Dislocation).strength >= (all[b] as Dislocation).strength) {
      removed[b] = 1;
    } else {
      removed[a] = 1;
    }
  }
  return all.filter((_, i) => removed[i] === 0);
}

/** Strength that counts as quality 100. */
const FULL_STRENGTH = 1.1;

/** A dislocation as a minutia of a template: angle counter-clockwise with y up, whole quality 1 to 100. */
export function toMinutia(dislocation: Dislocation): Minutia {
  const turns = -dislocation.direction / (2 * Math.PI);
  return {
    x: dislocation.x,
    y: dislocation.y,
    angle: (turns - Math.floor(turns)) * 2 * Math.PI,
    type: dislocation.ending ? 'ending' : 'bifurcation',
    quality: Math.min(100, Math.max(1, Math.round((100 * dislocation.strength) / FULL_STRENGTH))),
  };
}
