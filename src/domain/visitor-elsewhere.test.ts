import { describe, expect, test } from 'vitest';
import { mockProcedure } from '../../fixtures/election/mock-procedure.ts';
import { assessVisitorElsewhere, type VisitorQuestion } from './eligibility.ts';

const ANYWHERE = mockProcedure({
  electionDate: '2027-01-24',
  twoReceipts: false,
  anyPrecinct: true,
  seed: 1,
});
const AT_HOME = { ...ANYWHERE, anyPrecinct: false };
const VISITOR: VisitorQuestion = {
  standing: 'active',
  ballotStyles: ['president'],
  birthDate: '1990-01-01',
  districtNumber: 2,
  ownDistrict: 1,
};

describe('a voter of another station', () => {
  test('is identified here from outside the district only, where the procedure says so', () => {
    expect(assessVisitorElsewhere(VISITOR, ANYWHERE)).toBe('may-be-identified');
    expect(assessVisitorElsewhere(VISITOR, AT_HOME)).toBe('wrong-station');
    const neighbour = { ...VISITOR, districtNumber: 1 };
    expect(assessVisitorElsewhere(neighbour, ANYWHERE)).toBe('wrong-station-own-district');
    expect(assessVisitorElsewhere(neighbour, AT_HOME)).toBe('wrong-station-own-district');
  });

  test('has no ballot with a foreign address, and is told what stands in the way before where to go', () => {
    expect(assessVisitorElsewhere({ ...VISITOR, ballotStyles: [] }, ANYWHERE)).toBe('no-ballot-style');
    const struck = { ...VISITOR, districtNumber: 1, standing: 'struck-off' as const };
    expect(assessVisitorElsewhere(struck, ANYWHERE)).toBe('struck-off');
    expect(assessVisitorElsewhere({ ...struck, standing: 'voted-at-home' }, AT_HOME)).toBe('voted-at-home');
    expect(assessVisitorElsewhere({ ...VISITOR, birthDate: '2009-01-25' }, ANYWHERE)).toBe('under-age');
  });
});
