import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AGE_GROUPS, ageGroupOf, ageOn, dayOfAge, fullName } from './voter.ts';

describe('age', () => {
  test.each([
    ['2009-01-24', '2027-01-24', 18],
    ['2009-01-25', '2027-01-24', 17],
    ['2009-01-23', '2027-01-24', 18],
    ['2008-02-29', '2026-02-28', 17],
    ['2008-02-29', '2026-03-01', 18],
    ['1927-01-24', '2027-01-24', 100],
  ])('born %s, on %s: %i', (born, day, age) => {
    expect(ageOn(born, day)).toBe(age);
  });

  test.each([
    ['2009-01-25', '2027-01-25'],
    ['2008-02-29', '2026-03-01'],
    ['2006-02-29', '2024-02-29'],
  ])('born %s, eighteen on %s', (born, day) => {
    expect(dayOfAge(born, 18)).toBe(day);
  });

  test('the day on which somebody comes of age is the first on which they are old enough', () => {
    const date = fc
      .date({ min: new Date('1900-01-01'), max: new Date('2030-12-31'), noInvalidDate: true })
      .map((day) => day.toISOString().slice(0, 10));
    fc.assert(
      fc.property(date, fc.integer({ min: 16, max: 25 }), (born, years) => {
        const day = dayOfAge(born, years);
        const before = new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
        expect(ageOn(born, day)).toBe(years);
        expect(ageOn(born, before)).toBe(years - 1);
      }),
      { seed: 5 },
    );
  });

  test('every age of a voter falls into one group, and the groups are in order', () => {
    const groups = Array.from({ length: 103 }, (_, index) => AGE_GROUPS.indexOf(ageGroupOf(index + 18)));
    expect(groups).not.toContain(-1);
    expect(groups).toEqual(groups.toSorted((a, b) => a - b));
    expect([18, 25, 26, 35, 36, 45, 46, 60, 61].map(ageGroupOf)).toEqual([
      '18-25',
      '18-25',
      '26-35',
      '26-35',
      '36-45',
      '36-45',
      '46-60',
      '46-60',
      '61+',
    ]);
  });
});

test('a name is written without the parts that somebody doesn’t have', () => {
  expect(fullName({ surname: null, given: 'Бермет', patronymic: 'Төлөгөн кызы' })).toBe(
    'Бермет Төлөгөн кызы',
  );
  expect(fullName({ surname: 'Петренко', given: 'Ольга', patronymic: null })).toBe('Петренко Ольга');
});
