import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unwrap } from '../../domain/result.ts';
import { parseCertificate } from './certificate.ts';
import { parseCommonData } from './com.ts';
import { parseDataGroup1 } from './dg1.ts';
import { parseDataGroup2, parseFaceRecord } from './dg2.ts';
import { parseDataGroup11 } from './dg11.ts';
import { parseDataGroup12 } from './dg12.ts';
import { decodeObjectIdentifier, encodeObjectIdentifier } from './object-identifiers.ts';
import { authenticatePassively } from './passive-authentication.ts';
import { concatBytes, encodeTlv } from './tlv.ts';

const TODAY = { today: '2026-11-22' };
const text = (value: string): Uint8Array => Buffer.from(value, 'utf8');
const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

/** A facial record with so many feature points before its picture. */
function faceRecord(picture: Uint8Array, featurePoints = 0): Uint8Array {
  const block = 20 + featurePoints * 8 + 12 + picture.length;
  const record = new DataView(new ArrayBuffer(14 + 20 + featurePoints * 8 + 12));
  const head = new Uint8Array(record.buffer);
  head.set(text('FAC\u0000010\u0000'));
  record.setUint32(8, 14 + block);
  record.setUint16(12, 1);
  record.setUint32(14, block);
  record.setUint16(18, featurePoints);
  record.setUint16(34 + featurePoints * 8 + 2, 413);
  record.setUint16(34 + featurePoints * 8 + 4, 531);
  return concatBytes(head, picture);
}

const JPEG = bytes('ffd8ffe000104a46494600');
const JP2 = bytes('0000000c6a5020200d0a870a');

describe('EF.COM', () => {
  test('the worked example of ICAO 9303-11 D.4 lists DG1 and DG2', () => {
    // 9303-11 D.4: version 1.6, Unicode 4.0.0, data groups 61 and 75.
    const file = bytes('60 14 5F01 04 30313036 5F36 06 303430303030 5C 02 6175');
    expect(unwrap(parseCommonData(file))).toEqual({
      version: '0106',
      unicodeVersion: '040000',
      dataGroups: ['DG1', 'DG2'],
    });
  });
});

/**
 * ICAO 9303-10, appendix A, as the tests of other programs quote it: A.1, A.2.1 in ZeroPass's pymrtd and dmrtd, A.5 in gmrtd. Its own
 * lengths and digits are wrong in places, which each test says.
 */
describe('the worked examples of ICAO 9303-10, appendix A', () => {
  test.each([
    ['A.1', '0107', '60165F0104303130375F36063034303030305C046175766C'],
    ['A.1, with other numbers of its version', '1599', '60165F0104313539395F36063034303030305C046175766C'],
  ])('%s: EF.COM with data groups 1, 2, 4 and 12', (_, version, file) => {
    expect(unwrap(parseCommonData(bytes(file)))).toEqual({
      version,
      unicodeVersion: '040000',
      dataGroups: ['DG1', 'DG2', 'DG4', 'DG12'],
    });
  });

  test('A.2.1: DG1 of a card, whose composite digit is printed as 4 and should be 8', () => {
    const file = (digit: string): Uint8Array =>
      bytes(
        '615D5F1F5A 493C4E4C44584938353933354638363939393939393939303C3C3C3C3C3C' +
          `3732303831343846313130383236384E4C443C3C3C3C3C3C3C3C3C3C3C${digit}` +
          '56414E3C4445523C535445454E3C3C4D415249414E4E453C4C4F55495345',
      );
    const expected = {
      format: 'TD1',
      documentCode: 'I',
      issuingState: 'NLD',
      documentNumber: 'XI85935F8',
      optionalData1: '999999990',
      birthDate: '1972-08-14',
      sex: 'female',
      expiryDate: '2011-08-26',
      nationality: 'NLD',
      surname: 'VAN DER STEEN',
      givenNames: 'MARIANNE LOUISE',
    };
    const printed = unwrap(parseDataGroup1(file('34'), TODAY));
    expect(printed).toMatchObject({ ...expected, findings: ['check-digits-wrong', 'names-truncated'] });
    const right = unwrap(parseDataGroup1(file('38'), TODAY));
    expect(right).toMatchObject({ ...expected, findings: ['names-truncated'] });
  });

  test('A.5: DG11, whose lengths of 6B and 5F12 are printed three too large', () => {
    const file = bytes(
      '6B60 5C0A5F0E5F115F425F125F13 5F0E0D534D4954483C3C4A4F484E3C4A 5F110A414E59544F574E3C4D4E' +
        '5F4217313233204D41504C452052443C414E59544F574E3C4D4E 5F120B3136313235353531323132' +
        '5F130C54524156454C3C4147454E54',
    );
    expect(unwrap(parseDataGroup11(file))).toMatchObject({
      surname: 'SMITH',
      givenNames: 'JOHN J',
      birthPlace: 'ANYTOWN MN',
      address: '123 MAPLE RD ANYTOWN MN',
    });
  });
});

