import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type EventLine, parseEventLine, toBase64, toHex } from './export-format.ts';

const bytes = fc.uint8Array({ maxLength: 80 });
const shown = fc.record({ salt: bytes.map(toBase64), bytes: bytes.map(toBase64) });
const place = fc.oneof(fc.nat(300), fc.maxSafeNat());
const line: fc.Arbitrary<EventLine> = fc.oneof(
  fc.record({
    epoch: place,
    seq: place,
    hash: fc.uint8Array({ minLength: 32, maxLength: 32 }).map(toHex),
    public: bytes.map(toBase64),
  }),
  fc.record({
    epoch: place,
    seq: place,
    hash: fc.uint8Array({ minLength: 32, maxLength: 32 }).map(toHex),
    public: bytes.map(toBase64),
    centre: fc.option(shown),
    private: fc.option(shown),
  }),
);

/** A space behind the bracket means nothing in JSON, and is none of our own form: it is read through JSON. */
function throughJson(text: string): string {
  return text.startsWith('{') ? `{ ${text.slice(1)}` : text;
}

test('a line in our own form is read as JSON says, with every byte', () => {
  fc.assert(
    fc.property(line, (value) => {
      const text = JSON.stringify(value);
      const read = parseEventLine(text);
      expect(read).toEqual(parseEventLine(throughJson(text)));
      if (value.epoch >= 1 && value.seq >= 1) {
        expect(read).not.toBeNull();
        expect(toBase64(read?.publicBytes ?? new Uint8Array())).toBe(value.public);
        expect(toBase64(read?.private?.bytes ?? new Uint8Array())).toBe(value.private?.bytes ?? '');
      } else expect(read).toBeNull();
    }),
  );
});

test('a line with any one character changed, missing or put in is read, or refused, as JSON says', () => {
  const signs = fc.constantFrom(...'{}[]":,=+/-_ .09aAgzZ\\\n\t', '\u00e9', 'null', '"x":1,', '01');
  fc.assert(
    fc.property(line, fc.nat(), fc.nat(1), signs, (value, at, removed, sign) => {
      const text = JSON.stringify(value);
      const index = at % (text.length + 1);
      const changed = text.slice(0, index) + sign + text.slice(index + removed);
      expect(parseEventLine(changed)).toEqual(parseEventLine(throughJson(changed)));
    }),
    { numRuns: 3000 },
  );
});
