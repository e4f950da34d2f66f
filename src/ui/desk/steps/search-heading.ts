import type { DeskStep } from '../../../station/api/snapshot.ts';

type Results = Pick<Extract<DeskStep, { kind: 'search-results' }>, 'total' | 'hits'>;

/** Nobody is asked to choose where there is nobody to be chosen: so many fit that none is shown, or none fits. */
export function searchHeading({
  total,
  hits,
}: Results): 'search.heading' | 'search.too-many' | 'search.none' {
  if (hits.length > 0) return 'search.heading';
  return total > 0 ? 'search.too-many' : 'search.none';
}
