import { describe, expect, test } from 'vitest';
import { checkDigit } from './check-digit.ts';

// ICAO 9303-3, 4.9, examples 1 to 5, as the tests of gmrtd and dmrtd quote them.
describe('the check digit', () => {
  test.each([
    ['520727', 3],
    ['AB2134<<<', 5],
    ['HA672242<658022549601086<<<<<<<<<<<<<<0', 8],
    ['D231458907<<<<<<<<<<<<<<<34071279507122<<<<<<<<<<<', 2],
    ['HA672242<658022549601086<<<<<<<', 8],
  ])('of the worked example %s is %d', (text, digit) => {
    expect(checkDigit(text)).toBe(digit);
  });

  test('is not given for characters outside of the alphabet', () => {
    expect(checkDigit('52a727')).toBeNull();
  });
});
