import { DEVICE_KINDS } from '../../domain/devices.ts';
import { EXCEPTION_REASONS, STOP_OUTCOMES } from '../../domain/outcome.ts';
import type { LanesView } from '../../station/api/lanes-view.ts';
import type {
  CheckView,
  DeskSnapshot,
  DeskStep,
  FingerView,
  IssuingSnapshot,
  ObserverShowing,
  ObserverSnapshot,
  Snapshot,
  StopDetails,
  VoterView,
} from '../../station/api/snapshot.ts';
import {
  deskWithDock,
  EXAMPLE_COMMON,
  EXAMPLE_LANES,
  EXAMPLE_RECONCILIATION,
  EXAMPLE_VOTER,
  exampleDesk,
} from './example-desk.ts';
import { EXAMPLE_NO_USB, EXAMPLE_TROUBLE } from './example-technician.ts';

/** Every screen of every window, by name. */
export const SCREENS: Readonly<Record<string, Snapshot>> = {
  ...dayScreens(),
  ...stepScreens(),
  ...stopScreens(),
  ...laneScreens(),
  ...observerScreens(),
  ...issuingScreens(),
};

/** A locked desk whose devices are as the technician finds them. */
function troubled(technician: DeskSnapshot['technician']): DeskSnapshot {
  const devices = { ...exampleDesk().devices };
  for (const kind of DEVICE_KINDS) {
    const problem = technician.found.find((each) => each.kind === kind)?.problem ?? { code: 'absent' };
    devices[kind] = { model: '', simulated: false, status: { state: 'failed', problem } };
  }
  return exampleDesk({ phase: 'locked', operator: null, technician, devices });
}

function dayScreens(): Record<string, DeskSnapshot> {
  const ready = exampleDesk().opening;
  const check = (name: CheckView['name'], result: CheckView['result'], figure: number | null): CheckView => ({
    name,
    result,
    figure,
  });
  const preparing = (missing: DeskSnapshot['opening']['missing']): DeskSnapshot =>
    exampleDesk({
      phase: 'preparing',
      operator: null,
      opening: {
        ...ready,
        missing,
        draw: { 'operator-control': 'p-member-1' },
        checks: [
          check('clock', 'passed', 0),
          check('disk', 'passed', 212_000_000_000),
          check('battery', 'failed', 12),
          check('printer', 'passed', null),
          check('scanner', 'warning', null),
          check('card-reader', 'passed', null),
          check('mrz-reader', 'running', null),
          check('register', 'not-run', null),
          check('ledger', 'not-run', null),
        ],
      },
    });
  const closing = {
    inside: 7,
    stillInside: 3,
    counted: EXAMPLE_RECONCILIATION.counted,
    reconciliation: EXAMPLE_RECONCILIATION,
    closingReportNumber: null,
  };
  return {
    locked: exampleDesk({ phase: 'locked', operator: null }),
    'preparing-clock': preparing(['clock', 'checks', 'draw', 'operator', 'zero-report']),
    'preparing-checks': preparing(['checks', 'draw', 'operator', 'zero-report']),
    'preparing-draw': preparing(['draw', 'operator', 'zero-report']),
    'preparing-operator': preparing(['operator', 'zero-report']),
    'preparing-zero-report': preparing(['zero-report']),
    'preparing-open': preparing([]),
    idle: deskWithDock({
      desk: {
        stepId: 's1',
        kind: 'idle',
        problem: null,
        last: { name: 'Юсупова Дилдора Рустамовна', receiptNumbers: ['2-0641'] },
      },
    }),
    'technician-no-usb': troubled(EXAMPLE_NO_USB),
    'technician-trouble': troubled(EXAMPLE_TROUBLE),
    'finger-search': exampleDesk({ fingerSearch: { state: 'open', voters: 1688 } }),
    'idle-problem': exampleDesk({
      desk: { stepId: 's1', kind: 'idle', problem: 'personal-number-invalid', last: null },
      notices: [{ kind: 'voting-hours-over' }, { kind: 'report-due' }],
      counts: { ...exampleDesk().counts, exceptionWarning: true, exceptions: 52, exceptionShare: 0.081 },
      devices: {
        ...exampleDesk().devices,
        printer: {
          model: 'Simulated',
          simulated: true,
          status: { state: 'failed', problem: { code: 'paper-out' } },
        },
        'card-reader': {
          model: 'Simulated',
          simulated: true,
          status: { state: 'failed', problem: { code: 'no-answer' } },
        },
      },
    }),
    'closing-desk': exampleDesk({ phase: 'closing', closing }),
    'closing-counts': exampleDesk({ phase: 'closing', closing: { ...closing, stillInside: 0 } }),
    closed: exampleDesk({
      phase: 'closed',
      closing: { ...closing, stillInside: 0, closingReportNumber: 14 },
    }),
  };
}

