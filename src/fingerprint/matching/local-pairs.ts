import type { Minutia } from '../template.ts';
import { compareCylinders } from './cylinders.ts';
import { COMPARED_MINUTIAE, type PreparedTemplate } from './prepared-template.ts';

/** Two minutiae, one of each print, that look alike with their neighbourhoods. */
export interface LocalPair {
  readonly a: number;
  readonly b: number;
  /** Cylinder similarity, 0 to 1. */
  readonly similarity: number;
  /** Similarity after relaxation: what the other pairs think of this one. */
  readonly relaxed: number;
}

export interface LocalMatch {
  /** By falling efficiency of relaxation. */
  readonly pairs: readonly LocalPair[];
  /** Similarity of every minutia of a with every one of b, row by row of a; 0 where not comparable. */
  readonly similarities: Float32Array;
}

const RELAXATION_ROUNDS = 5; // n_rel
const OWN_WEIGHT = 0.5; // w_R

/**
 * Local similarities, the best ones sorted and relaxed (LSS-R; Cappelli, Ferrara and Maltoni, TPAMI 32(12),
 * 2010, section 4): pairs that agree with each other on distance and two angles lift each other. Any turn of the
 * finger is as good as any other (no limit delta_theta on the directions of a pair).
 */
export function matchLocally(a: PreparedTemplate, b: PreparedTemplate): LocalMatch {
  const similarities = compareCylinders(a.cylinders, b.cylinders);
  const kept = Math.min(a.minutiae.length, b.minutiae.length);
  const chosen = chooseBest(similarities, kept);
  const width = b.minutiae.length;
  const initial = Float64Array.from(chosen, (index) => similarities[index] as number);
  const pairs = Array.from(chosen, (index) => ({ a: Math.floor(index / width), b: index % width }));
  const relaxed = relax(a.minutiae, b.minutiae, pairs, initial);
  const order = pairs
    .map((pair, t) => ({ ...pair, similarity: initial[t] as number, relaxed: relaxed[t] as number }))
    .filter((pair) => pair.similarity > 0)
    .sort(
      (one, other) =>
        other.relaxed / other.similarity - one.relaxed / one.similarity || one.a - other.a || one.b - other.b,
    );
  return { pairs: order, similarities };
}

const HISTOGRAM_BINS = 1024;
const histogram = new Uint32Array(HISTOGRAM_BINS + 1);

/** Indices of the largest values above 0, falling, ties by index. A histogram spares sorting all of them. */
function chooseBest(values: Float32Array, count: number): number[] {
  histogram.fill(0);
  for (let i = 0; i < values.length; i++) {
    const bin = Math.floor((values[i] as number) * HISTOGRAM_BINS);
    histogram[bin] = (histogram[bin] as number) + 1;
  }
  let lowest = HISTOGRAM_BINS;
  for (let found = histogram[lowest] as number; lowest > 0 && found < count; ) {
    lowest--;
    found += histogram[lowest] as number;
  }
  const indices: number[] = [];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value > 0 && Math.floor(value * HISTOGRAM_BINS) >= lowest) indices.push(i);
  }
  indices.sort((one, other) => (values[other] as number) - (values[one] as number) || one - other);
  return indices.slice(0, count);
}

function relax(
  a: readonly Minutia[],
  b: readonly Minutia[],
  pairs: readonly { a: number; b: number }[],
  initial: Float64Array,
): Float64Array {
  const count = pairs.length;
  if (count < 2) return initial.slice();
  const agreements = listAgreements(a, b, pairs);
  let current = initial;
  for (let round = 0; round < RELAXATION_ROUNDS; round++) {
    const next = new Float64Array(count);
    for (let k = 0; k < agreements.count; k++) {
      const t = agreements.first[k] as number;
      const u = agreements.second[k] as number;
      const value = agreements.value[k] as number;
      next[t] = (next[t] as number) + value * (current[u] as number);
      next[u] = (next[u] as number) + value * (current[t] as number);
    }
    for (let t = 0; t < count; t++) {
      next[t] = OWN_WEIGHT * (current[t] as number) + ((1 - OWN_WEIGHT) * (next[t] as number)) / (count - 1);
    }
    current = next;
  }
  return current;
}

const MOST_AGREEMENTS = (COMPARED_MINUTIAE * (COMPARED_MINUTIAE - 1)) / 2;
/** The pairs of pairs that agree at all, in arrays that are kept: most do not. */
const agreeing = {
  count: 0,
  first: new Uint8Array(MOST_AGREEMENTS),
  second: new Uint8Array(MOST_AGREEMENTS),
  value: new Float64Array(MOST_AGREEMENTS),
};

function listAgreements(
  a: readonly Minutia[],
  b: readonly Minutia[],
  pairs: readonly { a: number; b: number }[],
): typeof agreeing {
  agreeing.count = 0;
  for (let t = 0; t < pairs.length; t++) {
    const first = pairs[t] as { a: number; b: number };
    const firstA = a[first.a] as Minutia;
    const firstB = b[first.b] as Minutia;
    for (let u = t + 1; u < pairs.length; u++) {
      const second = pairs[u] as { a: number; b: number };
      if (first.a === second.a || first.b === second.b) continue;
      const value = compatibility(firstA, firstB, a[second.a] as Minutia, b[second.b] as Minutia);
      if (value === 0) continue;
      agreeing.first[agreeing.count] = t;
      agreeing.second[agreeing.count] = u;
      agreeing.value[agreeing.count] = value;
      agreeing.count++;
    }
  }
  return agreeing;
}

/** How well two pairs agree, 0 to 1 (rho, eq. 25 to 27): on distance, relative direction and bearing. */
export function compatibility(a1: Minutia, b1: Minutia, a2: Minutia, b2: Minutia): number {
  const dxA = a2.x - a1.x;
  const dyA = a2.y - a1.y;
  const dxB = b2.x - b1.x;
  const dyB = b2.y - b1.y;
  const distance = Math.abs(Math.sqrt(dxA * dxA + dyA * dyA) - Math.sqrt(dxB * dxB + dyB * dyB));
  if (distance > 15) return 0;
  const relative = Math.abs(angleDifference(a1.angle - a2.angle, b1.angle - b2.angle));
  if (relative > 0.6) return 0;
  const bearingA = Math.atan2(-dyA, dxA) - a1.angle;
  const bearingB = Math.atan2(-dyB, dxB) - b1.angle;
  const bearing = Math.abs(angleDifference(bearingA, bearingB));
  return (
    logistic(distance, 5, -1.6) * logistic(relative, Math.PI / 12, -30) * logistic(bearing, Math.PI / 12, -30)
  );
}

function logistic(value: number, centre: number, slope: number): number {
  return 1 / (1 + Math.exp(-slope * (value - centre)));
}

/** a - b brought into -pi to pi. */
export function angleDifference(a: number, b: number): number {
  const difference = (a - b) / (2 * Math.PI);
  return (difference - Math.round(difference)) * 2 * Math.PI;
}
