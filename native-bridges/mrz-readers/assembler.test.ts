import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LineAssembler } from './assembler.ts';

const TD1 = [
  'I<UTOD231458907<<<<<<<<<<<<<<<',
  '7408122F1204159UTO<<<<<<<<<<<6',
  'ERIKSSON<<ANNA<MARIA<<<<<<<<<<',
];
const TD3 = ['P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'L898902C36UTO7408122F1204159ZE184226B<<<<<10'];
const bytes = (text: string) => new TextEncoder().encode(text);

describe('the assembler of serial readers', () => {
  test.each([
    ['STX, CR, ETX', `\x02${TD1.join('\r')}\r\x03`],
    ['CR LF and ETX', `${TD1.join('\r\n')}\r\n\x03`],
    ['device header and check byte', `\x01\x02OU\x02F${TD1.join('\r')}\r\x03\x02`],
    ['no separators', `\x02${TD1.join('')}\x03`],
  ])('takes off %s', (_name, message) => {
    expect(new LineAssembler().push(bytes(message))).toEqual([TD1]);
  });

  test('cuts a passport that came in one piece', () => {
    expect(new LineAssembler().push(bytes(`${TD3.join('')}\x03`))).toEqual([TD3]);
  });

  test('ends a message without ETX when the driver finds silence', () => {
    const assembler = new LineAssembler();
    expect(assembler.push(bytes(TD1.join('\r')))).toEqual([]);
    expect(assembler.flush()).toEqual(TD1);
    expect(assembler.flush()).toBeNull();
  });

  test('drops the bare CR of a line that the reader could not see, and keeps other text as it is', () => {
    const assembler = new LineAssembler();
    expect(assembler.push(bytes(`\x02\r\r${TD1[2]}\r\x03`))).toEqual([[TD1[2]]]);
    expect(assembler.push(bytes('https://example.org/r?x=1\r\x03'))).toEqual([['https://example.org/r?x=1']]);
  });

  test('a message that was cut off does not leak into the next one', () => {
    const assembler = new LineAssembler();
    assembler.push(bytes(`\x02${TD1[0]}\rABC`));
    expect(assembler.push(bytes(`\x02${TD1.join('\r')}\r\x03`))).toEqual([TD1]);
  });

  test('any chunks of any framing give the same lines', () => {
    const framings = fc.constantFrom(
      `\x02${TD1.join('\r')}\r\x03`,
      `${TD3.join('\r\n')}\r\n\x03`,
      `\x01\x60OU\x02F${TD1.join('\r')}\r\x03\x41`,
    );
    fc.assert(
      fc.property(
        fc.array(framings, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 40 }),
        (messages, size) => {
          const stream = bytes(messages.join(''));
          const assembler = new LineAssembler();
          const found: string[][] = [];
          for (let at = 0; at < stream.length; at += size)
            found.push(...assembler.push(stream.subarray(at, at + size)));
          expect(found).toEqual(messages.map((message) => (message.includes('P<UTO') ? TD3 : TD1)));
        },
      ),
    );
  });

  test('noise of any kind neither throws nor grows', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 3_000 }), { maxLength: 8 }), (chunks) => {
        const assembler = new LineAssembler();
        const messages = chunks.flatMap((chunk) => assembler.push(chunk));
        const rest = assembler.flush() ?? [];
        const length = [...messages, rest].flat().join('').length;
        expect(length).toBeLessThanOrEqual(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
      }),
      { numRuns: 50 },
    );
  });
});
