import { expect, test } from 'vitest';
import type { CollectorTotals } from '../collector-store.ts';
import { renderDashboard } from './dashboard-page.ts';

const NOW = 1_790_000_000_000;

function render(changes: Partial<CollectorTotals>): string {
  const totals: CollectorTotals = {
    ...{ events: 0, devices: [], counts: [], quarantinedRanges: 0, alarms: [], doubles: [] },
    ...changes,
  };
  return renderDashboard({
    ...{ totals, stations: [], mock: true, nowWallMs: NOW, language: 'en', all: false, canLeave: false },
  });
}

test('hours stand in the order of the day, whichever came first, with room for those that are to come', () => {
  const hours = ['10', '08', '19', '09'];
  const page = render({ counts: hours.map((value) => ({ property: 'hour', value, count: 50 })) });
  const [, label] = /aria-label="([^"]*)"/.exec(page) ?? [];
  expect(label).toBe('08: 50, 09: 50, 10: 50, 19: 50');
  expect(page).toContain('width="84"');
});

test('each record of a double is said to be a station’s, a laptop’s and a number of its log', () => {
  const place = { epoch: 1, isUndo: false, settles: 0, foundWallMs: NOW, token: new Uint8Array(16) };
  const page = render({
    doubles: [
      { ...place, station: '1001', device: '1001-1', seq: 7 },
      { ...place, station: '1002', device: '1002-1', seq: 9 },
    ],
  });
  expect(page).toContain('Station, laptop, number of the record in its log');
  expect(page).toContain('<b>1001</b> 1001-1 1/7');
});

test('a double that the station has settled stays to be seen, and doesn’t ask for anybody', () => {
  const place = { epoch: 1, isUndo: false, settles: 0, foundWallMs: NOW, token: new Uint8Array(16) };
  const page = render({
    doubles: [
      { ...place, station: '1001', device: '1001-1', seq: 7 },
      { ...place, station: '1001', device: '1001-2', seq: 9 },
      { ...place, station: '1001', device: '1001-2', seq: 12, settles: 2 },
    ],
  });
  expect(page).toContain('<li class="settled"><b>✓ settled at the station</b>');
  expect(page).toContain('1001-2 1/12 (settled at the station)');
  expect(page).toContain('<a href="#doubles" class="calm"><b>✓ 0</b>');
});
