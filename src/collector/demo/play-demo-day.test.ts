import { expect, test } from 'vitest';
import { TestCentre } from '../test-centre.ts';
import { tabulateTurnout } from '../turnout-tables.ts';
import { playDemoDay } from './play-demo-day.ts';

test('a demonstration fills the collector with a day: every hour, nothing aside, nothing refused', async () => {
  const centre = new TestCentre();
  try {
    const url = await centre.app.listen({ host: '127.0.0.1', port: 0 });
    const { signal } = new AbortController();
    // Twelve hours in some hundred and fifty steps of a millisecond.
    await playDemoDay({ url, stations: 14, speed: 300_000, seed: 3, signal, stepMs: 1 });
    const totals = await centre.totals();
    const turnout = tabulateTurnout(totals);
    expect(Object.keys(turnout.byHour.cells)).toHaveLength(12);
    expect(turnout.identified).toBeGreaterThan(5000);
    expect(turnout.undone).toBeGreaterThan(0);
    expect(totals.devices).toHaveLength(42);
    expect(totals).toMatchObject({ quarantinedRanges: 0, alarms: [] });
  } finally {
    await centre.dispose();
  }
});
