import type { Report, ReportKind } from '../../domain/report.ts';
import { EXAMPLE_COMMON, EXAMPLE_RECONCILIATION } from './example-desk.ts';

const PUBLISHED: Report['published'] = {
  sex: { asOf: '20:31', cells: [{ first: 'female', last: 'male', count: 642 }] },
  age: { asOf: '20:31', cells: [{ first: '18-25', last: '61+', count: 642 }] },
  reasons: { asOf: '20:31', kept: [], others: 4 },
};

/** A closing report with planted differences; the other kinds show the same figures. */
export function exampleReport(kind: ReportKind): Report {
  return {
    kind,
    number: 14,
    mock: true,
    electionTitle: EXAMPLE_COMMON.electionTitle,
    electionDate: EXAMPLE_COMMON.electionDate,
    stationNumber: 9901,
    lane: 2,
    printedAt: '2027-01-24 20:31',
    register: { voters: 1723, women: 901, men: 822, hash: 'a91f77b2c04d5e6f8899aabbccddeeff' },
    turnout: {
      identified: 642,
      byHour: { '08': 92, '09': 120, '10': 140, '11': 110, '12': 96, '13': 84 },
      bySex: { female: 351, male: 291 },
      byAgeGroup: { '18-25': 102, '26-35': 150, '36-45': 140, '46-60': 150, '61+': 100 },
      byLane: { '1': 320, '2': 322 },
      byMethod: { fingerprint: 638, commission: 4 },
    },
    visitors: 11,
    exceptions: { byReason: { 'no-fingers': 1, 'cannot-be-captured': 3 }, share: 0.0062 },
    stops: { 'wrong-station': 5, 'already-identified': 1, 'document-expired': 2 },
    reconciliation: EXAMPLE_RECONCILIATION,
    lanes: null,
    published: PUBLISHED,
    restarts: 1,
    jobs: [{ job: 'ballots', person: 'Юлдашев Рустам' }],
    checkpoint: 'tizme/training/9901/2\n1944\n7Q4kV0mHq3o1c9m5xg0Jc4q2ZlKkq0b6t8mX9w8mX9=',
    witnesses: [],
    addsUp: true,
  };
}
