import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Custody } from './custody.ts';
import type { LaneFact } from './lane-facts.ts';
import { type Tenure, tenureOf } from './tenure.ts';

const homeOf = (voter: string): number => Number(voter.slice(1, 2));
const at = (lane: number, generation = 0): Tenure => tenureOf(lane, generation);

function custodyOf(facts: readonly LaneFact[]): Custody {
  const custody = new Custody(homeOf);
  for (const fact of facts) custody.add(fact);
  return custody;
}

const given = (voter: string, version: number, from: Tenure, to: Tenure): LaneFact => ({
  type: 'right-given',
  by: 'network',
  ...{ voter, version, from, to },
});
const takenOver = (from: Tenure, to: Tenure): LaneFact => ({
  type: 'taken-over',
  people: ['chair', 'member'],
  ...{ from, to },
});
const acknowledged = (ended: Tenure, by: Tenure): LaneFact => ({
  type: 'fence-acknowledged',
  log: [],
  ...{ ended, by },
});

describe('the right to identify a voter', () => {
  it('begins with the voter’s own lane and moves when the holder gives it', () => {
    expect(custodyOf([]).holding('v2').holder).toBe(at(2));
    const moved = custodyOf([given('v2', 1, at(2), at(1)), given('v2', 2, at(1), at(3))]);
    expect(moved.holding('v2')).toMatchObject({ holder: at(3), version: 2, path: [at(2), at(1), at(3)] });
    expect(moved.holding('v1').holder).toBe(at(1));
  });

  it('does not move by somebody who never held it', () => {
    expect(custodyOf([given('v2', 1, at(1), at(3))]).holding('v2').holder).toBe(at(2));
  });

  it('goes with everything else of a lane that is taken over, and stays when that lane returns', () => {
    const facts = [takenOver(at(2), at(3)), acknowledged(at(2), at(3))];
    const custody = custodyOf(facts);
    expect(custody.holding('v2')).toMatchObject({ holder: at(3), through: [{ from: at(2), to: at(3) }] });
    expect(custody.tenure(2)).toBe(at(2, 1));
    expect(custody.isAcknowledged({ from: at(2), to: at(3) })).toBe(true);
    // Back in its new tenure it can be given rights like any other lane.
    const again = custodyOf([...facts, given('v2', 1, at(3), at(2, 1))]);
    expect(again.holding('v2').holder).toBe(at(2, 1));
  });

  it('does not go with a take-over when it had been given away before', () => {
    const custody = custodyOf([given('v2', 1, at(2), at(1)), takenOver(at(2), at(3))]);
    expect(custody.holding('v2').holder).toBe(at(1));
  });

  it('follows the lane that took over where the old one gave it too', () => {
    const facts = [given('v2', 1, at(2), at(1)), given('v2', 1, at(3), at(4)), takenOver(at(2), at(3))];
    for (const order of [facts, facts.toReversed()])
      expect(custodyOf(order).holding('v2').holder).toBe(at(4));
  });

  it('is known to its holder though the moves before have not arrived', () => {
    expect(custodyOf([given('v2', 5, at(4), at(1))]).holding('v2')).toMatchObject({
      holder: at(1),
      version: 5,
    });
  });
});

describe('take-overs of people who can’t reach each other', () => {
  it('of one lane by two: the lower lane’s stands', () => {
    expect(custodyOf([takenOver(at(1), at(3)), takenOver(at(1), at(2))]).holding('v1').holder).toBe(at(2));
  });

  it('of each other: one is void, and exactly one lane goes on', () => {
    const custody = custodyOf([takenOver(at(1), at(2)), takenOver(at(2), at(1))]);
    expect(custody.endOf(at(1))).toBe(null);
    expect(custody.holding('v2').holder).toBe(at(1));
    expect(custody.holding('v1').holder).toBe(at(1));
  });

  it('in a circle that everybody acknowledged: the rights are stranded until two people decide', () => {
    const circle = [
      ...[takenOver(at(1), at(2)), takenOver(at(2), at(3)), takenOver(at(3), at(1))],
      ...[acknowledged(at(1), at(2)), acknowledged(at(2), at(3)), acknowledged(at(3), at(1))],
    ];
    const custody = custodyOf(circle);
    const stranded = [1, 2, 3].flatMap((lane) => custody.stranded(lane) ?? []);
    expect(stranded).toHaveLength(1);
    custody.add(takenOver(stranded[0] ?? at(1), at(2, 1)));
    for (const voter of ['v1', 'v2', 'v3']) expect(custody.holding(voter).holder).toBe(at(2, 1));
  });
});

describe('lanes that know the same facts', () => {
  const tenure = fc
    .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 2 }))
    .map(([lane, g]) => tenureOf(lane, g));
  const fact: fc.Arbitrary<LaneFact> = fc.oneof(
    fc
      .tuple(fc.constantFrom('v1', 'v2', 'v3'), fc.integer({ min: 1, max: 4 }), tenure, tenure)
      .map(([voter, version, from, to]) => given(voter, version, from, to)),
    fc.tuple(tenure, tenure).map(([from, to]) => takenOver(from, to)),
    fc.tuple(tenure, tenure).map(([ended, by]) => acknowledged(ended, by)),
  );

  it('agree on every holder, in whatever order the facts came and however often', () => {
    fc.assert(
      fc.property(fc.array(fact, { maxLength: 12 }), fc.infiniteStream(fc.nat()), (facts, numbers) => {
        const shuffled = facts
          .map((one) => ({ one, by: numbers.next().value as number }))
          .toSorted((a, b) => a.by - b.by)
          .map(({ one }) => one);
        const [here, there] = [custodyOf(facts), custodyOf([...shuffled, ...facts])];
        for (const voter of ['v1', 'v2', 'v3', 'v4'])
          expect(there.holding(voter).holder).toBe(here.holding(voter).holder);
      }),
      { seed: 7, numRuns: 2_000 },
    );
  });
});
