import type { WindowKind } from '../../domain/window-kind.ts';

/** Which window this page is: `/desk`, `/observer` or `/issuing`; anything else is the desk. */
export function windowKindOf(path: string): WindowKind {
  const last = path.split('/').filter(Boolean).at(-1);
  return last === 'observer' || last === 'issuing' ? last : 'desk';
}
