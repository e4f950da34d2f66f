import { expect, test } from 'vitest';
import { COVERED_STEP, withCover } from './cover.ts';
import type { StationEvent } from './events.ts';

const identified: StationEvent = {
  type: 'identified',
  handover: 'h',
  voter: 'v',
  counted: { method: 'fingerprint', exception: null, sex: 'female', ageGroup: '26-35', hour: 9 },
  note: '',
  people: [],
};
const other: StationEvent = { type: 'released', handover: 'h' };
const kinds = (events: readonly StationEvent[]): string => events.map(({ type }) => type[0]).join('');

test('an identification always stands after a whole number of steps, however many events it took', () => {
  for (let others = 0; others <= 40; others += 1) {
    const covered = withCover([other, identified], others);
    const before = others + covered.length - 1;
    expect(before % COVERED_STEP, String(others)).toBe(0);
    expect(before).toBeGreaterThan(0);
    expect(before - others - 1).toBeLessThan(COVERED_STEP);
  }
});

test('nothing else is covered, and nothing is moved or left out', () => {
  expect(withCover([other, other], 3)).toEqual([other, other]);
  const covered = withCover([identified, other, identified], COVERED_STEP);
  expect(covered.filter(({ type }) => type !== 'cover')).toEqual([identified, other, identified]);
  expect(kinds(covered)).toBe(`ir${'c'.repeat(COVERED_STEP - 1)}i`);
});
