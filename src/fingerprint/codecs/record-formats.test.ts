import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../domain/result.ts';
import { makeRandom } from '../testing/random.ts';
import { makeFinger } from '../testing/toy-finger.ts';
import { type Ansi2004Record, decodeAnsi2004, encodeAnsi2004 } from './ansi-378-2004.ts';
import { decodeAnsi2009, encodeAnsi2009 } from './ansi-378-2009.ts';
import { decodeIso2005, encodeIso2005 } from './iso-19794-2-2005.ts';
import { decodeIso2011, encodeIso2011 } from './iso-19794-2-2011.ts';
import { type RecordFormat, readTemplates } from './read-templates.ts';
import { writeTemplate } from './write-template.ts';

const FORMATS: readonly RecordFormat[] = ['iso-2005', 'iso-2011', 'ansi-2004', 'ansi-2009', 'ansi-2009-am1'];
const ENDING = { type: 'ending', x: 100, y: 200, angle: 90, quality: 90 } as const;
const SIZE = { width: 400, height: 500, horizontalResolution: 197, verticalResolution: 197 };

/** Decodes and encodes again, by the format that was recognised. */
function rewrite(bytes: Uint8Array): Uint8Array | null {
  const read = readTemplates(bytes);
  if (!read.ok) return null;
  switch (read.value.format) {
    case 'iso-2005':
      return encodeIso2005(unwrap(decodeIso2005(bytes)));
    case 'iso-2011':
      return encodeIso2011(unwrap(decodeIso2011(bytes)));
    case 'ansi-2004':
      return encodeAnsi2004(unwrap(decodeAnsi2004(bytes)));
    default:
      return encodeAnsi2009(unwrap(decodeAnsi2009(bytes)));
  }
}

/** Header byte that the standards reserve; it is read past. */
function clearReserved(bytes: Uint8Array, format: RecordFormat): Uint8Array {
  const at = { 'iso-2005': 23, 'ansi-2004': 25, 'ansi-2009': 20, 'ansi-2009-am1': 20, 'iso-2011': -1 }[
    format
  ];
  const long = format === 'ansi-2004' && bytes[8] === 0 && bytes[9] === 0 ? 4 : 0;
  if (at >= 0) bytes[at + long] = 0;
  return bytes;
}

describe('ANSI 378-2004', () => {
  it('writes the bytes that the standard lays out', () => {
    const view = { position: 2, viewNumber: 1, impressionType: 0, quality: 80, minutiae: [ENDING] } as const;
    const bytes = encodeAnsi2004({
      ...{ version: ' 20', productOwner: 0x0102, productType: 0x0304, captureEquipment: 0x8005 },
      ...SIZE,
      views: [{ ...view, extendedData: new Uint8Array(0) }],
    });
    const expected = [
      ...[0x46, 0x4d, 0x52, 0x00, 0x20, 0x32, 0x30, 0x00],
      ...[0x00, 0x26, 0x01, 0x02, 0x03, 0x04, 0x80, 0x05],
      ...[0x01, 0x90, 0x01, 0xf4, 0x00, 0xc5, 0x00, 0xc5, 0x01, 0x00],
      ...[0x02, 0x10, 0x50, 0x01],
      ...[0x40, 0x64, 0x00, 0xc8, 45, 0x5a],
      ...[0x00, 0x00],
    ];
    expect([...bytes]).toEqual(expected);
    expect(unwrap(readTemplates(bytes)).format).toBe('ansi-2004');
  });

  it('has the long length when it is longer than the short one can say', () => {
    const minutiae = Array.from({ length: 255 }, () => ENDING);
    const view = { position: 3, viewNumber: 0, impressionType: 0, quality: 80, minutiae } as const;
    const record: Ansi2004Record = {
      ...{ version: '020', productOwner: 1, productType: 2, captureEquipment: 3 },
      ...SIZE,
      views: Array.from({ length: 60 }, () => ({ ...view, extendedData: new Uint8Array(0) })),
    };
    const bytes = encodeAnsi2004(record);
    expect(bytes.length).toBeGreaterThan(65_535);
    expect([...bytes.subarray(8, 14)]).toEqual([
      0,
      0,
      0,
      bytes.length >> 16,
      (bytes.length >> 8) & 255,
      bytes.length & 255,
    ]);
    expect(unwrap(decodeAnsi2004(bytes))).toEqual(record);
    expect(unwrap(readTemplates(bytes)).impressions).toHaveLength(60);
  });
});

