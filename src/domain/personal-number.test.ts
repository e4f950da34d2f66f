import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskPersonalNumber, parsePersonalNumber } from './personal-number.ts';
import { unwrap } from './result.ts';

describe('a personal number', () => {
  test('tells sex and birth date', () => {
    expect(unwrap(parsePersonalNumber('12905198400017'))).toEqual({
      digits: '12905198400017',
      sex: 'female',
      birthDate: '1984-05-29',
    });
    expect(unwrap(parsePersonalNumber('20101200000001')).sex).toBe('male');
  });

  test('is read with the spaces and hyphens that people put in', () => {
    expect(unwrap(parsePersonalNumber(' 1 29051984-00017 ')).digits).toBe('12905198400017');
  });

  test('with another first digit is kept, and its sex is unknown', () => {
    expect(unwrap(parsePersonalNumber('02905198400017')).sex).toBe('unknown');
  });

  test.each([
    ['', 'empty'],
    ['  ', 'empty'],
    ['1290519840001', 'wrong-length'],
    ['129051984000170', 'wrong-length'],
    ['1290519840001A', 'not-digits'],
    ['13002198400017', 'impossible-date'],
    ['12902198300017', 'impossible-date'],
    ['10013198400017', 'impossible-date'],
    ['12905001700017', 'impossible-date'],
    ['10000000000000', 'impossible-date'],
  ])('%j is refused as %s', (text, code) => {
    expect(parsePersonalNumber(text)).toEqual({ ok: false, error: { code } });
  });

  test('carries any day since 1880 there and back', () => {
    const days = fc.date({ min: new Date('1880-01-01'), max: new Date('2099-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(days, (date) => {
        const iso = date.toISOString().slice(0, 10);
        const [year, month, day] = iso.split('-');
        expect(unwrap(parsePersonalNumber(`2${day}${month}${year}12345`)).birthDate).toBe(iso);
      }),
    );
  });

  test('is masked down to four digits that tell neither birth date nor sex', () => {
    expect(maskPersonalNumber('12905198400017')).toBe('**********0017');
    expect(maskPersonalNumber('0017')).toBe('****');
  });
});
