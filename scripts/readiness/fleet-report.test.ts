import { expect, it } from 'vitest';
import { joinReports } from './fleet-report.ts';
import type { ReadinessReport, ReadinessResult } from './readiness-report.ts';

function report(
  model: string,
  device: string,
  changes: {
    readonly made?: string;
    readonly printer?: ReadinessResult;
    readonly figures?: Partial<ReadinessReport['figures']>;
    readonly seal?: string;
  } = {},
): ReadinessReport {
  return {
    version: 1,
    made: changes.made ?? '2027-01-10T10:00:00Z',
    ...{ model, device, station: 1, lane: 1, seal: changes.seal ?? null },
    checks: [
      { name: 'disk', result: 'passed', found: '' },
      { name: 'printer', result: changes.printer ?? 'passed', found: '' },
    ],
    figures: {
      ...{ freeDiskGb: 100, memoryGb: 8, batteryPercent: 90, batteryWearPercent: 5, batteryCycles: 10 },
      ...{ clockOffsetSeconds: 0, scannerScore: 80, scannerModel: 'a', printerModel: 'b' },
      ...changes.figures,
    },
  };
}

const collected = (reports: readonly ReadinessReport[]) =>
  reports.map((one, index) => ({ file: `${index}.json`, report: one }));

it('a fleet has one report a model, the one with most failures first, and names who is to be looked at', () => {
  const models = joinReports(
    collected([
      report('Steady 1', 'a'),
      report('Steady 1', 'b', { figures: { batteryWearPercent: 30, scannerScore: 60 } }),
      report('Steady 1', 'c', { figures: { batteryWearPercent: 10, scannerScore: null } }),
      report('Shaky 2', 'd', { printer: 'failed', seal: 'S-17' }),
      report('Shaky 2', 'e', { printer: 'warning', figures: { clockOffsetSeconds: -40 } }),
    ]),
  );
  expect(models.map(({ model }) => model)).toEqual(['Shaky 2', 'Steady 1']);
  expect(models[0]).toMatchObject({
    ...{ laptops: 2, ready: 0, notReady: 1, printersWithoutFault: 0, lookAt: ['S-17'] },
    failures: { printer: 1 },
    warnings: { printer: 1 },
    clockOffsetSeconds: { least: -40, median: -40, most: 0 },
  });
  expect(models[1]).toMatchObject({
    ...{ laptops: 3, ready: 3, notReady: 0, printersWithoutFault: 3, lookAt: [] },
    batteryWearPercent: { least: 5, median: 10, most: 30 },
    scannerScore: { least: 60, median: 60, most: 80 },
  });
});

it('a laptop that was mended and tested again counts once, as it is now', () => {
  const [model] = joinReports(
    collected([
      report('One', 'a', { made: '2027-01-11T10:00:00Z' }),
      report('One', 'a', { made: '2027-01-10T10:00:00Z', printer: 'failed' }),
    ]),
  );
  expect(model).toMatchObject({ laptops: 1, ready: 1, notReady: 0 });
});
