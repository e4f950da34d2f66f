import { describe, expect, test } from 'vitest';
import { unwrap } from '../../domain/result.ts';
import { buildMrz } from './build.ts';
import { parseMrz } from './parse.ts';
import { KYRGYZ_CARD, kyrgyzCard, TD3, TODAY } from './testing/specimens.ts';

describe('repair', () => {
  test('puts letters right where only digits may stand', () => {
    const [first = '', second = '', third = ''] = kyrgyzCard;
    const read = [
      first.replace('12905198400017', 'I29O5I984000I7').replace('ID0123458', 'IDO1234S8'),
      second.replace('840529', 'B4O529'),
      third,
    ];
    const zone = unwrap(parseMrz(read, TODAY));
    expect(zone.lines).toEqual(kyrgyzCard);
    expect(zone.findings).toEqual(['repaired']);
    expect(zone.repairs).toHaveLength(8);
    expect(zone.repairs[0]).toEqual({ line: 0, column: 7, read: 'O', repaired: '0' });
  });

  test('finds the one look-alike that makes a foreign document number hold', () => {
    const zone = unwrap(parseMrz([TD3[0] ?? '', (TD3[1] ?? '').replace('L898902C3', 'L8989O2C3')], TODAY));
    expect(zone.documentNumber).toBe('L898902C3');
    expect(zone.repairs).toEqual([{ line: 1, column: 5, read: 'O', repaired: '0' }]);
  });

  test('knows a Kyrgyz number by its series and digits, where the check digits cannot tell 1 from L or 6 from G', () => {
    const lines = unwrap(
      buildMrz({
        ...KYRGYZ_CARD,
        documentNumber: 'ID6110061',
        optionalData1: '11605198611166',
        birthDate: '1986-05-16',
      }),
    );
    const [first = '', second = '', third = ''] = lines;
    for (const read of [
      first.replace('ID6110061', 'IDG1100G1').replace('11605198611166', '1L605198611L66'),
      first.replace('ID6110061', 'LD6110061'),
      first.replace('ID6110061', '106110061'),
      first.replace('ID6110061', '1Q6LLOOGL'),
    ]) {
      const zone = unwrap(parseMrz([read, second, third], TODAY));
      expect(zone.lines).toEqual(lines);
      expect(zone.findings).toEqual(['repaired']);
    }
  });

  test('leaves a number alone that holds, of a series that nobody knows yet', () => {
    const lines = unwrap(buildMrz({ ...KYRGYZ_CARD, documentNumber: 'KLZ00A123' }));
    expect(unwrap(parseMrz(lines, TODAY))).toMatchObject({
      lines,
      repairs: [],
      findings: ['unknown-series'],
    });
  });

  test('does not guess at two look-alikes in one number, which one digit cannot decide', () => {
    const read = (TD3[1] ?? '').replace('L898902C3', '1898SO2C3');
    expect(parseMrz([TD3[0] ?? '', read], TODAY)).toMatchObject({ error: { code: 'unreadable-fields' } });
  });

  test('guesses nothing that the check digits do not decide', () => {
    // 3 for 8 is no look-alike, so no reading of look-alikes may be made up for it.
    const read = (TD3[1] ?? '').replace('7408122', '7403122');
    expect(parseMrz([TD3[0] ?? '', read], TODAY)).toMatchObject({ error: { code: 'unreadable-fields' } });
  });
});
