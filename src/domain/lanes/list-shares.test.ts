import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { laneOfListNumber, laneOfVisitor, shareOutList } from './list-shares.ts';

const voter = fc.record({
  listNumber: fc.integer({ min: 1, max: 400 }),
  house: fc.integer({ min: 1, max: 60 }),
});

describe('sharing the list out', () => {
  it('gives each lane a run of numbers, and neighbours of one address the same lane', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(voter, { selector: ({ listNumber }) => listNumber, maxLength: 120 }),
        fc.integer({ min: 1, max: 5 }),
        (drawn, count) => {
          const lanes = Array.from({ length: count }, (_, index) => index + 1);
          // Houses stand in the order of the list.
          const houses = drawn.map(({ house }) => house).toSorted((a, b) => a - b);
          const voters = drawn
            .toSorted((a, b) => a.listNumber - b.listNumber)
            .map(({ listNumber }, index) => ({ listNumber, address: `house ${houses[index]}` }));
          const shares = shareOutList(voters, lanes);
          const laneOf = (listNumber: number): number => laneOfListNumber(shares, lanes, listNumber);
          for (const [index, one] of voters.entries()) {
            const next = voters[index + 1];
            if (next?.address === one.address) expect(laneOf(next.listNumber)).toBe(laneOf(one.listNumber));
            if (next !== undefined)
              expect(laneOf(next.listNumber)).toBeGreaterThanOrEqual(laneOf(one.listNumber));
          }
        },
      ),
      { seed: 3, numRuns: 500 },
    );
  });

  it('shares evenly where everybody lives alone', () => {
    const voters = Array.from({ length: 100 }, (_, index) => ({
      listNumber: index + 1,
      address: `${index}`,
    }));
    expect(shareOutList(voters, [1, 2])).toEqual([
      { lane: 1, first: 1, last: 50 },
      { lane: 2, first: 51, last: 100 },
    ]);
  });
});

describe('a visitor', () => {
  it('belongs to one lane by the token alone, and visitors to all lanes alike', () => {
    const lanes = [1, 2, 4];
    const counts = new Map<number, number>();
    for (let person = 0; person < 3000; person += 1) {
      const token = Math.imul(person, 0x9e37_79b1) >>> 0;
      const lane = laneOfVisitor(lanes, token.toString(16).padStart(8, '0').padEnd(32, '0'));
      counts.set(lane, (counts.get(lane) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual(lanes);
    for (const count of counts.values()) expect(count).toBeGreaterThan(900);
    expect(laneOfVisitor([3], 'ffffffff')).toBe(3);
    expect(laneOfVisitor([], '00')).toBe(1);
  });
});
