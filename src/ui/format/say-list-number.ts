import type { Say } from '../words/words.ts';
import { formatCount } from './format.ts';

/** A voter of another station has no number in this list. */
export function sayListNumber(listNumber: number, say: Say): string {
  return listNumber === 0
    ? say('voter.visitor-number')
    : say('voter.list-number', { number: formatCount(listNumber) });
}
