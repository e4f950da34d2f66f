import { expect, test } from 'vitest';
import { identifiedNumbers } from './identified-numbers.ts';

const register = { byId: () => null };
const own = (lastReceipt: string | null) => ({
  identifiedVoters: () => ({ voterIds: [], lastReceipt }),
});
const elsewhere = {
  voterIds: [],
  lanes: [
    { lane: 1, lastReceipt: '1-0412' },
    { lane: 2, lastReceipt: '2-0007' },
  ],
};

test('every table stands in the grid once; a spare that printed nothing yet says where the laptop before it ended', () => {
  const lanesOf = (last: string | null) => identifiedNumbers(own(last), register, 1, elsewhere).lanes;
  expect(lanesOf(null)).toEqual(elsewhere.lanes);
  expect(lanesOf('1-10003')).toEqual([{ lane: 1, lastReceipt: '1-10003' }, elsewhere.lanes[1]]);
  expect(identifiedNumbers(own(null), register, 1).lanes).toEqual([{ lane: 1, lastReceipt: null }]);
});
