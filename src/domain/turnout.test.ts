import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IDENTIFICATION_METHODS } from './outcome.ts';
import { tallyTurnout, turnoutAddsUp } from './turnout.ts';
import { AGE_GROUPS } from './voter.ts';

const identification = fc.record({
  hour: fc.integer({ min: 0, max: 23 }),
  sex: fc.constantFrom('female' as const, 'male' as const),
  ageGroup: fc.constantFrom(...AGE_GROUPS),
  lane: fc.integer({ min: 1, max: 10 }),
  method: fc.constantFrom(...IDENTIFICATION_METHODS),
});

test('each table counts each identification once, in whatever order they come', () => {
  fc.assert(
    fc.property(fc.array(identification), (all) => {
      const turnout = tallyTurnout(all);
      expect(turnout.identified).toBe(all.length);
      expect(turnoutAddsUp(turnout)).toBe(true);
      expect(tallyTurnout(all.toReversed())).toEqual(turnout);
      expect(turnout.bySex.female ?? 0).toBe(all.filter(({ sex }) => sex === 'female').length);
    }),
    { seed: 2 },
  );
});

test('a table that disagrees is found out', () => {
  const one = { hour: 8, sex: 'male', ageGroup: '18-25', lane: 1, method: 'fingerprint' } as const;
  const turnout = tallyTurnout([one, { ...one, hour: 9 }]);
  expect(turnout.byHour).toEqual({ '08': 1, '09': 1 });
  expect(turnoutAddsUp({ ...turnout, byHour: { '08': 1 } })).toBe(false);
  expect(turnoutAddsUp({ ...turnout, identified: 3 })).toBe(false);
});
