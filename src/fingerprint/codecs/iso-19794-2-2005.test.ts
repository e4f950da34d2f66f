import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FINGER_POSITIONS } from '../../domain/finger.ts';
import { unwrap } from '../../domain/result.ts';
import type { Template } from '../template.ts';
import { decodeIso2005, encodeIso2005, ISO_ANGLE_UNIT } from './iso-19794-2-2005.ts';
import { type MinutiaeRecord, recordFromTemplate, templateFromView } from './minutiae-record.ts';

const sizes = { width: 400, height: 500 };

const recordMinutia = fc.record({
  type: fc.constantFrom('other' as const, 'ending' as const, 'bifurcation' as const),
  x: fc.integer({ min: 0, max: sizes.width - 1 }),
  y: fc.integer({ min: 0, max: sizes.height - 1 }),
  angle: fc.integer({ min: 0, max: 255 }).map((units) => units * ISO_ANGLE_UNIT),
  quality: fc.integer({ min: 0, max: 100 }),
});

const anyRecord: fc.Arbitrary<MinutiaeRecord> = fc.record({
  captureEquipment: fc.integer({ min: 0, max: 0xffff }),
  width: fc.constant(sizes.width),
  height: fc.constant(sizes.height),
  horizontalResolution: fc.integer({ min: 1, max: 0xffff }),
  verticalResolution: fc.integer({ min: 1, max: 0xffff }),
  views: fc.array(
    fc.record({
      position: fc.constantFrom(...FINGER_POSITIONS),
      viewNumber: fc.integer({ min: 0, max: 15 }),
      impressionType: fc.integer({ min: 0, max: 15 }),
      quality: fc.integer({ min: 0, max: 100 }),
      minutiae: fc.array(recordMinutia, { maxLength: 255 }),
      extendedData: fc.uint8Array({ maxLength: 40 }),
    }),
    { minLength: 1, maxLength: 3 },
  ),
});

/** Laid out by hand from clause 7: one view of the right index finger with one ending and one bifurcation. */
const HAND_MADE = Uint8Array.from([
  ...[0x46, 0x4d, 0x52, 0x00, 0x20, 0x32, 0x30, 0x00],
  ...[0x00, 0x00, 0x00, 0x2a, 0x00, 0x00],
  ...[0x01, 0x90, 0x01, 0xf4, 0x00, 0xc5, 0x00, 0xc5],
  ...[0x01, 0x00],
  ...[0x02, 0x00, 0x50, 0x02],
  ...[0x40, 0x64, 0x00, 0xc8, 0x40, 0x5a],
  ...[0x80, 0x0a, 0x00, 0x14, 0xc0, 0x00],
  ...[0x00, 0x00],
]);

describe('ISO/IEC 19794-2:2005 record', () => {
  it('writes the bytes that the standard lays out', () => {
    const bytes = encodeIso2005({
      captureEquipment: 0,
      width: 400,
      height: 500,
      horizontalResolution: 197,
      verticalResolution: 197,
      views: [
        {
          position: 2,
          viewNumber: 0,
          impressionType: 0,
          quality: 80,
          minutiae: [
            { type: 'ending', x: 100, y: 200, angle: 90, quality: 90 },
            { type: 'bifurcation', x: 10, y: 20, angle: 270, quality: 0 },
          ],
          extendedData: new Uint8Array(0),
        },
      ],
    });
    expect(bytes).toEqual(HAND_MADE);
  });

  it('gives every record back as it was, and its bytes too', () => {
    fc.assert(
      fc.property(anyRecord, (record) => {
        const bytes = encodeIso2005(record);
        const decoded = unwrap(decodeIso2005(bytes));
        expect(decoded).toEqual(record);
        expect(encodeIso2005(decoded)).toEqual(bytes);
      }),
      { numRuns: 100 },
    );
  });

  it('refuses a record that is cut short or runs on, at any byte', () => {
    for (let length = 0; length < HAND_MADE.length; length++) {
      expect(decodeIso2005(HAND_MADE.slice(0, length)).ok).toBe(false);
    }
    expect(decodeIso2005(Uint8Array.from([...HAND_MADE, 0]))).toEqual({
      ok: false,
      error: { code: 'length-mismatch' },
    });
  });

  it.each([
    ['magic', 0, 0x47, 'wrong-magic'],
    ['version', 5, 0x33, 'wrong-version'],
    ['length', 11, 0x2b, 'length-mismatch'],
    ['resolution of zero', 19, 0, 'value-out-of-range'],
    ['no views', 22, 0, 'no-view'],
    ['more views than bytes', 22, 2, 'too-short'],
    ['finger position', 24, 11, 'value-out-of-range'],
    ['more minutiae than bytes', 27, 3, 'too-short'],
    ['fewer minutiae than bytes', 27, 1, 'too-short'],
    ['minutia type', 28, 0xc0, 'value-out-of-range'],
    ['coordinate outside', 28, 0x42, 'coordinate-outside-image'],
    ['quality above 100', 33, 101, 'value-out-of-range'],
    ['extended data beyond the end', 41, 1, 'too-short'],
  ])('names what is wrong: %s', (_, offset, value, code) => {
    const bytes = HAND_MADE.slice();
    bytes[offset] = value;
    expect(decodeIso2005(bytes)).toEqual({ ok: false, error: { code } });
  });

  it('never throws on mutated bytes, and whatever it accepts it writes back the same', () => {
    fc.assert(
      fc.property(
        anyRecord,
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 8 }),
        (record, mutations) => {
          const bytes = encodeIso2005(record);
          for (const [where, value] of mutations) bytes[where % bytes.length] = value;
          const decoded = decodeIso2005(bytes);
          if (!decoded.ok) return;
          const again = encodeIso2005(decoded.value);
          // The reserved byte of the header is the one thing that is read past.
          bytes[23] = 0;
          expect(again).toEqual(bytes);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('keeps a template within half a pixel and half an angle unit', () => {
    const template: Template = {
      width: 300,
      height: 400,
      minutiae: [
        { x: 10.4, y: 399.7, angle: 6.28, type: 'ending', quality: 77 },
        { x: 299, y: 0, angle: 1, type: 'bifurcation', quality: 12 },
      ],
    };
    const record = recordFromTemplate(template, { position: 7, quality: 60 }, ISO_ANGLE_UNIT);
    const decoded = unwrap(decodeIso2005(encodeIso2005(record)));
    const view = decoded.views[0];
    if (view === undefined) throw new Error('no view');
    expect(view.position).toBe(7);
    expect(templateFromView(decoded, view)).toEqual({
      width: 300,
      height: 400,
      minutiae: [
        { x: 10, y: 399, angle: 0, type: 'ending', quality: 77 },
        { x: 299, y: 0, angle: expect.closeTo((41 * Math.PI) / 128, 12), type: 'bifurcation', quality: 12 },
      ],
    });
  });

  it('brings a record of another resolution to 500 dpi', () => {
    const record: MinutiaeRecord = {
      captureEquipment: 0,
      width: 788,
      height: 394,
      horizontalResolution: 394,
      verticalResolution: 394,
      views: [
        {
          position: 0,
          viewNumber: 0,
          impressionType: 0,
          quality: 50,
          minutiae: [{ type: 'ending', x: 100, y: 60, angle: 45, quality: 50 }],
          extendedData: new Uint8Array(0),
        },
      ],
    };
    const view = record.views[0];
    if (view === undefined) throw new Error('no view');
    expect(templateFromView(record, view)).toMatchObject({
      width: 394,
      height: 197,
      minutiae: [{ x: 50, y: 30 }],
    });
  });
});
