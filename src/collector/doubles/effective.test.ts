import { expect, test } from 'vitest';
import { effectiveIdentifications, type StationAct, unsettledIdentifications } from './effective.ts';

const made = (station: string): StationAct => ({ station, isUndo: false, settles: 0 });
const undone = (station: string): StationAct => ({ station, isUndo: true, settles: 0 });
const settled = (station: string, records: number): StationAct => ({
  ...{ station, isUndo: false, settles: records },
});

test.each<[string, readonly StationAct[], number, number]>([
  ['two at one station', [made('a'), made('a')], 2, 2],
  ['two, and two people looked into both', [made('a'), made('a'), settled('a', 2)], 2, 1],
  ['the same, said at two tables in a cut', [settled('a', 2), made('a'), settled('a', 2), made('a')], 2, 1],
  ['the same, and then a third', [made('a'), made('a'), settled('a', 2), made('a')], 3, 2],
  [
    'three, all of them looked into',
    [made('a'), made('a'), made('a'), settled('a', 2), settled('a', 3)],
    3,
    1,
  ],
  ['settled, then one undone', [made('a'), made('a'), settled('a', 2), undone('a')], 1, 1],
  ['one undone, two left and settled', [made('a'), undone('a'), made('a'), made('a'), settled('a', 3)], 2, 1],
  [
    'settled, all but one undone, and identified again',
    [made('a'), made('a'), made('a'), settled('a', 3), undone('a'), undone('a'), made('a')],
    2,
    2,
  ],
  [
    'another station’s record is not for this one to settle',
    [made('a'), made('a'), settled('a', 2), made('b')],
    3,
    2,
  ],
  ['nor can it settle that station’s', [made('a'), made('b'), settled('a', 2)], 2, 2],
  ['a word about nothing', [settled('a', 2)], 0, 0],
])('%s', (_name, acts, effective, unsettled) => {
  for (const order of [acts, acts.toReversed()]) {
    expect(effectiveIdentifications(order)).toBe(effective);
    expect(unsettledIdentifications(order)).toBe(unsettled);
  }
});
