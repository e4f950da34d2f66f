import { expect, test } from 'vitest';
import { addressCode, reachableAddresses, readAddresses } from './reachable-addresses.ts';

test('what one lane shows as a code, another reads; and what is typed by hand', () => {
  const shown = addressCode(['10.0.0.5:7100', '192.168.1.2:7100']);
  expect(readAddresses(shown)).toEqual(['10.0.0.5:7100', '192.168.1.2:7100']);
  expect(readAddresses(' 10.0.0.5:7100 ')).toEqual(['10.0.0.5:7100']);
  expect(readAddresses('[fe80::1]:7100, laptop-2.local:7100')).toEqual([
    '[fe80::1]:7100',
    'laptop-2.local:7100',
  ]);
});

test('a receipt’s code, a name without a port and nothing at all are no addresses', () => {
  for (const text of ['', '10.0.0.5', 'T1.9901.1.17.abcd', 'tizme-lane', 'http://10.0.0.5:80/x'])
    expect(readAddresses(text)).toBeNull();
});

test('a digit that was typed wrong is told at once: no such address, no such port', () => {
  for (const text of [
    '10.0.0.256:7100',
    '10.0.0:7100',
    '10.0.0.5:0',
    '10.0.0.5:70000',
    '10.0.0.5:7100 10.0.0.6',
  ])
    expect(readAddresses(text)).toBeNull();
});

test('a hand scanner whose Caps Lock is on reads the same addresses', () => {
  expect(readAddresses('TIZME-LANE 10.0.0.5:7100')).toEqual(['10.0.0.5:7100']);
});

test('a lane that listens at one address only shows that one', () => {
  expect(reachableAddresses('127.0.0.1', 7100)).toEqual(['127.0.0.1:7100']);
  expect(reachableAddresses('0.0.0.0', 7100).every((one) => one.endsWith(':7100'))).toBe(true);
});
