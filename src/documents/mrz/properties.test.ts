import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unwrap } from '../../domain/result.ts';
import { buildMrz, type MrzContent } from './build.ts';
import { checkDigit } from './check-digit.ts';
import { KYRGYZ_DOCUMENT_SERIES } from './document-series.ts';
import { type FieldSpan, MRZ_FORMATS, MRZ_LAYOUTS } from './layout.ts';
import { parseMrz } from './parse.ts';
import { KYRGYZ_CARD, kyrgyzCard, TD1, TD2, TD3, TODAY } from './testing/specimens.ts';

describe('properties', () => {
  const digits = (length: number) => fc.stringMatching(new RegExp(`^[0-9]{${length}}$`));
  const letters = (min: number, max: number) => fc.stringMatching(new RegExp(`^[A-Z]{${min},${max}}$`));
  const iso = (from: string, to: string) =>
    fc
      .date({ min: new Date(from), max: new Date(to), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10));
  // An unknown series of letters that look like a known one's is taken for that one where its check digit holds, too.
  const series = fc.oneof(
    fc.constantFrom(...KYRGYZ_DOCUMENT_SERIES.map(({ prefix }) => prefix)),
    fc.stringMatching(/^[A-CE-HJKMNPR-Z]{2}$/),
  );
  const content = fc.record({
    format: fc.constantFrom(...MRZ_FORMATS),
    documentCode: fc.constantFrom('I', 'ID', 'P', 'PE', 'AC'),
    issuingState: fc.constantFrom('KGZ', 'UTO', 'D', 'KAZ'),
    documentNumber: fc.tuple(series, digits(7)).map(([prefix, number]) => prefix + number),
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
