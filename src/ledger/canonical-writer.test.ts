import { encode, rfc8949EncodeOptions } from 'cborg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeCanonical } from './canonical-writer.ts';

/** Everything that a record may hold, with keys of any script, lengths at the borders of every form, and nesting. */
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, false),
    fc.constantFrom(0, -0, 23, 24, 255, 256, 65535, 65536, 0xffff_ffff, 0x1_0000_0000, 2 ** 53 - 1, 2 ** 53),
    fc.constantFrom(-1, -24, -25, -256, -257, -(2 ** 32), -(2 ** 32) - 1, -(2 ** 53) + 1, -(2 ** 53)),
    fc.integer(),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.float({ noNaN: true, noDefaultInfinity: true }),
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({ unit: fc.constantFrom('ө', 'ү', 'ң', 'Ё', 'a', '𝄞'), minLength: 20, maxLength: 30 }),
    fc.uint8Array({ maxLength: 300 }),
    fc.array(tie('any'), { maxLength: 30 }),
    fc.dictionary(fc.string({ unit: 'binary', maxLength: 12 }), tie('any'), { maxKeys: 30 }),
  ),
})).any;

const record = fc.dictionary(
  fc.oneof(fc.stringMatching(/^[a-zA-Z]{1,30}$/), fc.string({ unit: 'binary', maxLength: 30 })),
  value,
  { maxKeys: 40 },
);

describe('canonical bytes of a record', () => {
  it('are those of the general encoder by RFC 8949, whatever the record holds', () => {
    fc.assert(
      fc.property(record, (fields) => {
        const written = Buffer.from(encodeCanonical(fields)).toString('hex');
        expect(written).toBe(Buffer.from(encode(fields, rfc8949EncodeOptions)).toString('hex'));
      }),
      { numRuns: 1000 },
    );
  });

  it('are written whole where they are longer than anything before, and are nobody else’s afterwards', () => {
    const long = encodeCanonical({ text: 'ң'.repeat(100_000), bytes: new Uint8Array(200_000).fill(7) });
    const copy = Buffer.from(long);
    encodeCanonical({ other: 'x'.repeat(300_000) });
    expect(Buffer.compare(copy, long)).toBe(0);
    expect(copy).toEqual(
      Buffer.from(
        encode({ text: 'ң'.repeat(100_000), bytes: new Uint8Array(200_000).fill(7) }, rfc8949EncodeOptions),
      ),
    );
  });

  it('don’t exist for what a record can’t hold, and the next record is none the worse for it', () => {
    for (const wrong of [
      undefined,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      () => 1,
      12n,
      new Date(0),
      new Map([['a', 1]]),
      Symbol('a'),
    ])
      expect(() => encodeCanonical({ before: 'x'.repeat(50), wrong })).toThrow('plain values only');
    expect([...encodeCanonical({ a: 1 })]).toEqual([0xa1, 0x61, 0x61, 0x01]);
  });
});