function stepScreens(): Record<string, DeskSnapshot> {
  const finger = (view: Partial<FingerView>): DeskStep => ({
    stepId: 's4',
    kind: 'finger',
    voter: EXAMPLE_VOTER,
    finger: {
      position: 2,
      attempt: 1,
      attempts: 3,
      state: 'waiting',
      quality: null,
      offers: ['other-finger'],
      enrolled: [2, 7],
      ...view,
    },
  });
  const paperLow: DeskSnapshot['devices'] = {
    ...exampleDesk().devices,
    printer: { model: 'Simulated', simulated: true, status: { state: 'attention', notice: 'paper-low' } },
  };
  const steps: Record<string, DeskStep> = {
    'reading-document': { stepId: 's2', kind: 'reading-document' },
    'asking-centre': { stepId: 's2', kind: 'reading-document', centre: true },
    'voter-visitor': { stepId: 's3', kind: 'voter', voter: visitorOf('centre'), fingers: [2, 7] },
    'voter-visitor-chip': { stepId: 's3', kind: 'voter', voter: visitorOf('chip'), fingers: [] },
    'search-results': {
      stepId: 's2',
      kind: 'search-results',
      query: 'Асанова',
      total: 14,
      hits: [
        hit('v1', 'Асанова Гүлнара Төлөгөн кызы', 1987, 412),
        hit('v2', 'Асанова Гүлнара Төлөгөн кызы', 1987, 413),
        hit('v3', 'Асанова-Жолдошбекова Гүлзат', 1961, 1611),
      ],
    },
    'search-none': { stepId: 's2', kind: 'search-results', query: '21203198701234', total: 0, hits: [] },
    voter: { stepId: 's3', kind: 'voter', voter: EXAMPLE_VOTER, fingers: [2, 7] },
    'voter-no-fingers': {
      stepId: 's3',
      kind: 'voter',
      voter: {
        ...EXAMPLE_VOTER,
        name: { surname: null, given: 'Мамытбек уулу Нурлан', patronymic: null },
        chip: null,
        lookup: 'name',
        maskedDocument: null,
        changes: ['new-name', 'new-document'],
      },
      fingers: [],
    },
    finger: finger({ state: 'on-glass', quality: { score: 72, advice: 'press-harder' } }),
    'finger-waiting': finger({}),
    'finger-comparing': finger({ state: 'comparing', quality: { score: 88, advice: 'ok' } }),
    'finger-no-match': finger({
      state: 'no-match',
      attempt: 3,
      offers: ['retry', 'other-finger', 'commission'],
    }),
    'finger-scanner-problem': finger({ state: 'scanner-problem', offers: ['retry', 'commission'] }),
    commission: {
      stepId: 's5',
      kind: 'commission',
      voter: EXAMPLE_VOTER,
      reason: EXCEPTION_REASONS[1],
      membersNeeded: 2,
      chairNeeded: true,
    },
    securing: { stepId: 's6', kind: 'securing', voter: EXAMPLE_VOTER },
    verified: {
      stepId: 's6',
      kind: 'verified',
      voter: EXAMPLE_VOTER,
      method: 'fingerprint',
      receiptsDue: 1,
      receiptsPrinted: 0,
      uncertainReceipt: null,
    },
    'verified-uncertain': {
      stepId: 's6',
      kind: 'verified',
      voter: EXAMPLE_VOTER,
      method: 'commission',
      receiptsDue: 2,
      receiptsPrinted: 1,
      uncertainReceipt: '2-0643',
    },
    printing: { stepId: 's7', kind: 'printing', voter: EXAMPLE_VOTER, receiptsDue: 2, receiptsPrinted: 1 },
    'printer-problem': {
      stepId: 's7',
      kind: 'printer-problem',
      voter: EXAMPLE_VOTER,
      problem: 'paper-out',
      receiptsDue: 1,
      receiptsPrinted: 0,
    },
    done: { stepId: 's8', kind: 'done', voter: EXAMPLE_VOTER, receiptNumbers: ['2-0643'] },
  };
  return Object.fromEntries(
    Object.entries(steps).map(([name, desk]) => [name, exampleDesk({ desk, devices: paperLow })]),
  );
}

/** A voter of another station. */
function visitorOf(source: 'centre' | 'chip'): VoterView {
  return { ...EXAMPLE_VOTER, listNumber: 0, visitor: { stationNumber: 9915, districtNumber: 2, source } };
}

