import type { Minutia } from '../template.ts';
import { distanceFromHull } from './convex-hull.ts';
import { angleDifference, type LocalMatch } from './local-pairs.ts';
import type { PreparedTemplate } from './prepared-template.ts';

/** A rigid motion from print a onto print b: turn, then shift. Image axes: y grows downwards. */
interface Motion {
  readonly cosine: number;
  readonly sine: number;
  readonly shiftX: number;
  readonly shiftY: number;
  /** What it adds to minutia angles, radians counter-clockwise. */
  readonly turn: number;
}

export interface MatchedPair {
  readonly a: number;
  readonly b: number;
  /** 1 on the spot and in the same direction, falling to 0 at the tolerances. */
  readonly closeness: number;
}

export interface Alignment {
  readonly matched: readonly MatchedPair[];
  /** Sum of the closeness of all matched pairs. */
  readonly support: number;
  /** Minutiae of each print that lie where the other print has minutiae around. */
  readonly overlapA: number;
  readonly overlapB: number;
}

/** Local pairs that are tried as the motion's first guess. */
const HYPOTHESES = 12;
const REFINEMENTS = 3;
/** Tolerances of a matched pair: skin stretches by a ridge or two across a print. Pixels and radians. */
const DISTANCE_TOLERANCE = 15;
const ANGLE_TOLERANCE = Math.PI / 6;
/** What lying close is worth when the neighbourhoods are not alike at all; full likeness adds 1. */
const POSITION_WEIGHT = 0.3;
/** How far outside the other print's hull a minutia still counts as inside the overlap, pixels. */
const HULL_MARGIN = 8;

/**
 * Lays one print over the other: each of the best local pairs proposes a rigid motion, which is refined by
 * least squares over the minutiae that it brings together; the motion with most evidence wins.
 */
export function align(a: PreparedTemplate, b: PreparedTemplate, local: LocalMatch): Alignment {
  let best: MatchedPair[] = [];
  let bestEvidence = 0;
  let bestMotion: Motion | null = null;
  for (const pair of local.pairs.slice(0, HYPOTHESES)) {
    let motion = motionOfPair(a.minutiae[pair.a] as Minutia, b.minutiae[pair.b] as Minutia);
    for (let round = 0; round < REFINEMENTS; round++) {
      const matched = assign(a, b, motion);
      const evidence = weighEvidence(matched, local, b.minutiae.length);
      if (evidence > bestEvidence) {
        best = matched;
        bestEvidence = evidence;
        bestMotion = motion;
      }
      if (matched.length < 3) break;
      motion = fitMotion(a.minutiae, b.minutiae, matched);
    }
  }
  if (bestMotion === null) return { matched: [], support: 0, overlapA: 0, overlapB: 0 };
  const support = best.reduce((sum, { closeness }) => sum + closeness, 0);
  return { matched: best, support, ...countOverlap(a, b, bestMotion) };
}

/** Pairs that lie close count more when their neighbourhoods are alike too. */
function weighEvidence(matched: readonly MatchedPair[], local: LocalMatch, countB: number): number {
  let sum = 0;
  for (const { a, b, closeness } of matched) {
    sum += closeness * (POSITION_WEIGHT + (local.similarities[a * countB + b] as number));
  }
  return sum;
}

function motionOfPair(a: Minutia, b: Minutia): Motion {
  const turn = angleDifference(b.angle, a.angle);
  const cosine = Math.cos(turn);
  const sine = Math.sin(turn);
  return {
    cosine,
    sine,
    turn,
    shiftX: b.x - (cosine * a.x + sine * a.y),
    shiftY: b.y - (-sine * a.x + cosine * a.y),
  };
}

