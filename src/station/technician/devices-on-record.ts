import type { Calibration, DeviceReport } from '../../domain/device-bench.ts';
import type { StationEvent } from '../events.ts';

type DevicesFound = Extract<StationEvent, { readonly type: 'devices-found' }>;
export type DeviceOnRecord = DevicesFound['devices'][number];

/** Each by its serial number, and a scanner with what was set for it. */
export function devicesFound({ found }: DeviceReport): DevicesFound {
  const devices = found.map(({ kind, model, serialNumber, calibration }) => ({
    device: kind,
    model,
    serialNumber,
    calibration,
  }));
  return { type: 'devices-found', devices };
}

/**
 * Whether a scanner's pictures come otherwise than the ledger says: another one is plugged in, or it was set up anew,
 * on the screen of a locked laptop or on its command line. Nothing is missing before the first checks.
 */
export function scannersDiffer(report: DeviceReport, onRecord: readonly DeviceOnRecord[] | null): boolean {
  if (onRecord === null) return false;
  const known = new Set(inOneOrder(onRecord).map((each) => JSON.stringify(each)));
  return inOneOrder(devicesFound(report).devices).some(
    (each) => each.calibration !== null && !known.has(JSON.stringify(each)),
  );
}

/** What comes back from the ledger has its keys in the order of their encoding. */
export function inOneOrder(devices: readonly DeviceOnRecord[]): readonly DeviceOnRecord[] {
  return devices.map(({ device, model, serialNumber, calibration }) => ({
    ...{ device, model, serialNumber },
    calibration: calibration === null ? null : calibrationOf(calibration),
  }));
}

function calibrationOf({ dpi, flipRows, flipColumns }: Calibration): Calibration {
  return { dpi, flipRows, flipColumns };
}
