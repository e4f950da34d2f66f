import type { LanesView } from '../../../station/api/lanes-view.ts';

/** With every other table heard, it is the stick in this laptop that can't be read. */
export function whyNotOwning(
  standing: Exclude<LanesView['standing'], 'owning'>,
  missing: readonly number[],
): 'unproven' | 'no-stick' | 'older-copy' {
  return standing === 'unproven' && missing.length === 0 ? 'no-stick' : standing;
}
