import { expect, test } from 'vitest';
import { type HerdSimulation, simulateHerd } from './herd-simulation.ts';
import { IntakeQueue } from './intake-queue.ts';

const DEVICES = 10_000;
/** As the herd of the benchmark: three ranges each, and with every seat taken eleven devices a second. */
const HERD: HerdSimulation = {
  seed: 1,
  devices: DEVICES,
  rangesPerDevice: 3,
  rangeMs: () => 1900,
  newQueue: (monotonicMs) => new IntakeQueue(monotonicMs),
};
const CHANGES_AT_MS = 120_000;

/** No more than this of an eighth of the seats, beside as many who wait. */
const FEW_SECONDS = 3;

test.each<[what: string, herd: Partial<HerdSimulation>, taken: number]>([
  ['of one speed', {}, 0.99],
  ['of another seed', { seed: 2 }, 0.99],
  ['a tenth as large', { devices: DEVICES / 10 }, 0.98],
  ['that comes little by little', { arrivesMs: (device) => device * 60 }, 0.99],
  ['that becomes twice as fast', { rangeMs: (now) => (now < CHANGES_AT_MS ? 1900 : 950) }, 0.98],
  // More seats become free then than knocks were given out for: one in ten stands empty until those turns are over.
  ['that becomes five times as fast', { rangeMs: (now) => (now < CHANGES_AT_MS ? 1900 : 380) }, 0.88],
  [
    'that becomes five times as slow',
    { devices: 4000, rangeMs: (now) => (now < CHANGES_AT_MS ? 1900 : 9500) },
    0.99,
  ],
  ['of small uploads', { rangesPerDevice: 1, rangeMs: () => 400 }, 0.92],
  ['of which some are very slow', { slowness: (device) => (device % 50 === 0 ? 20 : 1) }, 0.99],
  ['of which every fifth never comes back', { isGoneWhenTurnedAway: (device) => device % 5 === 0 }, 0.99],
  ['of which half never come back', { isGoneWhenTurnedAway: (device) => device % 2 === 0 }, 0.98],
  ['of which every tenth takes a seat and is gone', { neverSends: (device) => device % 10 === 0 }, 0.98],
])(
  'a herd %s: seats don\u2019t stand empty while somebody waits, nor does everybody knock at once',
  (_what, herd, taken) => {
    const options = { ...HERD, ...herd };
    const found = simulateHerd(options);
    const comes = Array.from({ length: options.devices }, (_, device) => device).filter(
      (device) => options.neverSends?.(device) !== true,
    );
    // Those who were turned away for good were some of those who never come back.
    expect(found.sent).toBeLessThanOrEqual(comes.length);
    if (options.isGoneWhenTurnedAway === undefined) expect(found.sent).toBe(comes.length);
    expect(found.taken).toBeGreaterThan(taken);
    expect(found.longestEmptySeconds).toBeLessThan(FEW_SECONDS);
    expect(found.mostKnocksInOneSecond).toBeLessThan(500);
  },
);

test('the last of a herd are in as soon as they could be', () => {
  const found = simulateHerd(HERD);
  // What is not work is the way of each request: four times thirty milliseconds of a device.
  expect(found.seconds / found.leastSeconds).toBeLessThan(1.04);
  // Once all who wait could sit, they wait for seats alone: three ranges, each up to half as long again.
  expect(found.tailSeconds).toBeLessThan(3 * 1.9 * 1.5);
  expect(found.mostKnocksInOneSecond).toBeLessThan(150);
});
