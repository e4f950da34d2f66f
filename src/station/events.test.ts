import { describe, expect, test } from 'vitest';
import { drawParticipationToken } from '../domain/participation-token.ts';
import { NO_COUNTS } from '../domain/reconciliation.ts';
import {
  centreFields,
  privateFields,
  publicKind,
  type StationEvent,
  type StationEventType,
} from './events.ts';

const VOTER = 'voter-canary';
const HANDOVER = 'handover-canary';
const PERSON = 'person-canary';
const NOTE = 'note-canary';
const PRIVATE = [VOTER, HANDOVER, PERSON, NOTE, '1-0042'];
const COUNTED = {
  method: 'commission',
  exception: 'no-match',
  sex: 'female',
  ageGroup: '61+',
  hour: 9,
} as const;
const people = [PERSON];

/** One event of each kind there is; the compiler refuses a kind that is left out. */
const EVENTS: { readonly [Type in StationEventType]: Extract<StationEvent, { readonly type: Type }> } = {
  'program-started': { type: 'program-started', first: true },
  unlocked: { type: 'unlocked', people },
  'pin-refused': { type: 'pin-refused', person: PERSON },
  'lane-code-refused': { type: 'lane-code-refused', voter: VOTER, lane: 2 },
  'clock-confirmed': { type: 'clock-confirmed', day: '2027-01-24', people },
  'clock-jumped': { type: 'clock-jumped', minutes: 9 },
  'check-made': { type: 'check-made', check: 'disk', result: 'passed', figure: 1 },
  'check-accepted': { type: 'check-accepted', check: 'disk', people },
  'job-drawn': { type: 'job-drawn', job: 'ballots', person: PERSON },
  'desk-taken': { type: 'desk-taken', person: PERSON },
  'report-made': { type: 'report-made', report: 'hourly', number: 2, checkpoint: null },
  'station-opened': { type: 'station-opened', people },
  'device-changed': { type: 'device-changed', device: 'printer', state: 'ready' },
  'devices-found': {
    type: 'devices-found',
    devices: [{ device: 'printer', model: 'TM-T20', serialNumber: 'X7', calibration: null }],
  },
  'scanner-calibrated': {
    type: 'scanner-calibrated',
    dpi: 503,
    flipRows: true,
    flipColumns: false,
    people,
  },
  'voter-found': {
    type: 'voter-found',
    handover: HANDOVER,
    voter: VOTER,
    lookup: 'chip',
    chip: 'genuine',
    receiptsDue: 1,
  },
  'visitor-asked': { type: 'visitor-asked', visitor: VOTER, question: '0f'.repeat(16) },
  'visitor-answered': { type: 'visitor-answered', question: '0f'.repeat(16), answer: 'record' },
  'visitor-admitted': {
    ...{ type: 'visitor-admitted', id: VOTER, source: 'centre' },
    person: {
      ...{ name: { surname: NOTE, given: NOTE, patronymic: null }, address: NOTE, sex: 'female' },
      ...{ birthDate: '1987-03-12', stationNumber: 9915, districtNumber: 2 },
      ...{ ballotStyles: ['president'], hasFingerprints: true },
    },
  },
  'voter-stopped': { type: 'voter-stopped', outcome: 'under-age', voter: VOTER, lookup: 'mrz', chip: null },
  'stop-disputed': { type: 'stop-disputed', outcome: 'already-identified', voter: VOTER, note: NOTE, people },
  'finger-compared': {
    type: 'finger-compared',
    handover: HANDOVER,
    position: 2,
    attempt: 1,
    matched: true,
    quality: 80,
  },
  'commission-asked': { type: 'commission-asked', handover: HANDOVER, reason: 'no-match' },
  'commission-refused': { type: 'commission-refused', handover: HANDOVER, note: NOTE, people },
  identified: { type: 'identified', handover: HANDOVER, voter: VOTER, counted: COUNTED, note: NOTE, people },
  released: { type: 'released', handover: HANDOVER },
  'receipt-started': { type: 'receipt-started', handover: HANDOVER, number: '1-0042', index: 0, copy: 1 },
  'receipt-printed': { type: 'receipt-printed', handover: HANDOVER, number: '1-0042', index: 0 },
  'receipt-failed': { type: 'receipt-failed', handover: HANDOVER, number: '1-0042', problem: 'paper-out' },
  'receipt-reprinted': { type: 'receipt-reprinted', handover: HANDOVER, number: '1-0042', people },
  'ballot-issued': { type: 'ballot-issued', handover: HANDOVER },
  signed: { type: 'signed', handover: HANDOVER },
  'identification-undone': {
    type: 'identification-undone',
    handover: HANDOVER,
    counted: COUNTED,
    reason: NOTE,
    people,
  },
  'finger-search-opened': { type: 'finger-search-opened', reason: NOTE, people },
  'finger-searched': { type: 'finger-searched', voters: [VOTER] },
  'finger-search-closed': { type: 'finger-search-closed', why: 'people' },
  'inside-entered': { type: 'inside-entered', inside: 3, people },
  'counts-entered': { type: 'counts-entered', counts: NO_COUNTS, people },
  'counted-asked': { type: 'counted-asked', voter: VOTER, people },
  'elsewhere-asked': { type: 'elsewhere-asked', visitor: 'visitor', found: true },
  cover: { type: 'cover' },
  'list-changed': {
    type: 'list-changed',
    ...{ sequence: 1, changes: 2, effects: { added: 1, moved: 1 }, people },
    ...{ fromLane: null, sealed: 'c2VhbGVkLWNhbmFyeQ==' },
  },
  'list-changes-part': {
    type: 'list-changes-part',
    ...{ sequence: 1, part: 1, of: 2, sealed: 'c2VhbGVkLWNhbmFyeQ==' },
  },
  'package-replaced': {
    type: 'package-replaced',
    ...{ from: 1, version: 2, build: 'b', register: 'r', voters: 3, people },
  },
  'pin-changed': { type: 'pin-changed', person: PERSON },
  'keys-moved': { type: 'keys-moved', removed: ['member-2'], withoutShare: ['member-3'], people },
  'pin-renewed': { type: 'pin-renewed', person: 'member-3', people },
  'envelope-opened': { type: 'envelope-opened', envelope: 'envelope-1', people },
  'spare-admitted': {
    ...{ type: 'spare-admitted', lane: 1, device: 'laptop-1', packageVersion: 1, people },
    revokes: { device: 'laptop-0', ledgerKey: 'a key' },
  },
  'register-erased': {
    type: 'register-erased',
    register: 'a hash',
    voters: 3,
    templates: 6,
    gone: [2],
    people,
  },
  'upload-carried': { type: 'upload-carried', events: 3, through: 9, people },
  'receipts-taken': { type: 'receipts-taken', receipts: 1, through: 9, verified: true, people },
  'numbers-printed': { type: 'numbers-printed', count: 3, people },
  'paper-mode-declared': { type: 'paper-mode-declared', reason: NOTE, people },
  'paper-mode-ended': { type: 'paper-mode-ended', people },
  'paper-line-entered': {
    type: 'paper-line-entered',
    line: 4,
    listNumber: 812,
    voter: VOTER,
    receipts: 1,
    doubleOf: 'identification',
    doubleRef: HANDOVER,
    people,
  },
  'paper-line-settled': { type: 'paper-line-settled', line: 4, note: NOTE, people },
  'station-closed': { type: 'station-closed', reason: NOTE, people },
  lanes: { type: 'lanes', fact: { type: 'overridden', voter: 'v', people: ['a', 'b'], duringCut: true } },
  problem: { type: 'problem', code: 'disk-full' },
};
const ALL = Object.values(EVENTS);

