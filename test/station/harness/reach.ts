import type { Timer } from '../../../src/domain/timer.ts';
import type { StationDependencies } from '../../../src/station/station-dependencies.ts';
import { centreRecords } from '../../../src/station/visitors/centre-records.ts';
import { startUpload } from '../../../src/sync/upload/start-upload.ts';
import type { LaneSetup } from './lane-setup.ts';

/** The centre, the other lanes, and whoever carries a stick: what there is of them in this setup. */
export function reachOf(
  { collectorUrl, fetch, carrier, startLanes }: LaneSetup,
  timer: Timer,
): Pick<StationDependencies, 'startCentre' | 'startUpload' | 'startLanes' | 'carrier'> {
  const through = fetch === undefined ? {} : { fetch };
  return {
    startCentre: (ledger) =>
      collectorUrl === undefined ? null : centreRecords({ ledger, timer, collectorUrl, ...through }),
    startUpload: (ledger) =>
      collectorUrl === undefined
        ? null
        : startUpload({ ledger, timer, collectorUrl, random: () => 0.5, ...through }),
    ...(startLanes === undefined ? {} : { startLanes }),
    ...(carrier === undefined ? {} : { carrier }),
  };
}
