import fc from 'fast-check';
import { expect, test } from 'vitest';
import { err, ok } from '../domain/result.ts';
import { readReceiptCode, receiptCode, receiptNumber } from './receipt-code.ts';

const KEY = new Uint8Array(32).fill(7);
const OTHER_KEY = new Uint8Array(32).fill(8);
const NOT_OURS = err('receipt-not-found');

test('every receipt’s code is read back as its number, with blanks around it as scanners send them', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 99_999 }), (lane, sequence) => {
      const number = receiptNumber(lane, sequence);
      expect(readReceiptCode(KEY, 7001, ` ${receiptCode(KEY, 7001, lane, number)}\r\n`)).toEqual(ok(number));
    }),
    { seed: 1 },
  );
});

test('a code with any one character changed is never read as another receipt', () => {
  const code = receiptCode(KEY, 7001, 1, receiptNumber(1, 42));
  const alphabet = [...'0123456789abcdefghijklmnopqrstuvwxyzT.-'];
  for (let at = 0; at < code.length; at += 1) {
    for (const character of alphabet) {
      if (character === code[at]) continue;
      expect(readReceiptCode(KEY, 7001, code.slice(0, at) + character + code.slice(at + 1)).ok).toBe(false);
    }
  }
});

test('a receipt of another station is told by its number, one of another key is none', () => {
  const number = receiptNumber(1, 1);
  expect(readReceiptCode(KEY, 7001, receiptCode(KEY, 7002, 1, number))).toEqual(
    err('receipt-of-other-station'),
  );
  expect(readReceiptCode(KEY, 7001, receiptCode(OTHER_KEY, 7001, 1, number))).toEqual(NOT_OURS);
  for (const text of ['', '1-0001', 'T1.7001.1.1-0001', 'https://example.org'])
    expect(readReceiptCode(KEY, 7001, text)).toEqual(NOT_OURS);
});