function hit(voterId: string, name: string, birthYear: number, listNumber: number) {
  return { voterId, name, birthYear, listNumber, address: 'Чүй пр. 114, 27' };
}

function stopScreens(): Record<string, DeskSnapshot> {
  const nothing: StopDetails = {
    elsewhere: null,
    earlier: null,
    expired: null,
    fromDay: null,
    otherLane: null,
    notHere: null,
    slip: false,
    disputed: false,
  };
  const details: Partial<Record<(typeof STOP_OUTCOMES)[number], Partial<StopDetails>>> = {
    'wrong-station': {
      elsewhere: {
        stationNumber: 9902,
        districtNumber: 3,
        address: 'Ош ш., Курманжан Датка к. 12, № 21 мектеп',
      },
      slip: true,
    },
    'already-identified': { earlier: { lane: 1, receiptNumber: '1-0117', period: '09:00–10:00' } },
    'document-expired': { expired: '2024-05-03' },
    'under-age': { fromDay: '2027-01-25' },
    'not-in-list': { slip: true },
    'refused-by-commission': { disputed: true },
    'other-lane': { otherLane: { lane: 3, why: 'unreachable' } },
  };
  return Object.fromEntries(
    STOP_OUTCOMES.map((outcome) => [
      `stop-${outcome}`,
      exampleDesk({
        desk: {
          stepId: 's9',
          kind: 'stop',
          outcome,
          voter: outcome === 'not-in-list' ? null : EXAMPLE_VOTER,
          details: { ...nothing, ...details[outcome] },
        },
      }),
    ]),
  );
}

function laneScreens(): Record<string, DeskSnapshot> {
  const lanes = (changes: Partial<LanesView>): DeskSnapshot =>
    exampleDesk({ lanes: { ...EXAMPLE_LANES, ...changes } });
  const voter = { name: 'Асанова Гүлнара Төлөгөн кызы', listNumber: 412 };
  return {
    'lanes-collision': lanes({
      matters: [
        {
          ...{ kind: 'collision', name: 'c1', settled: false, voter, lanes: [1, 3] },
          records: [
            { lane: 1, receiptNumber: '1-0117', hour: 9, paperLine: null },
            { lane: 3, receiptNumber: '3-0042', hour: 11, paperLine: null },
          ],
        },
      ],
    }),
    'lanes-older-copy': lanes({
      standing: 'older-copy',
      matters: [{ kind: 'older-copy', name: 'o1', settled: false, lane: 2 }],
    }),
  };
}

function observerScreens(): Record<string, ObserverSnapshot> {
  const observer = (showing: ObserverShowing): ObserverSnapshot => ({
    ...EXAMPLE_COMMON,
    window: 'observer',
    phase: 'open',
    showing,
    registered: 1723,
    identified: 642,
    exceptions: 4,
    exceptionShare: 0.0062,
    exceptionWarning: showing.result === 'commission-deciding',
    repeatedAttempts: 0,
    undone: 1,
    restarts: 1,
    byMethod: { fingerprint: 638, commission: 4 },
    lastCheckpoint: { at: '10:00', root: '7Q4kV0mHq3o1c9m5xg0Jc4q2ZlKkq0b6t8mX9w8mX9=' },
  });
  const photo = null;
  return {
    'observer-waiting': observer({ result: 'waiting' }),
    'observer-checking': observer({ result: 'checking', photo }),
    'observer-identified': observer({ result: 'identified', photo }),
    'observer-not-identified': observer({ result: 'not-identified', photo }),
    'observer-commission': observer({ result: 'commission-deciding', photo }),
    'observer-before': { ...observer({ result: 'waiting' }), phase: 'preparing', lastCheckpoint: null },
  };
}

function issuingScreens(): Record<string, IssuingSnapshot> {
  const issuing: IssuingSnapshot = {
    ...EXAMPLE_COMMON,
    window: 'issuing',
    phase: 'open',
    mode: 'scan',
    handovers: exampleDesk().handovers.map((handover) => ({
      ...handover,
      state: handover.handoverId === 'h1' ? 'ballot' : 'receipt',
      receiptNumbers: ['2-0641'],
    })),
    waitingForBallot: 1,
    signed: 640,
    last: {
      handoverId: 'h1',
      listNumber: 88,
      name: 'Юсупова Дилдора Рустамовна',
      state: 'ballot',
      ballots: 1,
    },
  };
  return { issuing, 'issuing-hand-count': { ...issuing, mode: 'hand-count', last: null } };
}
