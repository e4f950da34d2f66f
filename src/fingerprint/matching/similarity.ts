import type { Minutia, Template } from '../template.ts';
import { type Alignment, align } from './alignment.ts';
import { compatibility, matchLocally } from './local-pairs.ts';
import { type PreparedTemplate, prepareTemplate } from './prepared-template.ts';

/** What speaks for two impressions being of one finger; all grow with likeness from 0. */
export interface Similarity {
  /** Minutiae that lie together after alignment, each counted by its closeness. */
  readonly support: number;
  /** The same as a share of what the overlap could have given, below 1. */
  readonly share: number;
  /** Root of the number of neighbouring matched pairs that agree on distance and angles. */
  readonly coherence: number;
}

/**
 * Minutiae added to the overlap before the share is taken: four out of four is no stronger evidence than a
 * handful out of many.
 */
const SHARE_PRIOR = 4;
/** Neighbours within this distance are compared with each other; skin stretches too much beyond. Pixels. */
const NEIGHBOUR_DISTANCE = 90;

export function measureSimilarity(a: PreparedTemplate, b: PreparedTemplate): Similarity {
  const alignment = align(a, b, matchLocally(a, b));
  const { support, overlapA, overlapB } = alignment;
  return {
    support,
    share: support / (Math.sqrt(overlapA * overlapB) + SHARE_PRIOR),
    coherence: Math.sqrt(countAgreement(a.minutiae, b.minutiae, alignment)),
  };
}

/** The minutiae that lie together after alignment, for drawing. */
export function findMatchedPairs(a: Template, b: Template): (readonly [Minutia, Minutia])[] {
  const [one, other] = [prepareTemplate(a), prepareTemplate(b)];
  return align(one, other, matchLocally(one, other)).matched.map(
    (pair) => [one.minutiae[pair.a] as Minutia, other.minutiae[pair.b] as Minutia] as const,
  );
}

function countAgreement(a: readonly Minutia[], b: readonly Minutia[], { matched }: Alignment): number {
  let agreement = 0;
  for (const [k, first] of matched.entries()) {
    const firstA = a[first.a] as Minutia;
    const firstB = b[first.b] as Minutia;
    for (let l = k + 1; l < matched.length; l++) {
      const second = matched[l];
      if (second === undefined) continue;
      const secondA = a[second.a] as Minutia;
      if (Math.hypot(firstA.x - secondA.x, firstA.y - secondA.y) > NEIGHBOUR_DISTANCE) continue;
      agreement += compatibility(firstA, firstB, secondA, b[second.b] as Minutia);
    }
  }
  return agreement;
}
