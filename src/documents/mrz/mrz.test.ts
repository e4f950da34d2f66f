import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unwrap } from '../../domain/result.ts';
import { buildMrz, type MrzContent } from './build.ts';
import { checkDigit } from './check-digit.ts';
import { compositeText, type FieldSpan, MRZ_FORMATS, MRZ_LAYOUTS } from './layout.ts';
import { parseMrz } from './parse.ts';

const TODAY = { today: '2026-11-22' };

/** The specimens of ICAO 9303: part 5 (TD1, and with a long number), part 6 (TD2), part 4 (TD3). */
const TD1 = [
  'I<UTOD231458907<<<<<<<<<<<<<<<',
  '7408122F1204159UTO<<<<<<<<<<<6',
  'ERIKSSON<<ANNA<MARIA<<<<<<<<<<',
];
const TD1_LONG = [
  'I<UTOD23145890<7349<<<<<<<<<<<',
  '3407127M9507122UTO<<<<<<<<<<<2',
  'STEVENSON<<PETER<JOHN<<<<<<<<<',
];
const TD2 = ['I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<', 'D231458907UTO7408122F1204159<<<<<<<6'];
const TD3 = ['P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'L898902C36UTO7408122F1204159ZE184226B<<<<<10'];

const KYRGYZ_CARD: MrzContent = {
  format: 'TD1',
  documentCode: 'ID',
  issuingState: 'KGZ',
  documentNumber: 'ID0123458',
  nationality: 'KGZ',
  birthDate: '1984-05-29',
  sex: 'female',
  expiryDate: '2032-03-01',
  surname: 'BEISHENALIEVA',
  givenNames: 'AIZADA',
  optionalData1: '12905198400017',
};
const KYRGYZ_PASSPORT: MrzContent = {
  ...KYRGYZ_CARD,
  format: 'TD3',
  documentCode: 'PE',
  documentNumber: 'PE0123458',
};

const kyrgyzCard = unwrap(buildMrz(KYRGYZ_CARD));
const kyrgyzPassport = unwrap(buildMrz(KYRGYZ_PASSPORT));

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

describe('the specimens of ICAO 9303', () => {
  test.each([
    ['TD1', TD1],
    ['TD2', TD2],
    ['TD3', TD3],
  ])('%s is read', (format, lines) => {
    const zone = unwrap(parseMrz(lines, TODAY));
    expect(zone).toMatchObject({
      format,
      issuingState: 'UTO',
      nationality: 'UTO',
      surname: 'ERIKSSON',
      givenNames: 'ANNA MARIA',
      birthDate: '1974-08-12',
      expiryDate: '2012-04-15',
      sex: 'female',
      personalNumber: null,
      repairs: [],
      findings: [],
    });
    expect(zone.lines).toEqual(lines);
    expect(zone.documentNumber).toBe(format === 'TD3' ? 'L898902C3' : 'D23145890');
  });

  test('a long document number goes on in the optional data', () => {
    const zone = unwrap(parseMrz(TD1_LONG, TODAY));
    expect(zone.documentNumber).toBe('D23145890734');
    expect(zone.optionalData1).toBe('');
    expect(zone.birthDate).toBe('1934-07-12');
  });

  test('are written to the letter', () => {
    const eriksson = {
      nationality: 'UTO',
      issuingState: 'UTO',
      birthDate: '1974-08-12',
      sex: 'female',
    } as const;
    const names = { expiryDate: '2012-04-15', surname: 'Eriksson', givenNames: 'Anna Maria' };
    expect(
      unwrap(
        buildMrz({
          ...eriksson,
          ...names,
          format: 'TD3',
          documentCode: 'P',
          documentNumber: 'L898902C3',
          optionalData1: 'ZE184226B',
        }),
      ),
    ).toEqual(TD3);
    expect(
      unwrap(
        buildMrz({ ...eriksson, ...names, format: 'TD1', documentCode: 'I', documentNumber: 'D23145890' }),
      ),
    ).toEqual(TD1);
  });
});

describe('a Kyrgyz document', () => {
  test.each([
    ['card', kyrgyzCard],
    ['passport', kyrgyzPassport],
  ])('%s gives the personal number, and the century of birth by it', (_, lines) => {
    const zone = unwrap(parseMrz(lines, TODAY));
    expect(zone.personalNumber).toEqual({ digits: '12905198400017', sex: 'female', birthDate: '1984-05-29' });
    expect(zone.birthDate).toBe('1984-05-29');
    expect(zone.findings).toEqual([]);
  });

  test('of a person of a hundred years is not taken for a child', () => {
    const lines = unwrap(
      buildMrz({ ...KYRGYZ_CARD, birthDate: '1924-05-29', optionalData1: '12905192400017' }),
    );
    expect(unwrap(parseMrz(lines, TODAY)).birthDate).toBe('1924-05-29');
  });

  test('whose fields disagree with the personal number is read, and says so', () => {
    const lines = unwrap(buildMrz({ ...KYRGYZ_CARD, sex: 'male', birthDate: '1984-05-30' }));
    expect(unwrap(parseMrz(lines, TODAY)).findings).toEqual([
      'sex-differs-from-personal-number',
      'birth-date-differs-from-personal-number',
    ]);
  });

  test.each([
    [{ optionalData1: '' }, 'personal-number-missing'],
    [{ optionalData1: '13302198400017' }, 'personal-number-invalid'],
    [{ optionalData1: '32905198400017' }, 'personal-number-sex-unknown'],
    [{ documentNumber: 'XX0123456' }, 'unknown-series'],
    [{ documentNumber: 'PE0123456' }, 'series-of-other-document'],
    [{ surname: 'A'.repeat(40) }, 'names-truncated'],
  ])('with %j is read with the finding %s', (change, finding) => {
    const lines = unwrap(buildMrz({ ...KYRGYZ_CARD, ...change }));
    expect(unwrap(parseMrz(lines, TODAY)).findings).toEqual([finding]);
  });

  test('of a series that the station was told of is known', () => {
    const lines = unwrap(buildMrz({ ...KYRGYZ_CARD, documentNumber: 'XX0123456' }));
    const series = [{ prefix: 'XX', document: 'id-card' as const, model: 2026 }];
    expect(unwrap(parseMrz(lines, { ...TODAY, series })).findings).toEqual([]);
  });
});

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

describe('zones that few people have', () => {
  const card = (content: Partial<MrzContent>): readonly string[] =>
    unwrap(buildMrz({ ...KYRGYZ_CARD, issuingState: 'UTO', nationality: 'UTO', ...content }));
  /** Writes a field into a card's second line, with all of its digits. */
  const withBirth = (birth: string): readonly string[] => {
    const [first = '', second = '', third = ''] = card({});
    const changed = birth + checkDigit(birth) + second.slice(7, 29);
    const digit = checkDigit(compositeText(first + changed, MRZ_LAYOUTS.TD1));
    return [first, changed + digit, third];
  };

  test.each(['840500', '840000', '000000', '84<<<<', '<<<<<<'])('born on %s: the rest is read', (birth) => {
    const zone = unwrap(parseMrz(withBirth(birth), TODAY));
    expect(zone).toMatchObject({ birthDate: null, birthDateText: birth, documentNumber: 'ID0123458' });
  });

  test.each(['840012', '841300', '840532'])(
    'born on %s, which is no date in any way: is refused',
    (birth) => {
      expect(parseMrz(withBirth(birth), TODAY)).toMatchObject({ ok: false });
    },
  );

  test('with zeros for the day of birth agree with a personal number that knows it', () => {
    const [first = '', second = '', third = ''] = kyrgyzCard;
    const changed = `840500${checkDigit('840500')}${second.slice(7, 29)}`;
    const digit = checkDigit(compositeText(first + changed, MRZ_LAYOUTS.TD1));
    const zone = unwrap(parseMrz([first, changed + digit, third], TODAY));
    expect(zone.findings).toEqual([]);
    expect(zone.personalNumber?.birthDate).toBe('1984-05-29');
  });

  test.each([
    ['D', 'D'],
    ['GBD', 'GBR'],
    ['EUE', 'D'],
    ['UNO', 'UNO'],
    ['XPO', 'XXA'],
    ['RKS', 'XXX'],
    ['UTO', 'UTO'],
  ])('of %s for somebody of %s are read', (issuingState, nationality) => {
    const zone = unwrap(parseMrz(card({ issuingState, nationality, sex: 'unspecified' }), TODAY));
    expect(zone).toMatchObject({ issuingState, nationality, sex: 'unspecified' });
  });

  test('with one name only, or with names cut at the end, are read, and the cut ones say so', () => {
    expect(unwrap(parseMrz(card({ surname: 'ANNA', givenNames: '' }), TODAY))).toMatchObject({
      surname: 'ANNA',
      givenNames: '',
      findings: [],
    });
    const long = card({ surname: 'PAPANDROPOULOUS', givenNames: 'JONATHON ALEXANDER THEODORE' });
    expect(unwrap(parseMrz(long, TODAY)).findings).toEqual(['names-truncated']);
  });
});

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

describe('properties', () => {
  const digits = (length: number) => fc.stringMatching(new RegExp(`^[0-9]{${length}}$`));
  const letters = (min: number, max: number) => fc.stringMatching(new RegExp(`^[A-Z]{${min},${max}}$`));
  const iso = (from: string, to: string) =>
    fc
      .date({ min: new Date(from), max: new Date(to), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10));
  const content = fc.record({
    format: fc.constantFrom(...MRZ_FORMATS),
    documentCode: fc.constantFrom('I', 'ID', 'P', 'PE', 'AC'),
    issuingState: fc.constantFrom('KGZ', 'UTO', 'D', 'KAZ'),
    documentNumber: fc.tuple(letters(2, 2), digits(7)).map(([series, number]) => series + number),
    nationality: fc.constantFrom('KGZ', 'UTO', 'D'),
    birthDate: iso('1930-01-01', '2008-01-01'),
    sex: fc.constantFrom('female' as const, 'male' as const, 'unspecified' as const),
    expiryDate: iso('2020-01-01', '2040-01-01'),
    surname: letters(1, 12),
    givenNames: letters(1, 12),
    optionalData1: fc.stringMatching(/^[A-Z0-9]{0,7}$/),
  });

  test('what is built is read back', () => {
    fc.assert(
      fc.property(content, (fields) => {
        const zone = unwrap(parseMrz(unwrap(buildMrz(fields)), TODAY));
        expect(zone).toMatchObject(fields);
        expect(zone.repairs).toEqual([]);
      }),
    );
  });

  test('long document numbers are read back', () => {
    const numbers = fc.stringMatching(/^[A-Z0-9]{10,15}$/);
    fc.assert(
      fc.property(content, numbers, (fields, documentNumber) => {
        const { optionalData1: _, ...rest } = fields;
        const card = { ...rest, format: 'TD1' as const, issuingState: 'UTO', documentNumber };
        const zone = unwrap(parseMrz(unwrap(buildMrz(card)), TODAY));
        expect(zone.documentNumber).toBe(documentNumber);
      }),
    );
  });

  test('a single changed character in a checked field never passes unnoticed', () => {
    const place = fc.nat({ max: 1000 });
    const characters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<';
    const value = (character: string): number => checkDigit(`<<${character}`) ?? -1;
    fc.assert(
      fc.property(content, place, fc.constantFrom(...characters), (fields, where, character) => {
        const lines = unwrap(buildMrz(fields));
        const layout = MRZ_LAYOUTS[fields.format];
        const positions = checkedPositions(fields.format);
        const position = positions[where % positions.length] ?? 0;
        const text = lines.join('');
        // The check digit cannot tell values ten apart (ICAO 9303-3, 4.9); where only digits may stand all is told.
        const numeric = numericPositions(fields.format).includes(position);
        const same = value(character) === value(text.charAt(position));
        fc.pre(character !== text.charAt(position) && (numeric || !same));
        const changed = text.slice(0, position) + character + text.slice(position + 1);
        const result = parseMrz(cut(changed, layout.lineLength), TODAY);
        if (result.ok) expect(result.value.repairs.length).toBeGreaterThan(0);
        else expect(result.error.code).toBe('unreadable-fields');
      }),
      { numRuns: 3000 },
    );
  });

  test('up to three look-alikes in a Kyrgyz document are put right or refused, never read as something else', () => {
    const families = ['0OQD', '1IL', '2Z', '4A', '5S', '6G', '7T', '8B'];
    const people = fc.record({
      format: fc.constantFrom('TD1' as const, 'TD3' as const),
      number: digits(7),
      rest: digits(5),
      birthDate: iso('1930-01-01', '2008-01-01'),
      wheres: fc.array(fc.tuple(fc.nat(1000), fc.nat(3)), { minLength: 1, maxLength: 3 }),
    });
    let right = 0;
    fc.assert(
      fc.property(people, ({ format, number, rest, birthDate, wheres }) => {
        const [year, month, day] = birthDate.split('-');
        const passport = format === 'TD3';
        const lines = unwrap(
          buildMrz({
            ...KYRGYZ_CARD,
            format,
            documentCode: passport ? 'P' : 'ID',
            documentNumber: `${passport ? 'PE' : 'ID'}${number}`,
            birthDate,
            optionalData1: `1${day}${month}${year}${rest}`,
          }),
        );
        const layout = MRZ_LAYOUTS[format];
        const characters = [...lines.join('')];
        const positions = checkedPositions(format);
        for (const [where, which] of wheres) {
          const position = positions[where % positions.length] ?? 0;
          const family = families.find((each) => each.includes(characters[position] ?? '')) ?? '';
          characters[position] = family[which % family.length] ?? characters[position] ?? '';
        }
        const result = parseMrz(cut(characters.join(''), layout.lineLength), TODAY);
        if (result.ok) expect(result.value.lines).toEqual(lines);
        else expect(result.error.code).toBe('unreadable-fields');
        if (result.ok) right += 1;
      }),
      { numRuns: 1500, seed: 7 },
    );
    expect(right).toBeGreaterThan(1200);
  });

  test('any text gives a zone or a named error, and never throws', () => {
    const almost = fc
      .tuple(fc.constantFrom(TD1, TD2, TD3, [...kyrgyzCard]), fc.nat(95), fc.string({ maxLength: 3 }))
      .map(([lines, at, junk]) => {
        const text = lines.join('\n');
        return text.slice(0, at) + junk + text.slice(at + junk.length);
      });
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 200 }), fc.string({ unit: 'binary' }), almost), (text) => {
        expect(typeof parseMrz(text, TODAY).ok).toBe('boolean');
      }),
      { numRuns: 2000 },
    );
  });

  function checkedPositions(format: MrzContent['format']): readonly number[] {
    const { composite } = MRZ_LAYOUTS[format];
    const covered = composite.over.flatMap(([start, end]) =>
      Array.from({ length: end - start }, (_, i) => start + i),
    );
    return [...covered, composite.check];
  }

  function numericPositions(format: MrzContent['format']): readonly number[] {
    const { fields, composite } = MRZ_LAYOUTS[format];
    const dates = [fields['birth-date'], fields['expiry-date']].flatMap((span: FieldSpan) =>
      Array.from({ length: span.length }, (_, i) => span.start + i),
    );
    return [...dates, composite.check];
  }

  function cut(text: string, length: number): readonly string[] {
    return Array.from({ length: text.length / length }, (_, i) => text.slice(i * length, (i + 1) * length));
  }
});