/** One-to-one pairs within the tolerances, closest first. */
function assign(a: PreparedTemplate, b: PreparedTemplate, motion: Motion): MatchedPair[] {
  const candidates: MatchedPair[] = [];
  const countB = b.minutiae.length;
  for (let i = 0; i < a.minutiae.length; i++) {
    const ax = a.x[i] as number;
    const ay = a.y[i] as number;
    const x = motion.cosine * ax + motion.sine * ay + motion.shiftX;
    const y = -motion.sine * ax + motion.cosine * ay + motion.shiftY;
    for (let j = 0; j < countB; j++) {
      const dx = (b.x[j] as number) - x;
      const dy = (b.y[j] as number) - y;
      const squared = dx * dx + dy * dy;
      if (squared > DISTANCE_TOLERANCE * DISTANCE_TOLERANCE) continue;
      const turned = (a.minutiae[i] as Minutia).angle + motion.turn;
      const angle = Math.abs(angleDifference(turned, (b.minutiae[j] as Minutia).angle));
      if (angle > ANGLE_TOLERANCE) continue;
      const closeness =
        (1 - squared / (DISTANCE_TOLERANCE * DISTANCE_TOLERANCE)) * (1 - (angle / ANGLE_TOLERANCE) ** 2);
      candidates.push({ a: i, b: j, closeness });
    }
  }
  candidates.sort((one, other) => other.closeness - one.closeness || one.a - other.a || one.b - other.b);
  const takenA = new Uint8Array(a.minutiae.length);
  const takenB = new Uint8Array(countB);
  return candidates.filter((pair) => {
    if (takenA[pair.a] === 1 || takenB[pair.b] === 1) return false;
    takenA[pair.a] = 1;
    takenB[pair.b] = 1;
    return true;
  });
}

/** Weighted least-squares rigid motion over pairs (Umeyama, TPAMI 13(4), 1991, without scale). */
function fitMotion(a: readonly Minutia[], b: readonly Minutia[], pairs: readonly MatchedPair[]): Motion {
  let weight = 0;
  let ax = 0;
  let ay = 0;
  let bx = 0;
  let by = 0;
  for (const pair of pairs) {
    const w = pair.closeness + 0.1;
    const one = a[pair.a] as Minutia;
    const other = b[pair.b] as Minutia;
    weight += w;
    ax += w * one.x;
    ay += w * one.y;
    bx += w * other.x;
    by += w * other.y;
  }
  ax /= weight;
  ay /= weight;
  bx /= weight;
  by /= weight;
  let along = 0;
  let across = 0;
  for (const pair of pairs) {
    const w = pair.closeness + 0.1;
    const one = a[pair.a] as Minutia;
    const other = b[pair.b] as Minutia;
    const ux = one.x - ax;
    const uy = one.y - ay;
    const vx = other.x - bx;
    const vy = other.y - by;
    along += w * (ux * vx + uy * vy);
    across += w * (uy * vx - ux * vy);
  }
  const turn = Math.atan2(across, along);
  const cosine = Math.cos(turn);
  const sine = Math.sin(turn);
  return {
    cosine,
    sine,
    turn,
    shiftX: bx - (cosine * ax + sine * ay),
    shiftY: by - (-sine * ax + cosine * ay),
  };
}

function countOverlap(
  a: PreparedTemplate,
  b: PreparedTemplate,
  motion: Motion,
): { overlapA: number; overlapB: number } {
  let overlapA = 0;
  for (const { x, y } of a.minutiae) {
    const movedX = motion.cosine * x + motion.sine * y + motion.shiftX;
    const movedY = -motion.sine * x + motion.cosine * y + motion.shiftY;
    if (distanceFromHull(b.hull, movedX, movedY) <= HULL_MARGIN) overlapA++;
  }
  let overlapB = 0;
  for (const { x, y } of b.minutiae) {
    const backX = x - motion.shiftX;
    const backY = y - motion.shiftY;
    const movedX = motion.cosine * backX - motion.sine * backY;
    const movedY = motion.sine * backX + motion.cosine * backY;
    if (distanceFromHull(a.hull, movedX, movedY) <= HULL_MARGIN) overlapB++;
  }
  return { overlapA, overlapB };
}
