import type { ReactNode } from 'react';
import type { DeskSnapshot } from '../../../station/api/snapshot.ts';

export interface StageProps {
  readonly snapshot: DeskSnapshot;
  /** The list of all stages, on the left. */
  readonly list: ReactNode;
}
