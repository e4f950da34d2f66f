import { NO_COUNTS, reconcile } from '../../domain/reconciliation.ts';
import type { CustodyView } from '../../station/api/custody-view.ts';
import type { LanesView } from '../../station/api/lanes-view.ts';
import type {
  DeskSnapshot,
  DeskStep,
  DeviceView,
  FingerCandidate,
  VoterView,
} from '../../station/api/snapshot.ts';
import { EXAMPLE_DOCK } from './example-dock.ts';
import { EXAMPLE_TECHNICIAN } from './example-technician.ts';

/** Example snapshots of the desk, all invented; they are what the gallery shows and the unit tests read. */
const READY: DeviceView = { model: 'Simulated', simulated: true, status: { state: 'ready' } };

export const EXAMPLE_VOTER: VoterView = {
  voterId: 'v1',
  name: { surname: 'Асанова', given: 'Гүлнара', patronymic: 'Төлөгөн кызы' },
  birthDate: '1987-03-12',
  sex: 'female',
  listNumber: 412,
  visitor: null,
  address: 'Бишкек ш., Чүй пр. 114, 27',
  maskedDocument: 'ID ••••• 567',
  documentKind: 'id-card',
  photo: null,
  changes: [],
  lookup: 'chip',
  chip: 'genuine',
};

export const IDLE_STEP: DeskStep = { stepId: 's1', kind: 'idle', last: null, problem: null };

export const EXAMPLE_LANES: LanesView = {
  standing: 'owning',
  missing: [],
  alone: false,
  addresses: ['192.168.8.101:47100'],
  addressCode: 'tizme-lane 192.168.8.101:47100',
  scanned: null,
  plugged: true,
  lanes: [
    {
      lane: 1,
      up: true,
      day: 'open',
      misfit: null,
      answers: false,
      takenOver: false,
      heldBy: 1,
      list: { first: 1, last: 574 },
    },
    {
      lane: 2,
      up: true,
      day: null,
      misfit: null,
      answers: false,
      takenOver: false,
      heldBy: 2,
      list: { first: 575, last: 1150 },
    },
    {
      lane: 3,
      up: false,
      day: 'open',
      misfit: null,
      answers: false,
      takenOver: false,
      heldBy: 3,
      list: { first: 1151, last: 1723 },
    },
  ],
  matters: [],
};

export const EXAMPLE_CUSTODY: CustodyView = {
  package: {
    version: 2,
    expires: '2027-02-07',
    signedBy: ['member-a', 'member-c'],
    voters: 1723,
    index: 'whole',
    changes: 1,
  },
  erased: null,
};

const common = {
  revision: 1,
  mock: true,
  electionTitle: {
    ky: 'Президентти шайлоо (машыгуу)',
    ru: 'Выборы Президента (тренировка)',
    en: 'Presidential election (training)',
  },
  electionDate: '2027-01-24',
  stationNumber: 9901,
  stationName: { ky: '№ 5 орто мектеп', ru: 'Средняя школа № 5', en: 'Secondary school No. 5' },
  lane: 2,
  nowMs: Date.UTC(2027, 0, 24, 4, 42),
  timeZone: 'Asia/Bishkek',
} as const;

export const EXAMPLE_COMMON = common;

