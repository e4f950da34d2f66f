import { describe, expect, test } from 'vitest';
import { unwrap } from '../../domain/result.ts';
import { checkDigit } from './check-digit.ts';
import { compositeText, MRZ_LAYOUTS } from './layout.ts';
import { parseMrz } from './parse.ts';
import { kyrgyzCard, TD2, TD3, TODAY } from './testing/specimens.ts';

describe('what readers send', () => {
  const expected = unwrap(parseMrz(kyrgyzCard, TODAY));
  const [first = '', second = '', third = ''] = kyrgyzCard;

  test.each([
    ['framed by STX and ETX, ended by CR', `\u0002${first}\r${second}\r${third}\r\u0003`],
    ['ended by CR LF', `${first}\r\n${second}\r\n${third}\r\n`],
    ['ended by LF', `${first}\n${second}\n${third}\n`],
    ['without line ends', first + second + third],
    ['without line ends and without the last fillers', first + second + third.replace(/<+$/, '')],
    ['in lower case', kyrgyzCard.join('\n').toLowerCase()],
    ['with underscores for fillers', kyrgyzCard.join('\n').replaceAll('<', '_')],
    ['with quotation marks for pairs of fillers', kyrgyzCard.join('\n').replaceAll('<<', '«')],
    ['with blanks for fillers', kyrgyzCard.join('\n').replaceAll('<', ' ')],
    ['with blanks between the lines', kyrgyzCard.join('  ')],
    [
      'with a blank where a program saw words',
      kyrgyzCard.join('\n').replace('BEISHENALIEVA', 'BEISHE NALIEVA'),
    ],
    ['with blanks between all of the characters', kyrgyzCard.map((line) => [...line].join(' ')).join('\n')],
    [
      'with Cyrillic letters that look the same',
      kyrgyzCard.join('\n').replaceAll('A', 'А').replaceAll('E', 'Е'),
    ],
    ['as a web page writes it', kyrgyzCard.join('\n').replaceAll('<', '&lt;')],
    ['with wide fillers', kyrgyzCard.join('\n').replaceAll('<', '＜')],
    [
      'at the foot of a page',
      `KYRGYZ REPUBLIC\nIDENTITY CARD No. 0123458\n\n${kyrgyzCard.join('\n')}\n- 1 -`,
    ],
    ['with blank lines and blanks around', `\n  ${first} \n\n ${second}\n\t${third}\n\n`],
  ])('is understood %s', (_, text) => {
    expect(parseMrz(text, TODAY)).toEqual({ ok: true, value: expected });
  });

  test('a passport without line ends is one, too', () => {
    expect(unwrap(parseMrz(TD3.join(''), TODAY)).lines).toEqual(TD3);
    expect(unwrap(parseMrz(TD2.join(''), TODAY)).lines).toEqual(TD2);
    expect(unwrap(parseMrz(`  ${TD3.join(' ')} `, TODAY)).lines).toEqual(TD3);
    expect(unwrap(parseMrz(TD2.join('\t'), TODAY)).lines).toEqual(TD2);
  });

  test.each([
    ['', { code: 'empty' }],
    ['\u0002\r\n\u0003', { code: 'empty' }],
    ['HELLO', { code: 'wrong-length', lineLengths: [5] }],
    ['A'.repeat(5000), { code: 'wrong-length', lineLengths: [5000] }],
    [TD3.join('\n').replace('P<', 'V<'), { code: 'unsupported-document' }],
  ])('%j is no zone', (text, error) => {
    expect(parseMrz(text, TODAY)).toEqual({ ok: false, error });
  });

  test('each unreadable field is named', () => {
    const lines = TD3.map((line) => line.replace('7408122', '7408132').replace('L898902C', 'L898902?'));
    expect(parseMrz(lines, TODAY)).toEqual({
      ok: false,
      error: {
        code: 'unreadable-fields',
        fields: [
          { field: 'document-number', problem: 'character' },
          { field: 'birth-date', problem: 'check-digit' },
          { field: 'composite', problem: 'character' },
        ],
      },
    });
  });

  test('a day that does not exist is named, though its check digit holds', () => {
    const birth = `740231${checkDigit('740231')}`;
    const [line1 = '', line2 = ''] = TD3;
    const draft = line2.replace('7408122', birth).slice(0, 43);
    const digit = checkDigit(compositeText(line1 + draft, MRZ_LAYOUTS.TD3));
    expect(parseMrz([line1, draft + digit], TODAY)).toEqual({
      ok: false,
      error: { code: 'unreadable-fields', fields: [{ field: 'birth-date', problem: 'date' }] },
    });
  });
});
