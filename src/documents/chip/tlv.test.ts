import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unwrap } from '../../domain/result.ts';
import { encodeTlv, findTlv, readOnlyTlv, readTlv, readTlvHeader, readTlvs } from './tlv.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

describe('data objects', () => {
  test.each([
    ['5f1f03616263', 0x5f1f, 3],
    ['7f61820003010203', 0x7f61, 3],
    ['0400', 0x04, 0],
  ])('%s has its tag and value', (hex, tag, length) => {
    const tlv = unwrap(readTlv(bytes(hex)));
    expect(tlv.tag).toBe(tag);
    expect(tlv.value).toHaveLength(length);
  });

  test.each([
    ['', 'cut'],
    ['5f', 'cut'],
    ['0405aabb', 'cut'],
    ['0482', 'cut'],
    ['0480', 'bad-header'],
    ['0484ffffffff', 'bad-header'],
    ['1fffffff01', 'bad-header'],
  ])('%j is refused as %s', (hex, code) => {
    expect(readTlv(bytes(hex))).toEqual({ ok: false, error: { code } });
  });

  test('DER takes the shortest length only', () => {
    for (const hex of ['04810100', '0482008000', '048300ffff00']) {
      expect(readTlvHeader(bytes(hex), 0, { der: true })).toEqual({
        ok: false,
        error: { code: 'not-canonical' },
      });
      expect(readTlvHeader(bytes(hex)).ok).toBe(true);
    }
  });

  test('the one object must be the whole', () => {
    expect(readOnlyTlv(bytes('0401aa00'), 0x04)).toEqual({ ok: false, error: { code: 'trailing-bytes' } });
    expect(readOnlyTlv(bytes('0401aa'), 0x05)).toEqual({ ok: false, error: { code: 'not-found' } });
  });

  test('a path is followed downwards', () => {
    const tree = encodeTlv(
      0x7f61,
      encodeTlv(0x02, bytes('01')),
      encodeTlv(0x7f60, encodeTlv(0x5f2e, bytes('aa'))),
    );
    expect(unwrap(findTlv(tree, 0x7f61, 0x7f60, 0x5f2e)).value).toEqual(bytes('aa'));
    expect(findTlv(tree, 0x7f61, 0x5f2e)).toEqual({ ok: false, error: { code: 'not-found' } });
  });

  test('too many are refused', () => {
    expect(readTlvs(new Uint8Array(10_000))).toEqual({ ok: false, error: { code: 'too-many' } });
  });

  test('what is written is read, at every length of the length', () => {
    const tags = fc.constantFrom(0x04, 0x30, 0x5f1f, 0x7f61);
    const lengths = fc.oneof(fc.nat(300), fc.integer({ min: 65_530, max: 65_540 }));
    fc.assert(
      fc.property(tags, lengths, (tag, length) => {
        const value = new Uint8Array(length).fill(7);
        const encoded = encodeTlv(tag, value);
        const tlv = unwrap(readOnlyTlv(encoded, tag, { der: true }));
        expect(tlv.value).toHaveLength(length);
      }),
    );
  });

  test('any bytes are read or refused, never beyond their end', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (input) => {
        const objects = readTlvs(input);
        if (!objects.ok) return;
        const length = objects.value.reduce((sum, object) => sum + object.encoded.length, 0);
        expect(length).toBe(input.length);
      }),
      { numRuns: 1000 },
    );
  });
});
