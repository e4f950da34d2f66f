import { expect, test } from 'vitest';
import type { DeviceReport } from '../../domain/device-bench.ts';
import { type DeviceOnRecord, devicesFound, inOneOrder, scannersDiffer } from './devices-on-record.ts';

const REPORT = {
  found: [
    {
      ...{ kind: 'fingerprint-scanner', model: 'FS80H', serialNumber: 'F-17' },
      calibration: { dpi: 500, flipRows: true, flipColumns: false },
    },
    { kind: 'receipt-printer', model: 'TM-m30', serialNumber: null, calibration: null },
  ],
} as unknown as DeviceReport;

/** Keys in another order, as an encoding leaves them. */
function turned<T>(value: T): T {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(turned) as T;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, inner]) => [key, turned(inner)]),
  ) as T;
}

test('devices on record read the same in whatever order their keys come back', () => {
  const { devices } = devicesFound(REPORT);
  const back: readonly DeviceOnRecord[] = turned(devices);
  expect(JSON.stringify(back)).not.toBe(JSON.stringify(devices));
  expect(JSON.stringify(inOneOrder(back))).toBe(JSON.stringify(inOneOrder(devices)));
  expect(scannersDiffer(REPORT, back)).toBe(false);
});

test('a scanner that was set up anew is not the one on record', () => {
  const onRecord = devicesFound(REPORT).devices.map((each) =>
    each.calibration === null ? each : { ...each, calibration: { ...each.calibration, flipRows: false } },
  );
  expect(scannersDiffer(REPORT, onRecord)).toBe(true);
  expect(scannersDiffer(REPORT, null)).toBe(false);
});
