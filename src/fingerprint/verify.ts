import { compareTemplates } from './matching/compare.ts';
import type { Template } from './template.ts';

/**
 * Scores everywhere: `10 * k` means that about one in `10^k` strangers' comparisons reaches it, whatever the
 * sensor. The threshold is the election procedure's, never ours.
 */
export interface Verification {
  /** Fused over all enrolled impressions. */
  readonly score: number;
  /** One score per enrolled impression, in their order. */
  readonly impressionScores: readonly number[];
}

/** Compares one live impression with every enrolled impression of the same finger. */
export function verify(probe: Template, enrolled: readonly Template[]): Verification {
  const impressionScores = enrolled.map((template) => compareTemplates(probe, template));
  return { score: fuseImpressions(impressionScores), impressionScores };
}

/**
 * Several impressions of one finger: the best one decides, less the advantage of having had several tries
 * (Bonferroni: n tries reach a score n times as often as one). No impression scores 0.
 */
export function fuseImpressions(scores: readonly number[]): number {
  if (scores.length === 0) return 0;
  return Math.max(0, Math.max(...scores) - 10 * Math.log10(scores.length));
}

/**
 * Different fingers of one person, each a test of its own: Fisher's combined probability. The sum s of n scores
 * has the tail e^-t (1 + t + ... + t^(n-1)/(n-1)!) with t = s ln(10) / 10, which is brought back to the scale of
 * one finger, so that the same threshold keeps its meaning.
 */
export function fuseFingers(scores: readonly number[]): number {
  if (scores.length === 0) return 0;
  const t = (scores.reduce((sum, score) => sum + Math.max(0, score), 0) * Math.LN10) / 10;
  let term = 1;
  let tail = 1;
  for (let k = 1; k < scores.length; k++) {
    term *= t / k;
    tail += term;
  }
  return (10 / Math.LN10) * (t - Math.log(tail));
}
