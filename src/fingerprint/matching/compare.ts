import type { Template } from '../template.ts';
import { matchLocally } from './local-pairs.ts';
import { prepareTemplate } from './prepared-template.ts';

/** Similarity of two impressions: 0 and up, 10 k is about FMR 10^-k. Symmetric and deterministic. */
export function compareTemplates(a: Template, b: Template): number {
  const [first, second] = inOrder(a, b);
  return 100 * matchLocally(prepareTemplate(first), prepareTemplate(second)).score;
}

/** The same two templates always meet in the same order, so that rounding can't tell (a, b) from (b, a). */
function inOrder(a: Template, b: Template): [Template, Template] {
  if (a.minutiae.length !== b.minutiae.length) return a.minutiae.length < b.minutiae.length ? [a, b] : [b, a];
  for (let i = 0; i < a.minutiae.length; i++) {
    const one = a.minutiae[i];
    const other = b.minutiae[i];
    if (one === undefined || other === undefined) break;
    const difference = one.x - other.x || one.y - other.y || one.angle - other.angle;
    if (difference !== 0) return difference < 0 ? [a, b] : [b, a];
  }
  return [a, b];
}