export function exampleDesk(changes: Partial<DeskSnapshot> = {}): DeskSnapshot {
  return {
    ...common,
    window: 'desk',
    phase: 'open',
    people: [
      { id: 'p-chair', name: 'Жолдошева Айнура', role: 'chair' },
      { id: 'p-member-1', name: 'Петренко Сергей', role: 'member' },
      { id: 'p-member-2', name: 'Абдыкадырова Бактыгүл', role: 'member' },
      { id: 'p-member-3', name: 'Юлдашев Рустам', role: 'member' },
      { id: 'p-member-4', name: 'Токтогулов Эмил', role: 'member' },
      { id: 'p-operator-1', name: 'Касымова Нургүл', role: 'operator' },
      { id: 'p-operator-2', name: 'Ибраимов Азамат', role: 'operator' },
    ],
    practicePins: {
      'p-chair': '111111',
      'p-member-1': '222222',
      'p-member-2': '333333',
      'p-member-3': '444444',
      'p-member-4': '555555',
    },
    unlockPeopleNeeded: 2,
    operator: { id: 'p-operator-1', name: 'Касымова Нургүл', role: 'operator' },
    procedure: {
      version: 1,
      electionId: 'kg-2027-president-training',
      title: common.electionTitle,
      mock: true,
      electionDate: '2027-01-24',
      timeZone: 'Asia/Bishkek',
      voting: { opens: '08:00', closes: '20:00' },
      minimumAge: 18,
      documents: { accepted: ['id-card', 'passport'], expiredAcceptedDays: 0 },
      fingerprint: { attemptsPerFinger: 3, acceptScore: 50, minimumQuality: 40, searchAllowed: true },
      fallbackLadder: ['other-finger', 'clean-and-retry', 'third-finger', 'commission'],
      commissionDecision: { members: 2, chair: true },
      overrideWarningShare: 0.05,
      receipts: [{ id: 'president', title: common.electionTitle }],
      receiptFields: ['list-number', 'name', 'time', 'lane', 'code'],
      inkStep: false,
      observerDisplay: { showPhoto: true, photoSeconds: 8 },
      issuing: 'scan',
      reports: { everyMinutes: 60 },
      operatorChange: 'tap',
      anyPrecinct: false,
    },
    technician: EXAMPLE_TECHNICIAN,
    custody: EXAMPLE_CUSTODY,
    devices: { 'fingerprint-scanner': READY, 'card-reader': READY, 'mrz-reader': READY, printer: READY },
    paperMode: { on: false, declared: false, lines: 0, openDoubles: [] },
    lanes: EXAMPLE_LANES,
    spareDoor: null,
    becoming: null,
    upload: { state: 'unreachable', pending: 318 },
    opening: {
      register: { voters: 1723, women: 901, men: 822, hash: 'a91f77b2c04d5e6f8899aabbccddeeff' },
      clockConfirmed: true,
      checks: [],
      acceptedChecks: [],
      draw: {
        'operator-control': 'p-member-1',
        'paper-list': 'p-member-2',
        ballots: 'p-member-3',
        passage: 'p-member-4',
      },
      zeroReportNumber: 1,
      missing: [],
    },
    desk: IDLE_STEP,
    handoversOpen: 2,
    handovers: [
      {
        handoverId: 'h1',
        state: 'receipt',
        listNumber: 88,
        name: 'Юсупова Дилдора Рустамовна',
        receiptNumbers: ['2-0641'],
        minutes: 2,
        lane: 2,
      },
      {
        handoverId: 'h2',
        state: 'verified',
        listNumber: 1204,
        name: 'Мамытбек уулу Нурлан',
        receiptNumbers: [],
        minutes: 17,
        lane: 2,
      },
    ],
    counts: {
      registered: 1723,
      identified: 642,
      waitingForBallot: 2,
      exceptions: 4,
      exceptionShare: 0.0062,
      exceptionWarning: false,
      repeatedAttempts: 0,
      restarts: 0,
    },
    notices: [],
    closing: null,
    fingerSearch: { state: 'closed' },
    dock: null,
    ...changes,
  };
}

/** The figures of a day with the differences that were planted in it. */
export const EXAMPLE_RECONCILIATION = reconcile(
  {
    identified: 642,
    undone: 1,
    receiptsDue: 642,
    receiptsPrinted: 642,
    receiptsReprinted: 2,
    receiptsOfUndone: 1,
    openHandovers: 0,
  },
  {
    ...NO_COUNTS,
    ballotsReceived: 1800,
    ballotsUnused: 1151,
    ballotsSpoiled: 6,
    ballotStubs: 649,
    receiptsCollected: 643,
    signatures: 642,
    ballotsInBox: 643,
  },
);

export function deskWithDock(changes: Partial<DeskSnapshot> = {}): DeskSnapshot {
  return exampleDesk({ dock: EXAMPLE_DOCK, ...changes });
}

/** One voter whom the finger resembles, and others whom it resembles as any finger would. */
export const EXAMPLE_CANDIDATES: readonly FingerCandidate[] = [
  { name: 'Юсупова Дилдора Рустамовна', birthYear: 1974, listNumber: 88, score: 96 },
  { name: 'Мамытбек уулу Нурлан', birthYear: 1991, listNumber: 1204, score: 34 },
  { name: 'Касымова Нургүл', birthYear: 1986, listNumber: 512, score: 29 },
].map((one, i) => ({ ...one, voterId: `v${i}`, strangersExpected: 1688 * 10 ** (-one.score / 10) }));