describe('DG1', () => {
  const lines = [
    'I<UTOD231458907<<<<<<<<<<<<<<<',
    '7408122F1204159UTO<<<<<<<<<<<6',
    'ERIKSSON<<ANNA<MARIA<<<<<<<<<<',
  ];
  const file = (zone: string): Uint8Array => encodeTlv(0x61, encodeTlv(0x5f1f, text(zone)));

  test('is the zone', () => {
    expect(unwrap(parseDataGroup1(file(lines.join('')), TODAY)).lines).toEqual(lines);
  });

  test('is not repaired: a chip makes no reading errors, and was issued with wrong digits', () => {
    const wrong = unwrap(parseDataGroup1(file(lines.join('').replace('7408122', '74O8122')), TODAY));
    expect(wrong).toMatchObject({
      birthDateText: '74O812',
      birthDate: null,
      findings: ['check-digits-wrong'],
    });
    const digit = unwrap(parseDataGroup1(file(lines.join('').replace('7408122', '7408123')), TODAY));
    expect(digit).toMatchObject({ birthDate: '1974-08-12', findings: ['check-digits-wrong'] });
  });

  test('of another length, or with other characters than a zone has, is refused', () => {
    const zone = lines.join('');
    const others = [zone.slice(1), `${zone}<`, zone.replace('UTO', 'uto'), lines.join('\n'), '<'.repeat(90)];
    for (const other of others) expect(parseDataGroup1(file(other), TODAY).ok).toBe(false);
  });

  test('with an empty personal number and a filler for its digit holds, as Austria issues it', () => {
    const passport =
      'P<UTOSURNAME<<FIRSTNAME<<<<<<<<<<<<<<<<<<<<<DOCNUM<<<8UTO8201054M3401011<<<<<<<<<<<<<<<6';
    expect(unwrap(parseDataGroup1(file(passport), TODAY))).toMatchObject({
      documentNumber: 'DOCNUM',
      findings: [],
    });
  });
});

describe('DG2', () => {
  const file = (record: Uint8Array, tag: number): Uint8Array =>
    encodeTlv(
      0x75,
      encodeTlv(
        0x7f61,
        encodeTlv(0x02, bytes('01')),
        encodeTlv(0x7f60, encodeTlv(0xa1), encodeTlv(tag, record)),
      ),
    );

  test.each([
    ['JPEG', JPEG, 0x5f2e, 0, 'image/jpeg'],
    ['JPEG behind feature points', JPEG, 0x5f2e, 5, 'image/jpeg'],
    ['JPEG 2000, enciphered or constructed tag', JP2, 0x7f2e, 0, 'image/jp2'],
  ])('gives a face in %s', (_, picture, tag, points, mediaType) => {
    expect(unwrap(parseDataGroup2(file(faceRecord(picture, points), tag)))).toEqual({
      mediaType,
      bytes: picture,
      width: 413,
      height: 531,
    });
  });

  test('with a record that ends before its picture, or holds none, is refused', () => {
    const record = faceRecord(JPEG);
    for (let length = 0; length < record.length - JPEG.length + 3; length++) {
      expect(parseFaceRecord(record.subarray(0, length)).ok).toBe(false);
    }
    expect(parseFaceRecord(faceRecord(text('no picture'))).ok).toBe(false);
  });

  test.each([[0], [1], [47], [0xffff_ffff]])(
    'with a record that says a wrong length (%i) reaches to its end',
    (said) => {
      const record = faceRecord(JPEG);
      new DataView(record.buffer).setUint32(14, said);
      expect(unwrap(parseFaceRecord(record)).bytes).toEqual(JPEG);
    },
  );

  const SIZED = bytes('ffd8 ffc0 000b 08 0140 00f0 01 01 1100 ffd9');
  const template = (record: Uint8Array): Uint8Array =>
    encodeTlv(0x7f60, encodeTlv(0xa1), encodeTlv(0x5f2e, record));

  test('with several faces gives the first that holds a picture', () => {
    const records = [text('no picture'), faceRecord(SIZED), faceRecord(JPEG)];
    const group = encodeTlv(0x7f61, encodeTlv(0x02, bytes('03')), ...records.map(template));
    expect(unwrap(parseDataGroup2(encodeTlv(0x75, group))).bytes).toEqual(SIZED);
  });

  test.each([
    ['says that it has more feature points than it has', (record: Uint8Array) => record.with(19, 9)],
    ['is of a later version', (record: Uint8Array) => record.with(5, 0x33)],
    ['is a picture alone', () => SIZED],
    ['has bytes between its head and its picture', () => concatBytes(faceRecord(bytes('0000')), SIZED)],
  ])('whose record %s: its picture is found', (_, change) => {
    const group = encodeTlv(0x7f61, encodeTlv(0x02, bytes('01')), template(change(faceRecord(SIZED))));
    expect(unwrap(parseDataGroup2(encodeTlv(0x75, group)))).toEqual({
      mediaType: 'image/jpeg',
      bytes: SIZED,
      width: 240,
      height: 320,
    });
  });

  test('takes the size from the picture where the record says none', () => {
    const picture = bytes('ffd8 ffc0 000b 08 0140 00f0 01 01 1100 ffd9');
    const record = faceRecord(picture);
    new DataView(record.buffer).setUint32(36, 0);
    expect(unwrap(parseFaceRecord(record))).toMatchObject({ width: 240, height: 320 });
  });
});

