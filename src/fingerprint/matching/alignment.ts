import type { Minutia } from '../template.ts';
import { isNearHull } from './convex-hull.ts';
import { angleDifference, type LocalMatch } from './local-pairs.ts';
import { COLUMN_WIDTH, COMPARED_MINUTIAE, type PreparedTemplate } from './prepared-template.ts';

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
/** A motion with less than this share of the best evidence so far is not refined further. */
const HOPELESS_SHARE = 0.7;
/** Tolerances of a matched pair: skin stretches by a ridge or two across a print. Pixels and radians. */
const DISTANCE_TOLERANCE = 15;
const ANGLE_TOLERANCE = Math.PI / 6;
/** What lying close is worth when the neighbourhoods are not alike at all; full likeness adds 1. */
const POSITION_WEIGHT = 0.3;
/** How far outside the other print's hull a minutia still counts as inside the overlap, pixels. */
const HULL_MARGIN = 8;

/** Partners that one minutia may have within the tolerances; bounds the work on crowded prints. */
const MOST_PARTNERS = 4;
/** Closeness is ordered in steps of 2^-30, so that it and the place in the list fit one number exactly. */
const CLOSENESS_STEPS = 2 ** 30;
const MOST_CANDIDATES = 2 ** 10;

/** Pairs of one assignment, in arrays that are kept: a comparison makes three dozen assignments. */
interface Assignment {
  count: number;
  readonly a: Int32Array;
  readonly b: Int32Array;
  readonly closeness: Float64Array;
}

function makeAssignment(): Assignment {
  return {
    count: 0,
    a: new Int32Array(MOST_CANDIDATES),
    b: new Int32Array(MOST_CANDIDATES),
    closeness: new Float64Array(MOST_CANDIDATES),
  };
}

const candidates = makeAssignment();
const candidateKeys = new Float64Array(MOST_CANDIDATES);
const takenA = new Uint8Array(COMPARED_MINUTIAE);
const takenB = new Uint8Array(COMPARED_MINUTIAE);
let current = makeAssignment();
let best = makeAssignment();

/**
 * Lays one print over the other: each of the best local pairs proposes a rigid motion, which is refined by
 * least squares over the minutiae that it brings together; the motion with most evidence wins.
 */
export function align(a: PreparedTemplate, b: PreparedTemplate, local: LocalMatch): Alignment {
  best.count = 0;
  let bestEvidence = 0;
  let bestMotion: Motion | null = null;
  const hypotheses = Math.min(HYPOTHESES, local.pairs.length);
  for (let hypothesis = 0; hypothesis < hypotheses; hypothesis++) {
    const pair = local.pairs[hypothesis] as LocalMatch['pairs'][number];
    let motion = motionOfPair(a.minutiae[pair.a] as Minutia, b.minutiae[pair.b] as Minutia);
    for (let round = 0; round < REFINEMENTS; round++) {
      assign(a, b, motion, current);
      const following = current.count < 3 ? null : fitMotion(a, b, current);
      const evidence = weighEvidence(current, local, b.minutiae.length);
      if (evidence > bestEvidence) {
        [best, current] = [current, best];
        bestEvidence = evidence;
        bestMotion = motion;
      }
      if (following === null || evidence < HOPELESS_SHARE * bestEvidence) break;
      motion = following;
    }
  }
  if (bestMotion === null) return { matched: [], support: 0, overlapA: 0, overlapB: 0 };
  const matched: MatchedPair[] = [];
  let support = 0;
  for (let k = 0; k < best.count; k++) {
    const closeness = best.closeness[k] as number;
    matched.push({ a: best.a[k] as number, b: best.b[k] as number, closeness });
    support += closeness;
  }
  return { matched, support, ...countOverlap(a, b, bestMotion) };
}

