import { NO_COUNTS, reconcile } from '../../../domain/reconciliation.ts';
import type { Report } from '../../../domain/report.ts';
import { publishTables } from '../../../domain/small-cells/publish-tables.ts';

/** Reports with invented figures for the tests of this folder. */
export function closingReport(changes: Partial<Report> = {}): Report {
  const report = { ...FIGURES, ...changes };
  const published = changes.published ?? publishTables(report, null, report.printedAt.slice(-5));
  return { ...report, published };
}

const FIGURES: Omit<Report, 'published'> = {
  kind: 'closing',
  number: 14,
  mock: true,
  electionTitle: { ky: 'Үлгү шайлоо', ru: 'Учебные выборы', en: 'Mock election' },
  electionDate: '2027-01-24',
  stationNumber: 9901,
  lane: 2,
  printedAt: '2027-01-24 20:47',
  register: {
    voters: 1723,
    women: 903,
    men: 820,
    hash: '9f2c41d07be85a3316c0ffee00112233445566778899aabb',
  },
  turnout: {
    identified: 76,
    byHour: {
      '08': 3,
      '09': 11,
      '10': 14,
      '11': 10,
      '12': 2,
      '13': 7,
      '14': 9,
      '15': 6,
      '16': 5,
      '17': 4,
      '18': 3,
      '19': 2,
    },
    bySex: { female: 41, male: 35 },
    byAgeGroup: { '18-25': 6, '26-35': 15, '36-45': 17, '46-60': 24, '61+': 14 },
    byLane: { '1': 40, '2': 36 },
    byMethod: { fingerprint: 71, commission: 5 },
  },
  visitors: 0,
  exceptions: { byReason: { 'no-match': 3, 'no-fingers': 1, 'scanner-failed': 1 }, share: 5 / 76 },
  stops: { 'wrong-station': 4, 'already-identified': 2, 'under-age': 1, 'document-expired': 3 },
  reconciliation: reconcile(
    {
      identified: 76,
      undone: 1,
      receiptsDue: 76,
      receiptsPrinted: 76,
      receiptsReprinted: 2,
      receiptsOfUndone: 1,
      openHandovers: 1,
    },
    {
      ballotsReceived: 1723,
      ballotsUnused: 1638,
      ballotsSpoiled: 2,
      ballotStubs: 83,
      receiptsCollected: 77,
      signatures: 76,
      ballotsInBox: null,
    },
  ),
  lanes: null,
  restarts: 1,
  jobs: [
    { job: 'operator-control', person: 'Токтогулова Бермет Асановна' },
    { job: 'paper-list', person: 'Ибраимов Нурлан' },
    { job: 'ballots', person: 'Өмүрбекова Жаңыл Түгөлбай кызы' },
    { job: 'passage', person: 'Ким Александр Сергеевич' },
  ],
  checkpoint: 'tizme.kg/training-2027-01-24-1/9901/2\n412\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n',
  witnesses: [],
  addsUp: true,
};

/** A zero report: drawn, checked, and nobody identified yet. */
export function openingReport(): Report {
  const nothing = {
    identified: 0,
    undone: 0,
    receiptsDue: 0,
    receiptsPrinted: 0,
    receiptsReprinted: 0,
    receiptsOfUndone: 0,
    openHandovers: 0,
  };
  return closingReport({
    kind: 'opening',
    number: 1,
    printedAt: '2027-01-24 07:52',
    turnout: { identified: 0, byHour: {}, bySex: {}, byAgeGroup: {}, byLane: {}, byMethod: {} },
    exceptions: { byReason: {}, share: 0 },
    stops: {},
    restarts: 0,
    reconciliation: reconcile(nothing, NO_COUNTS),
    checkpoint: null,
  });
}
