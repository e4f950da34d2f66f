import type { Snapshot } from '../../station/api/snapshot.ts';
import { dayScreens } from './day-screens.ts';
import { issuingScreens, observerScreens } from './other-windows-screens.ts';
import { stepScreens } from './step-screens.ts';
import { stopScreens } from './stop-screens.ts';
import { laneScreens, spareScreens } from './table-screens.ts';

/** Every screen of every window, by name. */
export const SCREENS: Readonly<Record<string, Snapshot>> = {
  ...dayScreens(),
  ...stepScreens(),
  ...stopScreens(),
  ...laneScreens(),
  ...spareScreens(),
  ...observerScreens(),
  ...issuingScreens(),
};
