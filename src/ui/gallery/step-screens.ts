import { EXCEPTION_REASONS } from '../../domain/outcome.ts';
import type { DeskSnapshot, DeskStep, FingerView, VoterView } from '../../station/api/snapshot.ts';
import { EXAMPLE_VOTER, exampleDesk } from './example-desk.ts';

export function stepScreens(): Record<string, DeskSnapshot> {
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
        hit('v3', 'Асанова-Жолдошбекова Гүлзат', 1961, 1611, 9915),
      ],
    },
    'search-too-many': { stepId: 's2', kind: 'search-results', query: 'кызы', total: 337, hits: [] },
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

function hit(
  voterId: string,
  name: string,
  birthYear: number,
  listNumber: number,
  stationNumber: number | null = null,
) {
  return { voterId, name, birthYear, listNumber, stationNumber, address: 'Чүй пр. 114, 27' };
}