describe('ANSI 378-2009', () => {
  it.each(['030', '035'] as const)('writes the bytes that version %s lays out', (version) => {
    const bytes = encodeAnsi2009({
      ...{ version, productOwner: 1, productType: 2, certification: 0, captureEquipment: 3 },
      views: [
        {
          ...{ position: 7, viewNumber: 0, impressionType: 0, quality: 254, minutiae: [ENDING] },
          ...{ qualityOwner: 0x0a0b, qualityAlgorithm: 0x0c0d, extendedData: Uint8Array.of(1, 2) },
          ...SIZE,
        },
      ],
    });
    const expected = [
      ...[0x46, 0x4d, 0x52, 0x00, 0x30, 0x33, version === '030' ? 0x30 : 0x35, 0x00],
      ...[0x00, 0x00, 0x00, 0x30, 0x00, 0x01, 0x00, 0x02, 0x00, 0x00, 0x03, 0x01, 0x00],
      ...[0x07, 0x00, 0x00, 0xfe, 0x0a, 0x0b, 0x0c, 0x0d],
      ...[0x01, 0x90, 0x01, 0xf4, 0x00, 0xc5, 0x00, 0xc5, 0x01],
      ...[0x40, 0x64, 0x00, 0xc8, 45, 0x5a],
      ...[0x00, 0x02, 0x01, 0x02],
    ];
    expect([...bytes]).toEqual(expected);
    expect(unwrap(readTemplates(bytes)).format).toBe(version === '030' ? 'ansi-2009' : 'ansi-2009-am1');
  });
});

describe('ISO/IEC 19794-2:2011', () => {
  it('writes the bytes that the standard lays out, with blocks of quality and certification', () => {
    const captureTime = Uint8Array.of(0x07, 0xea, 11, 22, 8, 0, 0, 0, 0);
    const bytes = encodeIso2011({
      certified: true,
      views: [
        {
          ...{ captureTime, technology: 1, vendor: 0x0102, deviceType: 0x0304 },
          qualities: [{ score: 77, vendor: 0x0506, algorithm: 0x0708 }],
          certifications: [{ authority: 0x090a, scheme: 3 }],
          ...{ position: 2, viewNumber: 0, impressionType: 0, endingType: 1, minutiaQualities: false },
          ...SIZE,
          minutiae: [{ ...ENDING, quality: 0 }],
          extendedData: new Uint8Array(0),
        },
      ],
    });
    const expected = [
      ...[0x46, 0x4d, 0x52, 0x00, 0x30, 0x33, 0x30, 0x00],
      ...[0x00, 0x00, 0x00, 0x3f, 0x00, 0x01, 0x01],
      ...[0x00, 0x00, 0x00, 0x30, 0x07, 0xea, 11, 22, 8, 0, 0, 0, 0],
      ...[0x01, 0x01, 0x02, 0x03, 0x04],
      ...[0x01, 77, 0x05, 0x06, 0x07, 0x08],
      ...[0x01, 0x09, 0x0a, 0x03],
      ...[0x02, 0x00, 0x00, 0xc5, 0x00, 0xc5, 0x00, 0x01, 0x90, 0x01, 0xf4, 0x51, 0x01],
      ...[0x40, 0x64, 0x00, 0xc8, 64],
      ...[0x00, 0x00],
    ];
    expect([...bytes]).toEqual(expected);
    expect(unwrap(readTemplates(bytes)).impressions[0]?.template.minutiae[0]?.angle).toBeCloseTo(
      Math.PI / 2,
      9,
    );
  });

  it('refuses a representation whose own length lies', () => {
    const bytes = writeTemplate(makeFinger(1, 3), { position: 2, quality: 50 }, 'iso-2011');
    bytes[18] = (bytes[18] ?? 0) - 1;
    expect(decodeIso2011(bytes)).toEqual({ ok: false, error: { code: 'length-mismatch' } });
  });
});

