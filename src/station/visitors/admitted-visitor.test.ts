import { expect, test } from 'vitest';
import { personText, type VisitorPerson } from './admitted-visitor.ts';

test('a visitor is written the same way whatever order the keys come back in', () => {
  const person: VisitorPerson = {
    ...{ name: { surname: 'Үлгү', given: 'Айсулуу', patronymic: null }, birthDate: '1987-03-12' },
    ...{ sex: 'female', address: 'Манас 4', stationNumber: 9931, districtNumber: 4 },
    ...{ ballotStyles: ['president'], hasFingerprints: true },
  };
  const { surname, given, patronymic } = person.name;
  const turned = Object.fromEntries(
    Object.entries({ ...person, name: { patronymic, given, surname } }).toReversed(),
  ) as unknown as VisitorPerson;
  expect(personText(turned)).toBe(personText(person));
  expect(JSON.parse(personText(person))).toEqual(person);
});
