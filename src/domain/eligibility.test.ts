import { describe, expect, test } from 'vitest';
import { mockProcedure } from '../../fixtures/election/mock-procedure.ts';
import { assessEligibility, daysBetween, type EligibilityQuestion } from './eligibility.ts';
import type { Procedure } from './procedure.ts';
import type { Voter, VoterDocument } from './voter.ts';

const DAY = '2027-01-24';
const PROCEDURE = mockProcedure({ electionDate: DAY, seed: 1 });
const CARD: VoterDocument = { kind: 'id-card', number: 'ID1234567', expires: '2030-01-01', current: true };
const VOTER: Voter = {
  id: 'v1',
  listNumber: 1,
  personalNumber: '10101198012345',
  name: { surname: null, given: 'Айгүл', patronymic: null },
  birthDate: '1980-01-01',
  sex: 'female',
  address: '',
  stationNumber: 7,
  districtNumber: 1,
  standing: 'active',
  ballotStyles: ['president'],
  documents: [CARD],
  hasFingerprints: true,
  changes: [],
};

function assess(
  voter: Partial<Voter>,
  question: Partial<EligibilityQuestion> = {},
  procedure: Partial<Procedure> = {},
) {
  return assessEligibility(
    {
      voter: { ...VOTER, ...voter },
      document: CARD,
      alreadyIdentified: false,
      ownStation: 7,
      ownDistrict: 1,
      day: DAY,
      ...question,
    },
    { ...PROCEDURE, ...procedure },
  );
}

describe('who may go on to the finger', () => {
  test('a voter of this station with a valid document, or found without one', () => {
    expect(assess({})).toBe('eligible');
    expect(assess({}, { document: null })).toBe('eligible');
  });

  test.each([
    ['who was identified before', {}, { alreadyIdentified: true }, 'already-identified'],
    ['who was struck off', { standing: 'struck-off' }, {}, 'struck-off'],
    ['who voted at home', { standing: 'voted-at-home' }, {}, 'voted-at-home'],
    ['who is eighteen tomorrow', { birthDate: '2009-01-25' }, {}, 'under-age'],
    ['who is eighteen today', { birthDate: '2009-01-24' }, {}, 'eligible'],
    ['of another station of the district', { stationNumber: 8 }, {}, 'wrong-station-own-district'],
    ['of another district', { stationNumber: 8, districtNumber: 2 }, {}, 'wrong-station'],
    [
      'who moved within the district',
      { standing: 'moved', stationNumber: 8 },
      {},
      'wrong-station-own-district',
    ],
    ['without a ballot here', { ballotStyles: [] }, {}, 'no-ballot-style'],
    ['whose ballots are of no paper here', { ballotStyles: ['senate'] }, {}, 'no-ballot-style'],
    ['with a replaced document', {}, { document: { ...CARD, current: false } }, 'document-replaced'],
    [
      'whose document ended yesterday',
      {},
      { document: { ...CARD, expires: '2027-01-23' } },
      'document-expired',
    ],
    ['whose document ends today', {}, { document: { ...CARD, expires: DAY } }, 'eligible'],
  ] as const)('a voter %s', (_, voter, question, outcome) => {
    expect(assess(voter, question)).toBe(outcome);
  });

  test('by the rules of any precinct, a voter of another district is served, one of the own district is not', () => {
    expect(assess({ stationNumber: 8, districtNumber: 2 }, {}, { anyPrecinct: true })).toBe('eligible');
    expect(assess({ stationNumber: 8 }, {}, { anyPrecinct: true })).toBe('wrong-station-own-district');
  });

  test('a document that is not accepted in this election, or is within its days of grace', () => {
    const documents = { accepted: ['passport' as const], expiredAcceptedDays: 0 };
    expect(assess({}, {}, { documents })).toBe('document-not-accepted');
    const grace = { accepted: ['id-card' as const], expiredAcceptedDays: 30 };
    const ended = (expires: string) => ({ document: { ...CARD, expires } });
    expect(assess({}, ended('2026-12-25'), { documents: grace })).toBe('eligible');
    expect(assess({}, ended('2026-12-24'), { documents: grace })).toBe('document-expired');
  });

  test('what sends somebody elsewhere, or has happened, is said before what is wrong with a document', () => {
    const bad = { document: { ...CARD, current: false } };
    expect(assess({ stationNumber: 8 }, bad)).toBe('wrong-station-own-district');
    expect(assess({}, { ...bad, alreadyIdentified: true })).toBe('already-identified');
  });
});

test('days between two dates, over a leap day and backwards', () => {
  expect(daysBetween('2028-02-28', '2028-03-01')).toBe(2);
  expect(daysBetween('2027-02-28', '2027-03-01')).toBe(1);
  expect(daysBetween('2027-01-24', '2027-01-23')).toBe(-1);
});
