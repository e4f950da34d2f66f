import type { Template } from '../template.ts';
import { prepareTemplate } from './prepared-template.ts';
import { scoreSimilarity } from './score.ts';
import { measureSimilarity } from './similarity.ts';

/**
 * Score of two impressions: `10 * k` is reached by about one in `10^k` pairs of different fingers (see
 * `score.ts`). Symmetric, deterministic, and dense: also hopeless pairs keep an order.
 */
export function compareTemplates(a: Template, b: Template): number {
  const [first, second] = inOrder(a, b);
  return scoreSimilarity(measureSimilarity(prepareTemplate(first), prepareTemplate(second)));
}

/** The same two templates always meet in the same order, so that rounding can't tell (a, b) from (b, a). */
function inOrder(a: Template, b: Template): readonly [Template, Template] {
  if (a.minutiae.length !== b.minutiae.length) return a.minutiae.length < b.minutiae.length ? [a, b] : [b, a];
  for (const [i, one] of a.minutiae.entries()) {
    const other = b.minutiae[i];
    if (other === undefined) break;
    const difference =
      one.x - other.x || one.y - other.y || one.angle - other.angle || one.quality - other.quality;
    if (difference !== 0) return difference < 0 ? [a, b] : [b, a];
  }
  return [a, b];
}
