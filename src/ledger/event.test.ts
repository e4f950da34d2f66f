import { createHash } from 'node:crypto';
import { encode } from 'cborg';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unwrap } from '../domain/result.ts';
import { decodeCanonical, encodeCanonical } from './canonical.ts';
import {
  commitTo,
  EVENT_KINDS,
  encodePublicPart,
  hashEvent,
  isCommittedTo,
  type PublicPart,
  saltPart,
} from './event.ts';
import { decodePublicPart } from './public-part.ts';

const hash32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,20}$/);

const publicPart: fc.Arbitrary<PublicPart> = fc.record({
  v: fc.constant(1 as const),
  election: name,
  station: name,
  device: name,
  mock: fc.boolean(),
  epoch: fc.integer({ min: 1 }),
  seq: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  kind: fc.constantFrom(...EVENT_KINDS),
  period: fc.integer({ min: 0, max: 100 }),
  prev: hash32,
  centreCommitment: hash32,
  privateCommitment: hash32,
});

describe('the public part', () => {
  test('has one form of bytes, and comes back from it', () => {
    fc.assert(
      fc.property(publicPart, (part) => {
        const bytes = encodePublicPart(part);
        expect(unwrap(decodePublicPart(bytes))).toEqual(part);
        const reversed = Object.fromEntries(Object.entries(part).toReversed());
        expect(encodeCanonical(reversed)).toEqual(bytes);
      }),
      { seed: 2, numRuns: 100 },
    );
  });

  test('any changed byte is either no event, or an event with another hash', () => {
    fc.assert(
      fc.property(publicPart, fc.nat(), fc.integer({ min: 1, max: 255 }), (part, at, flip) => {
        const bytes = encodePublicPart(part);
        const changed = bytes.map((byte, i) => (i === at % bytes.length ? byte ^ flip : byte));
        expect(hashEvent(changed)).not.toEqual(hashEvent(bytes));
        const decoded = decodePublicPart(changed);
        if (decoded.ok) expect(encodePublicPart(decoded.value)).toEqual(changed);
      }),
      { seed: 3, numRuns: 3000 },
    );
  });

  test('bytes that are cut, or have more of them anywhere, are no event', () => {
    fc.assert(
      fc.property(publicPart, fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 3 }), (part, at, more) => {
        const bytes = encodePublicPart(part);
        const place = at % bytes.length;
        expect(decodePublicPart(bytes.subarray(0, place)).ok).toBe(false);
        const longer = Buffer.concat([bytes.subarray(0, place), more, bytes.subarray(place)]);
        const decoded = decodePublicPart(longer);
        if (decoded.ok) expect(Buffer.from(encodePublicPart(decoded.value))).toEqual(longer);
        expect(decodePublicPart(Buffer.concat([bytes, more])).ok).toBe(false);
      }),
      { seed: 6, numRuns: 1000 },
    );
  });

  test('an unknown field, a missing one, a wrong type or an unknown version is refused', () => {
    const [part] = fc.sample(publicPart, { seed: 4, numRuns: 1 });
    const { period, ...rest } = { ...part };
    for (const wrong of [
      { ...part, more: 1 },
      rest,
      { ...rest, time: period ?? 0 },
      { ...part, v: 2 },
      { ...part, seq: 0 },
      { ...part, period: 1.5 },
      { ...part, kind: 'vote' },
      { ...part, prev: new Uint8Array(31) },
      { ...part, station: 'with a space' },
    ]) {
      expect(decodePublicPart(encodeCanonical(wrong))).toEqual({ ok: false, error: { code: 'malformed' } });
    }
  });

  test('its hash is the leaf hash of RFC 6962: SHA-256 of a zero byte and the bytes', () => {
    const bytes = new TextEncoder().encode('event');
    const expected = createHash('sha256')
      .update(Buffer.concat([Buffer.of(0), bytes]))
      .digest();
    expect(Buffer.from(hashEvent(bytes)).equals(expected)).toBe(true);
  });
});

describe('canonical bytes', () => {
  test('other encodings of the same record are refused', () => {
    const canonical = encodeCanonical({ a: 1, bb: [2] });
    expect(Buffer.from(canonical).toString('hex')).toBe('a26161016262628102');
    const longInteger = Uint8Array.from([0xa1, 0x61, 0x61, 0x18, 0x01]);
    const indefinite = Uint8Array.from([0xbf, 0x61, 0x61, 0x01, 0xff]);
    const twice = Uint8Array.from([0xa2, 0x61, 0x61, 0x01, 0x61, 0x61, 0x01]);
    const trailing = Uint8Array.from([...canonical, 0]);
    const list = encode([1]);
    const wideFloat = Uint8Array.from([0xa1, 0x61, 0x61, 0xfb, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0]);
    const swapped = Uint8Array.from([0xa2, 0x62, 0x62, 0x62, 0x02, 0x61, 0x61, 0x01]);
    for (const bytes of [
      longInteger,
      indefinite,
      twice,
      trailing,
      list,
      wideFloat,
      swapped,
      new Uint8Array(0),
    ]) {
      expect(decodeCanonical(bytes)).toEqual({ ok: false, error: { code: 'not-canonical' } });
    }
  });
});

describe('commitments', () => {
  test('are SHA-256 over salt and bytes, and open with nothing else', () => {
    const part = saltPart({ voter: 'v-1', note: null });
    const expected = createHash('sha256').update(part.salt).update(part.bytes).digest();
    expect(Buffer.from(commitTo(part)).equals(expected)).toBe(true);
    expect(isCommittedTo(part, commitTo(part))).toBe(true);
    expect(isCommittedTo({ ...part, bytes: encodeCanonical({ voter: 'v-2' }) }, commitTo(part))).toBe(false);
    expect(isCommittedTo({ ...part, salt: new Uint8Array(0) }, commitTo(part))).toBe(false);
  });

  test('the same record never gets the same commitment twice: guessing personal numbers finds nothing', () => {
    expect(commitTo(saltPart({ voter: 'v-1' }))).not.toEqual(commitTo(saltPart({ voter: 'v-1' })));
  });

  test('a value that a record cannot hold is a bug', () => {
    expect(() => saltPart({ voter: undefined })).toThrow();
    expect(() => saltPart({ when: new Date(0) })).toThrow();
    expect(() => saltPart({ figure: Number.NaN })).toThrow();
  });
});
