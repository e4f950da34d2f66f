import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AGE_GROUPS } from '../voter.ts';
import { LEAST_CELL } from './merge-small-cells.ts';
import { type PublishedTables, publishTables } from './publish-tables.ts';

type Day = Parameters<typeof publishTables>[0];

function day(
  female: number,
  male: number,
  ages: readonly number[] = [],
  reasons: Record<string, number> = {},
): Day {
  const byAgeGroup = Object.fromEntries(AGE_GROUPS.map((group, i) => [group, ages[i] ?? 0]));
  return {
    turnout: { bySex: { female, male }, byAgeGroup } as Day['turnout'],
    exceptions: { byReason: reasons },
  };
}

describe('the tables of one public report after another', () => {
  it('move on when enough people of each kind came in between, and stand still with their time until then', () => {
    const nine = publishTables(day(40, 50), null, '09:00');
    const ten = publishTables(day(44, 80), nine, '10:00');
    expect(ten.sex).toEqual(nine.sex);
    const eleven = publishTables(day(51, 90), ten, '11:00');
    expect(eleven.sex).toMatchObject({ asOf: '11:00', cells: [{ count: 51 }, { count: 90 }] });
  });

  it('never part what would show a small group by subtraction', () => {
    const nine = publishTables(day(30, 9), null, '09:00');
    expect(nine.sex.cells).toEqual([{ first: 'female', last: 'male', count: 39 }]);
    // Parted now; of the time before only the two together are known.
    expect(publishTables(day(45, 20), nine, '10:00').sex.cells).toHaveLength(2);
    expect(publishTables(day(31, 10), nine, '10:00').sex).toEqual(nine.sex);
  });

  it('tell a reason of the commission apart only when ten more came, and never one that came alone', () => {
    const nine = publishTables(day(500, 500, [], { 'no-match': 12, 'no-fingers': 11 }), null, '09:00');
    const one = publishTables(day(600, 600, [], { 'no-match': 12, 'no-fingers': 12 }), nine, '10:00');
    expect(one.reasons).toEqual(nine.reasons);
    const more = publishTables(day(700, 700, [], { 'no-match': 25, 'no-fingers': 22 }), one, '11:00');
    expect(more.reasons.asOf).toBe('11:00');
  });

  it('give no cell under ten to whoever subtracts any two of them, whatever the day', () => {
    const hour = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(fc.array(hour, { minLength: 2, maxLength: 12 }), (hours) => {
        const ages = [0, 0, 0, 0, 0];
        let last: PublishedTables | null = null;
        const seen: PublishedTables[] = [];
        hours.forEach((came, h) => {
          came.forEach((count, i) => {
            ages[i] = (ages[i] ?? 0) + count;
          });
          last = publishTables(day(0, 0, ages), last, `${h + 8}:00`);
          seen.push(last);
        });
        for (const [i, later] of seen.entries())
          for (const earlier of seen.slice(0, i)) expectNoSmallDifference(earlier, later);
      }),
      { numRuns: 300, seed: 7 },
    );
  });
});

/** Every span that is a union of cells in both tables: what subtraction can give. */
function expectNoSmallDifference(earlier: PublishedTables, later: PublishedTables): void {
  const sums = (table: PublishedTables): Map<string, number> => {
    const all = new Map<string, number>();
    const { cells } = table.age;
    for (let from = 0; from < cells.length; from += 1) {
      let sum = 0;
      for (let to = from; to < cells.length; to += 1) {
        sum += cells[to]?.count ?? 0;
        all.set(`${cells[from]?.first}..${cells[to]?.last}`, sum);
      }
    }
    return all;
  };
  const [before, after] = [sums(earlier), sums(later)];
  for (const [span, count] of after) {
    const old = before.get(span);
    // The sum of everybody is no secret: the turnout stands on every report.
    if (old === undefined || span === '18-25..61+') continue;
    const difference = count - old;
    expect(difference === 0 || difference >= LEAST_CELL, `${span}: ${difference}`).toBe(true);
  }
}
