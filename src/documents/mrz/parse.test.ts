import { describe, expect, test } from 'vitest';
import { unwrap } from '../../domain/result.ts';
import { buildMrz, type MrzContent } from './build.ts';
import { checkDigit } from './check-digit.ts';
import { compositeText, MRZ_LAYOUTS } from './layout.ts';
import { parseMrz } from './parse.ts';
import {
  KYRGYZ_CARD,
  kyrgyzCard,
  kyrgyzPassport,
  TD1,
  TD1_LONG,
  TD2,
  TD3,
  TODAY,
} from './testing/specimens.ts';

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