/** Pairs that lie close count more when their neighbourhoods are alike too. */
function weighEvidence({ count, a, b, closeness }: Assignment, local: LocalMatch, countB: number): number {
  let sum = 0;
  for (let k = 0; k < count; k++) {
    const alike = local.similarities[(a[k] as number) * countB + (b[k] as number)] as number;
    sum += (closeness[k] as number) * (POSITION_WEIGHT + alike);
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
function assign(a: PreparedTemplate, b: PreparedTemplate, motion: Motion, chosen: Assignment): void {
  collectCandidates(a, b, motion);
  const { count } = candidates;
  for (let k = 0; k < count; k++) {
    const steps = Math.floor((1 - (candidates.closeness[k] as number)) * CLOSENESS_STEPS);
    candidateKeys[k] = steps * MOST_CANDIDATES + k;
  }
  sortKeys(count);
  takenA.fill(0, 0, a.minutiae.length);
  takenB.fill(0, 0, b.minutiae.length);
  chosen.count = 0;
  for (let k = 0; k < count; k++) {
    const candidate = (candidateKeys[k] as number) % MOST_CANDIDATES;
    const i = candidates.a[candidate] as number;
    const j = candidates.b[candidate] as number;
    if (takenA[i] === 1 || takenB[j] === 1) continue;
    takenA[i] = 1;
    takenB[j] = 1;
    chosen.a[chosen.count] = i;
    chosen.b[chosen.count] = j;
    chosen.closeness[chosen.count] = candidates.closeness[candidate] as number;
    chosen.count++;
  }
}

/** Up to here sorting by insertion is quicker than the call of the built-in sort. */
const FEW_KEYS = 48;

function sortKeys(count: number): void {
  if (count > FEW_KEYS) {
    candidateKeys.subarray(0, count).sort();
    return;
  }
  for (let k = 1; k < count; k++) {
    const key = candidateKeys[k] as number;
    let at = k;
    for (; at > 0 && (candidateKeys[at - 1] as number) > key; at--) {
      candidateKeys[at] = candidateKeys[at - 1] as number;
    }
    candidateKeys[at] = key;
  }
}

/** Pairs within the tolerances in the order of a; of one minutia's partners the closest few. */
function collectCandidates(a: PreparedTemplate, b: PreparedTemplate, motion: Motion): void {
  const { x: xA, y: yA, angle: angleA } = a;
  const { x: xB, y: yB, angle: angleB, byX } = b;
  const countB = byX.length;
  candidates.count = 0;
  for (let i = 0; i < xA.length; i++) {
    const ax = xA[i] as number;
    const ay = yA[i] as number;
    const x = motion.cosine * ax + motion.sine * ay + motion.shiftX;
    const y = -motion.sine * ax + motion.cosine * ay + motion.shiftY;
    const turned = (angleA[i] as number) + motion.turn;
    const first = candidates.count;
    for (let at = firstFrom(b, x - DISTANCE_TOLERANCE); at < countB; at++) {
      const j = byX[at] as number;
      const dx = (xB[j] as number) - x;
      if (dx < -DISTANCE_TOLERANCE) continue;
      if (dx > DISTANCE_TOLERANCE) break;
      const dy = (yB[j] as number) - y;
      const squared = dx * dx + dy * dy;
      if (squared > DISTANCE_TOLERANCE * DISTANCE_TOLERANCE) continue;
      const angle = Math.abs(angleDifference(turned, angleB[j] as number));
      if (angle > ANGLE_TOLERANCE) continue;
      const closeness =
        (1 - squared / (DISTANCE_TOLERANCE * DISTANCE_TOLERANCE)) * (1 - (angle / ANGLE_TOLERANCE) ** 2);
      keepCandidate(first, i, j, closeness);
    }
  }
}

/** Appends a partner of minutia i, or, when it has enough, puts it in place of the farthest one. */
function keepCandidate(first: number, i: number, j: number, closeness: number): void {
  let place = candidates.count;
  if (place - first === MOST_PARTNERS) {
    place = first;
    for (let k = first + 1; k < candidates.count; k++) {
      if ((candidates.closeness[k] as number) < (candidates.closeness[place] as number)) place = k;
    }
    if (closeness <= (candidates.closeness[place] as number)) return;
  } else candidates.count++;
  candidates.a[place] = i;
  candidates.b[place] = j;
  candidates.closeness[place] = closeness;
}

/** A place in `byX` behind which lie all minutiae at x or to the right of it, and few others. */
function firstFrom({ columns }: PreparedTemplate, x: number): number {
  const column = Math.floor(x / COLUMN_WIDTH);
  return columns[Math.max(0, Math.min(columns.length - 1, column))] as number;
}

/** Weighted least-squares rigid motion over pairs (Umeyama, TPAMI 13(4), 1991, without scale). */
function fitMotion(a: PreparedTemplate, b: PreparedTemplate, pairs: Assignment): Motion {
  let weight = 0;
  let ax = 0;
  let ay = 0;
  let bx = 0;
  let by = 0;
  for (let k = 0; k < pairs.count; k++) {
    const w = (pairs.closeness[k] as number) + 0.1;
    const i = pairs.a[k] as number;
    const j = pairs.b[k] as number;
    weight += w;
    ax += w * (a.x[i] as number);
    ay += w * (a.y[i] as number);
    bx += w * (b.x[j] as number);
    by += w * (b.y[j] as number);
  }
  ax /= weight;
  ay /= weight;
  bx /= weight;
  by /= weight;
  let along = 0;
  let across = 0;
  for (let k = 0; k < pairs.count; k++) {
    const w = (pairs.closeness[k] as number) + 0.1;
    const i = pairs.a[k] as number;
    const j = pairs.b[k] as number;
    const ux = (a.x[i] as number) - ax;
    const uy = (a.y[i] as number) - ay;
    const vx = (b.x[j] as number) - bx;
    const vy = (b.y[j] as number) - by;
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
    if (isNearHull(b.hull, movedX, movedY, HULL_MARGIN)) overlapA++;
  }
  let overlapB = 0;
  for (const { x, y } of b.minutiae) {
    const backX = x - motion.shiftX;
    const backY = y - motion.shiftY;
    const movedX = motion.cosine * backX - motion.sine * backY;
    const movedY = motion.sine * backX + motion.cosine * backY;
    if (isNearHull(a.hull, movedX, movedY, HULL_MARGIN)) overlapB++;
  }
  return { overlapA, overlapB };
}