describe('DG11', () => {
  const file = (...objects: readonly Uint8Array[]): Uint8Array => encodeTlv(0x6b, ...objects);

  test('has the Cyrillic name, the number and the full date', () => {
    const details = file(
      encodeTlv(0x5c, bytes('5f0e5f105f2b5f42')),
      encodeTlv(0x5f0e, text('ӨМҮРБЕКОВ<<ЭЛДАР<АСАНОВИЧ')),
      encodeTlv(0x5f10, text('20101200000001')),
      encodeTlv(0x5f2b, text('20000101')),
      encodeTlv(0x5f42, text('ЧҮЙ<<БИШКЕК<1')),
    );
    expect(unwrap(parseDataGroup11(details))).toEqual({
      surname: 'ӨМҮРБЕКОВ',
      givenNames: 'ЭЛДАР АСАНОВИЧ',
      personalNumber: { digits: '20101200000001', sex: 'male', birthDate: '2000-01-01' },
      birthDate: '2000-01-01',
      birthPlace: null,
      address: 'ЧҮЙ БИШКЕК 1',
    });
  });

  test('reads a packed date, and leaves out what is not there or not well formed', () => {
    const packed = unwrap(parseDataGroup11(file(encodeTlv(0x5f2b, bytes('19840529')))));
    expect(packed).toMatchObject({ birthDate: '1984-05-29', surname: null, personalNumber: null });
    const wrong = unwrap(
      parseDataGroup11(file(encodeTlv(0x5f2b, text('19841399')), encodeTlv(0x5f10, text('1')))),
    );
    expect(wrong).toMatchObject({ birthDate: null, personalNumber: null });
  });
});

describe('DG12', () => {
  test.each([
    // Both as gmrtd's tests quote them, from a French and a New Zealand passport, without personal data.
    [
      '6C3E5C045F195F265F192A4A414B41525441202D20414D42415353414445204445204652414E434520454E20494E444F4E455349455F26083230313730393035',
      { issuingAuthority: 'JAKARTA - AMBASSADE DE FRANCE EN INDONESIE', issueDate: '2017-09-05' },
    ],
    [
      '6C205C045F555F565F550E32303136313131353031333631325F56064E2D34393632',
      { issuingAuthority: null, issueDate: null, otherTags: ['5f55', '5f56'] },
    ],
    ['6C0B5C025F265F260420170905', { issueDate: '2017-09-05', otherTags: [] }],
  ])('%s is read', (file, expected) => {
    expect(unwrap(parseDataGroup12(bytes(file)))).toMatchObject(expected);
  });

  test('of another tag, or cut, is refused', () => {
    for (const file of ['6B00', '6C05', '']) expect(parseDataGroup12(bytes(file)).ok).toBe(false);
  });
});

describe('object identifiers', () => {
  test.each(['1.2.840.113549.1.7.2', '2.23.136.1.1.1', '2.5.29.35', '0.4.0.127.0.7'])(
    '%s there and back',
    (dotted) => {
      expect(decodeObjectIdentifier(encodeObjectIdentifier(dotted))).toBe(dotted);
    },
  );

  test('cut or overlong ones are refused', () => {
    for (const hex of ['', '2a86', 'ffffffffffffff7f']) expect(decodeObjectIdentifier(bytes(hex))).toBeNull();
  });
});

describe('any bytes', () => {
  test('are read or refused by every reader of files, never thrown at', () => {
    const tagged = fc
      .tuple(fc.constantFrom(0x60, 0x61, 0x75, 0x6b, 0x77, 0x30), fc.uint8Array({ maxLength: 120 }))
      .map(([tag, value]) => encodeTlv(tag, value));
    const record = fc
      .tuple(fc.nat(45), fc.nat(255))
      .map(([at, value]) => faceRecord(JPEG).map((byte, i) => (i === at ? value : byte)));
    fc.assert(
      fc.property(fc.oneof(tagged, record, fc.uint8Array({ maxLength: 120 })), (input) => {
        for (const parse of [
          parseCommonData,
          parseDataGroup2,
          parseDataGroup11,
          parseDataGroup12,
          parseFaceRecord,
        ]) {
          expect(typeof parse(input).ok).toBe('boolean');
        }
        expect(parseDataGroup1(input, TODAY).ok).toBe(false);
        expect(parseCertificate(input)).toBeNull();
        expect(authenticatePassively(input, new Map(), []).outcome).toBe('altered');
      }),
      { numRuns: 1500 },
    );
  });
});