describe('any record', () => {
  it.each(FORMATS)('%s is recognised and gives its bytes back, with 0, 1 and 255 minutiae', (format) => {
    for (const count of [0, 1, 255]) {
      const bytes = writeTemplate(makeFinger(count, count), { position: 6, quality: 64 }, format);
      const read = unwrap(readTemplates(bytes));
      expect(read.format).toBe(format);
      expect(read.impressions[0]?.position).toBe(6);
      expect(read.impressions[0]?.template.minutiae).toHaveLength(count);
      expect(rewrite(bytes)).toEqual(bytes);
    }
  });

  it.each(FORMATS)('%s is refused when cut or run on at any byte', (format) => {
    const bytes = writeTemplate(makeFinger(3, 6), { position: 2, quality: 50 }, format);
    for (let length = 0; length < bytes.length; length++) {
      expect(readTemplates(bytes.slice(0, length)).ok).toBe(false);
    }
    expect(readTemplates(Uint8Array.from([...bytes, 0])).ok).toBe(false);
  });

  it.each(FORMATS)('%s is refused with a minutia outside of the image', (format) => {
    const template = makeFinger(3, 1);
    const bytes = writeTemplate(template, { position: 2, quality: 50 }, format);
    // Six bytes of the minutia and two of the extended data's length are the record's last.
    bytes[bytes.length - 8] = 0x7f;
    expect(readTemplates(bytes)).toEqual({ ok: false, error: { code: 'coordinate-outside-image' } });
  });

  it('tells the formats that share magic and version apart by their lengths', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 255 }), fc.constantFrom(...FORMATS), (count, format) => {
        const bytes = writeTemplate(makeFinger(7, count), { position: 1, quality: 1 }, format);
        expect(unwrap(readTemplates(bytes)).format).toBe(format);
      }),
      { numRuns: 60 },
    );
  });
});

const environment: { readonly TIZME_FUZZ_RECORDS?: string } = process.env;
/** A long run: TIZME_FUZZ_RECORDS=1000000. */
const FUZZ_RECORDS = Number(environment.TIZME_FUZZ_RECORDS ?? 6000);

describe('hostile records', () => {
  it(
    `answer lawfully, ${FUZZ_RECORDS} of them, and what is accepted is written back the same`,
    () => {
      const random = makeRandom(20_261_122);
      const below = (limit: number): number => Math.floor(random() * limit);
      const originals = FORMATS.flatMap((format) =>
        [0, 1, 20, 255].map((count) =>
          writeTemplate(makeFinger(count, count), { position: 2, quality: 50 }, format),
        ),
      );
      let accepted = 0;
      for (let round = 0; round < FUZZ_RECORDS; round++) {
        let bytes = (originals[below(originals.length)] ?? new Uint8Array(0)).slice();
        for (let mutation = 1 + below(4); mutation > 0; mutation--) {
          // Headers are hit more often than minutiae, and with edge values more often than others.
          const at = below(random() < 0.7 ? Math.min(60, bytes.length) : bytes.length);
          bytes[at] = [0, 1, 127, 128, 255, below(256)][below(6)] ?? 0;
        }
        if (random() < 0.2) bytes = bytes.slice(0, below(bytes.length + 1));
        const read = readTemplates(bytes);
        if (!read.ok) continue;
        accepted++;
        const again = rewrite(bytes);
        expect(again).toEqual(clearReserved(bytes, read.value.format));
        for (const { template } of read.value.impressions) {
          expect(template.minutiae.length).toBeLessThanOrEqual(255);
          expect(template.minutiae.every(({ x, y, angle }) => Number.isFinite(x + y + angle))).toBe(true);
        }
      }
      // The mutations are gentle enough that this is no test of the first check alone.
      expect(accepted).toBeGreaterThan(FUZZ_RECORDS / 50);
    },
    Math.max(20_000, FUZZ_RECORDS),
  );
});
