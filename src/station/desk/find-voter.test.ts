import { expect, test } from 'vitest';
import { identificationDay } from './find-voter.ts';

test.each([
  ['nobody confirmed a day', null, '2027-01-24'],
  ['the election day', '2027-01-24', '2027-01-24'],
  ['home voting on the day before', '2027-01-23', '2027-01-23'],
  ['a laptop in 1970', '1970-01-01', '2027-01-24'],
  ['a laptop far ahead', '2090-06-01', '2027-01-24'],
  ['a laptop one day ahead', '2027-01-25', '2027-01-24'],
])('documents are judged by the election, not by a laptop: %s', (_, confirmed, day) => {
  expect(identificationDay(confirmed, '2027-01-24')).toBe(day);
});
