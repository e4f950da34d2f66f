import { expect, test } from 'vitest';
import { otherTableOfReceipt, parseReceiptSequence } from './parse-receipt-sequence.ts';

test('a receipt’s number is read off paper with its table or without, and never another table’s', () => {
  expect(parseReceiptSequence(' 3-0042 ', 3)).toBe(42);
  expect(parseReceiptSequence('3-10042', 3)).toBe(10_042);
  expect(parseReceiptSequence('42', 3)).toBe(42);
  expect(parseReceiptSequence('0', 3)).toBe(0);
  for (const text of ['', '2-0042', '3-', '3-42x', '-42', '12345678'])
    expect(parseReceiptSequence(text, 3)).toBe(null);
});

test('a receipt of another table is told from a number that is not whole yet', () => {
  expect(otherTableOfReceipt(' 2-0042', 3)).toBe(2);
  expect(otherTableOfReceipt('2-', 3)).toBe(2);
  for (const text of ['', '2', '42', '3-0042', '-42']) expect(otherTableOfReceipt(text, 3)).toBe(null);
});
