import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BurstDecoder, CODE_SCANNER, DOCUMENT_READER, type KeyPress } from './burst-decoder.ts';

const LINES = [
  'P<KGZASANOVA<<GULNARA<<<<<<<<<<<<<<<<<<<<<<<',
  'AN1234567<1KGZ8703124F31052421203198701234<7',
] as const;

/** The keys of a reader that types these lines, one every `gap` milliseconds. */
function typed(lines: readonly string[], gap: number, end = 'Enter'): KeyPress[] {
  const presses: KeyPress[] = [];
  let time = 1000;
  for (const line of lines) {
    for (const letter of line) {
      presses.push(keyOf(letter, time));
      time += gap;
    }
    presses.push({ code: end, shift: false, time });
    time += gap;
  }
  return presses;
}

function keyOf(letter: string, time: number): KeyPress {
  if (letter === '<') return { code: 'Comma', shift: true, time };
  if (/\d/.test(letter)) return { code: `Digit${letter}`, shift: false, time };
  return { code: `Key${letter.toUpperCase()}`, shift: letter !== letter.toLowerCase(), time };
}

/** What came out: whole readings, and the characters that went to the page. */
function run(presses: readonly KeyPress[], settings = DOCUMENT_READER) {
  const readings: (readonly string[])[] = [];
  const page: string[] = [];
  const decoder = new BurstDecoder(settings, {
    reading: (lines) => readings.push(lines),
    release: (held) => page.push(...held.map((press) => press.code)),
  });
  for (const press of presses) if (decoder.press(press) === 'pass') page.push(press.code);
  decoder.tick(Number.POSITIVE_INFINITY);
  return { readings, page };
}

describe('a document reader that types', () => {
  it('gives the two lines of a passport and lets nothing land in a text field', () => {
    expect(run(typed(LINES, 8))).toEqual({ readings: [[...LINES]], page: [] });
  });

  it('may end its lines with Tab, or with nothing at all', () => {
    expect(run(typed(LINES, 12, 'Tab')).readings).toEqual([[...LINES]]);
    const unended = typed([LINES[0]], 8).slice(0, -1);
    expect(run(unended)).toEqual({ readings: [[LINES[0]]], page: [] });
  });

  it('may hold Shift down as a key of its own', () => {
    const withShift = typed(LINES, 8).flatMap((press) =>
      press.shift ? [{ code: 'ShiftLeft', shift: true, time: press.time }, press] : [press],
    );
    const { readings, page } = run(withShift);
    expect(readings).toEqual([[...LINES]]);
    expect(new Set(page)).toEqual(new Set(['ShiftLeft']));
  });

  it('gives three lines of an identity card at once, without waiting', () => {
    const card = ['I<KGZAN1234567<1', '8703124F3105242KGZ<<<<<<<<<<<4', 'ASANOVA<<GULNARA<<<<<<<<<<<<<<'];
    const first = `${card[0]}${'<'.repeat(14)}`;
    const lines = [first, ...card.slice(1)];
    expect(run(typed(lines, 5)).readings).toEqual([lines]);
  });
});

describe('a person at the keyboard', () => {
  it('keeps every key, in order, and is never taken for a reader', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...'abcdefgh0123456789'), fc.integer({ min: 41, max: 900 })), {
          maxLength: 80,
        }),
        (keys) => {
          let time = 0;
          const presses = keys.map(([letter, gap]) => {
            time += gap;
            return keyOf(letter, time);
          });
          const { readings, page } = run(presses);
          expect(readings).toEqual([]);
          expect(page).toEqual(presses.map((press) => press.code));
        },
      ),
    );
  });

  it('keeps a short fast run too, and the Enter that follows it', () => {
    const presses = typed(['asanova'], 15);
    expect(run(presses)).toEqual({ readings: [], page: presses.map((press) => press.code) });
  });

  it('keeps what was typed before a reader began', () => {
    const before = [keyOf('a', 100), keyOf('b', 300)];
    const { readings, page } = run([...before, ...typed(LINES, 8)]);
    expect(page).toEqual(['KeyA', 'KeyB']);
    expect(readings).toEqual([[...LINES]]);
  });
});

describe('a hand scanner at the issuing table', () => {
  it('gives the code of a receipt as printed, upper and lower case', () => {
    const code = 'T1x9901x2x0042xabcd12ef';
    expect(run(typed([code], 10), CODE_SCANNER)).toEqual({ readings: [[code]], page: [] });
  });
});
