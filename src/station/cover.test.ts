import { expect, test } from 'vitest';
import { coveredStep, withCover } from './cover.ts';
import type { StationEvent } from './events.ts';

const identified: StationEvent = {
  type: 'identified',
  handover: 'h',
  voter: 'v',
  counted: { method: 'fingerprint', exception: null, sex: 'female', ageGroup: '26-35', hour: 9 },
  note: '',
  people: [],
};
const STEP = 16;
const other: StationEvent = { type: 'released', handover: 'h' };
const kinds = (events: readonly StationEvent[]): string => events.map(({ type }) => type[0]).join('');

test('an identification always stands after a whole number of steps, however many events it took', () => {
  for (let others = 0; others <= 40; others += 1) {
    const covered = withCover([other, identified], others, STEP);
    const before = others + covered.length - 1;
    expect(before % STEP, String(others)).toBe(0);
    expect(before).toBeGreaterThan(0);
    expect(before - others - 1).toBeLessThan(STEP);
  }
});

test('nothing else is covered, and nothing is moved or left out', () => {
  expect(withCover([other, other], 3, STEP)).toEqual([other, other]);
  const covered = withCover([identified, other, identified], STEP, STEP);
  expect(covered.filter(({ type }) => type !== 'cover')).toEqual([identified, other, identified]);
  expect(kinds(covered)).toBe(`ir${'c'.repeat(STEP - 1)}i`);
});

test('the step is the longest visit of this procedure: more attempts and more receipts make it longer', () => {
  const step = (attemptsPerFinger: number, receipts: number): number =>
    coveredStep({
      fingerprint: { attemptsPerFinger, acceptScore: 40, minimumQuality: 40 },
      receipts: Array.from({ length: receipts }, (_, i) => ({
        id: `ballot-${i}`,
        title: { ky: 'б', ru: 'б', en: 'b' },
      })),
    });
  expect([step(3, 1), step(3, 2), step(1, 1), step(10, 1)]).toEqual([16, 18, 10, 37]);
});
