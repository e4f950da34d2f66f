import { expect, test } from 'vitest';
import { OtherTables } from './other-tables.ts';

const at = (lane: number, epoch: number, seq: number) => ({ lane, epoch, seq });

test('receipts and hours of other tables, and where each table’s receipts ended, in whichever order logs arrive', () => {
  const tables = new OtherTables();
  tables.heard({ type: 'receipt-started', handover: 'h2', number: '2-0002', index: 0 }, at(2, 5, 9));
  tables.heard({ type: 'identified', handover: 'h1', counted: { hour: 9 } }, at(2, 5, 1));
  tables.heard({ type: 'receipt-started', handover: 'h1', number: '2-0001', index: 0 }, at(2, 5, 2));
  // A second receipt of the same voter is not the one that is shown.
  tables.heard({ type: 'receipt-started', handover: 'h1', number: '2-0003', index: 1 }, at(2, 5, 12));
  expect(tables.visit('h1', 2)).toEqual({ handover: 'h1', lane: 2, receiptNumber: '2-0001', hour: 9 });
  expect(tables.visit('h3', 3)).toEqual({ handover: 'h3', lane: 3, receiptNumber: null, hour: null });
  expect([tables.lastReceipt(2), tables.lastReceipt(3)]).toEqual(['2-0003', null]);
});

test('whoever was entered from paper at another table is taken', () => {
  const tables = new OtherTables();
  tables.heard({ type: 'paper-line-entered', line: 4, voter: 'v1' }, at(2, 5, 1));
  tables.heard({ type: 'paper-line-entered', line: 5, voter: null }, at(2, 5, 2));
  expect(tables.paperVoters()).toEqual(['v1']);
  expect(tables.paperLine('v1')).toEqual({ lane: 2, line: 4 });
  expect(tables.paperLine('v2')).toBeNull();
});
