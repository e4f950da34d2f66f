import { expect, test } from 'vitest';
import type { CollectorTotals, DeviceTotals } from '../collector-store.ts';
import { LATE_MS, listStations, SILENT_MS } from './station-states.ts';

const NOW = 1_790_000_000_000;

function lane(station: string, changes: Partial<DeviceTotals> = {}): DeviceTotals {
  return {
    ...{ device: `${station}-1`, station, events: 100, identified: 100, undone: 0, byCommission: 1 },
    ...{ incidents: 0, heardWallMs: NOW },
    ...changes,
  };
}

function totals(devices: DeviceTotals[], changes: Partial<CollectorTotals> = {}): CollectorTotals {
  const identified = devices.reduce((sum, device) => sum + device.identified, 0);
  return {
    events: 0,
    devices,
    quarantinedRanges: 0,
    doubles: [],
    alarms: [],
    counts: [
      { property: 'kind', value: 'identification', count: identified },
      { property: 'method', value: 'commission', count: Math.round(identified / 100) },
    ],
    ...changes,
  };
}

test('the stations to look at come first: inconsistent, never heard, silent, late, then too many decisions', () => {
  const rows = listStations(
    totals(
      [
        lane('0101'),
        lane('0102', { byCommission: 20 }),
        lane('0103', { heardWallMs: NOW - LATE_MS - 1 }),
        lane('0104', { heardWallMs: NOW - SILENT_MS - 1 }),
        lane('0105', { heardWallMs: null, identified: 0 }),
        lane('0106'),
      ],
      { alarms: [{ device: '0106-1', code: 'forked', epoch: 1, seq: 1, times: 1 }] },
    ),
    NOW,
  );
  expect(rows.map(({ station, state }) => `${station} ${state}`)).toEqual([
    '0106 inconsistent',
    '0105 never',
    '0104 silent',
    '0103 late',
    '0102 heard',
    '0101 heard',
  ]);
  expect(rows.map(({ overridesOutOfBand }) => overridesOutOfBand)).toEqual([
    ...[false, false, false, false, true, false],
  ]);
});

test('a station is as late as its latest lane, and no rate is made of a few', () => {
  const rows = listStations(
    totals([
      lane('0101', { identified: 20, byCommission: 10 }),
      lane('0101', {
        device: '0101-2',
        identified: 25,
        undone: 1,
        heardWallMs: NOW - LATE_MS - 1,
        byCommission: 0,
      }),
    ]),
    NOW,
  );
  expect(rows).toEqual([
    expect.objectContaining({ state: 'late', lanes: 2, identified: 44, overrideRate: null }),
  ]);
});
