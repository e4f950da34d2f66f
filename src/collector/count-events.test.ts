import { expect, test } from 'vitest';
import { saltPart } from '../ledger/event.ts';
import { countEvents, readParticipations, UNKNOWN } from './count-events.ts';

test('identifications are counted in a table for each property, other events by their kind', () => {
  const centre = (sex: string) =>
    saltPart({ type: 'identified', method: 'commission', sex, ageGroup: '61+', hour: 8, token: 'newer' });
  const counts = countEvents([
    { kind: 'identification', centre: centre('male') },
    { kind: 'identification', centre: centre('female') },
    { kind: 'other', centre: saltPart({ type: 'unlocked', hour: 8 }) },
  ]);
  expect(counts).toEqual([
    { property: 'kind', value: 'identification', count: 2 },
    { property: 'kind', value: 'other', count: 1 },
    { property: 'hour', value: '08', count: 2 },
    { property: 'sex', value: 'male', count: 1 },
    { property: 'sex', value: 'female', count: 1 },
    { property: 'age-group', value: '61+', count: 2 },
    { property: 'method', value: 'commission', count: 2 },
  ]);
});

test('an identification whose centre part is gone or strange still counts, as unknown', () => {
  const strange = saltPart({ sex: 'x', hour: 99, ageGroup: 5 });
  const counts = countEvents([
    { kind: 'identification', centre: null },
    { kind: 'identification', centre: strange },
    { kind: 'identification', centre: { salt: strange.salt, bytes: Uint8Array.of(255) } },
  ]);
  for (const property of ['hour', 'sex', 'age-group', 'method']) {
    expect(counts).toContainEqual({ property, value: UNKNOWN, count: 3 });
  }
});

test('an undo takes its identification out of every table, wherever it was made', () => {
  const counted = { method: 'commission', exception: 'no-fingers', sex: 'male', ageGroup: '61+', hour: 8 };
  const identified = {
    kind: 'identification',
    centre: saltPart({ type: 'identified', ...counted }),
  } as const;
  const undone = { kind: 'undo', centre: saltPart({ type: 'identification-undone', ...counted }) } as const;
  const kinds = [
    { property: 'kind', value: 'identification', count: 1 },
    { property: 'kind', value: 'undo', count: 1 },
  ];
  expect(countEvents([identified, undone])).toEqual(kinds);
  expect(countEvents([undone])).toContainEqual({ property: 'sex', value: 'male', count: -1 });
});

test('problems of a station are counted by their type, never by what they say', () => {
  const problem = saltPart({ type: 'problem', code: 'anything' });
  expect(countEvents([{ kind: 'other', centre: problem }])).toContainEqual({
    property: 'incident',
    value: 'problem',
    count: 1,
  });
});

test('tokens are read of identifications, undos, entered paper lines and settlements, and of nothing else', () => {
  const token = 'TTTTTTTTTTTTTTTTTTTTTQ';
  const event = (seq: number, kind: 'identification' | 'undo' | 'other', type: string, more = {}) => ({
    ...{ seq, kind },
    centre: saltPart({ type, ...more }),
  });
  const read = readParticipations([
    event(1, 'identification', 'identified', { token }),
    event(2, 'undo', 'identification-undone', { token }),
    event(3, 'other', 'paper-line-entered', { token, receipts: 1, doubleOf: null }),
    event(4, 'other', 'paper-line-entered', { receipts: 1, doubleOf: 'unknown-number' }),
    event(5, 'other', 'something-newer', { token }),
    { seq: 6, kind: 'identification', centre: null },
    event(7, 'other', 'paper-line-settled', { token, settles: 2 }),
    event(8, 'other', 'lanes', { what: 'settled', token, settles: 99 }),
    event(9, 'other', 'lanes', { what: 'settled', token, settles: 'two' }),
    event(10, 'other', 'paper-line-settled', { settles: 2 }),
  ]);
  const bytes = Buffer.from(token, 'base64url');
  expect(read).toEqual([
    { seq: 1, isUndo: false, settles: 0, token: bytes },
    { seq: 2, isUndo: true, settles: 0, token: bytes },
    { seq: 3, isUndo: false, settles: 0, token: bytes },
    { seq: 7, isUndo: false, settles: 2, token: bytes },
    { seq: 8, isUndo: false, settles: 15, token: bytes },
  ]);
});