describe('what leaves the station', () => {
  test.each(ALL)('the centre learns of $type neither who, nor what was noted', (event) => {
    const text = JSON.stringify(centreFields(event));
    expect(PRIVATE.filter((one) => text.includes(one))).toEqual([]);
    expect(centreFields(event)).toMatchObject({ type: event.type });
  });

  test('observers tell identifications and undos from the rest, and nothing else', () => {
    const kinds = ALL.filter((event) => publicKind(event) !== 'other').map(({ type }) => [
      type,
      publicKind(EVENTS[type]),
    ]);
    expect(kinds).toEqual([
      ['identified', 'identification'],
      ['identification-undone', 'undo'],
    ]);
  });

  test('an undo takes out at the centre what its identification was counted under', () => {
    const { type: _, ...counted } = centreFields(EVENTS.identified);
    expect(counted).toEqual(COUNTED);
    expect(centreFields(EVENTS['identification-undone'])).toMatchObject(COUNTED);
  });

  test('the token for the cross-station check goes there with each, and with a paper line, where the register has one', () => {
    const token = drawParticipationToken(new Uint8Array(16));
    expect(centreFields(EVENTS.identified)).not.toHaveProperty('token');
    expect(centreFields({ ...EVENTS.identified, token })).toMatchObject({ token });
    expect(centreFields({ ...EVENTS['identification-undone'], token })).toMatchObject({ token });
    expect(centreFields({ ...EVENTS['paper-line-entered'], token })).toMatchObject({ token });
    expect(centreFields(EVENTS['paper-line-entered'])).not.toHaveProperty('token');
  });

  test('it goes there with what two people settled, so that the centre doesn’t go on calling it open', () => {
    const token = drawParticipationToken(new Uint8Array(16));
    const fact = { type: 'settled', matter: 'collision:1/7/3#a+2/7/9#b', people } as const;
    const [line, matter] = [EVENTS['paper-line-settled'], { type: 'lanes', fact } as const];
    for (const event of [line, matter]) {
      expect(centreFields({ ...event, settles: 2, token })).toMatchObject({ settles: 2, token });
      expect(centreFields(event)).not.toHaveProperty('settles');
    }
    expect(JSON.stringify(centreFields({ ...matter, settles: 2, token }))).not.toContain('collision');
  });
});

test('the private part is the whole event and who sat at the desk', () => {
  expect(privateFields(EVENTS.identified, 'operator-1')).toEqual({
    ...EVENTS.identified,
    operator: 'operator-1',
  });
});
