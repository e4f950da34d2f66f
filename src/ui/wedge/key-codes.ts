/**
 * What a document reader that types meant by a key: read from the physical key (UI Events KeyboardEvent code
 * values), as if the layout were US, whatever layout the system has. Readers type as a US keyboard does; with
 * a Kyrgyz or Russian layout their letters would otherwise arrive as Cyrillic.
 */
const PLAIN: Readonly<Record<string, readonly [string, string]>> = {
  Space: [' ', ' '],
  Minus: ['-', '_'],
  Equal: ['=', '+'],
  BracketLeft: ['[', '{'],
  BracketRight: [']', '}'],
  Backslash: ['\\', '|'],
  Semicolon: [';', ':'],
  Quote: ["'", '"'],
  Backquote: ['`', '~'],
  Comma: [',', '<'],
  Period: ['.', '>'],
  Slash: ['/', '?'],
  // The extra key of ISO keyboards: readers set to such a layout send the filler `<` by it.
  IntlBackslash: ['<', '>'],
  NumpadAdd: ['+', '+'],
  NumpadSubtract: ['-', '-'],
  NumpadMultiply: ['*', '*'],
  NumpadDivide: ['/', '/'],
  NumpadDecimal: ['.', '.'],
};
const SHIFTED_DIGITS = ')!@#$%^&*(';

/** The character of a physical key on a US keyboard; null for keys that type nothing. */
export function characterOf(code: string, shift: boolean): string | null {
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (letter !== undefined) return shift ? letter : letter.toLowerCase();
  const digit = /^Digit([0-9])$/.exec(code)?.[1];
  if (digit !== undefined) return shift ? SHIFTED_DIGITS.charAt(Number(digit)) : digit;
  const pad = /^Numpad([0-9])$/.exec(code)?.[1];
  if (pad !== undefined) return pad;
  const pair = PLAIN[code];
  return pair === undefined ? null : pair[shift ? 1 : 0];
}
