/**
 * What each physical key means to the system: the rows of a keyboard from the digits down, plain and with Shift, in
 * the order of `KEYS`.
 */
const KEYS = [
  ...[...'1234567890'].map((digit) => `Digit${digit}`),
  ...['Minus', 'Equal'],
  ...[...'QWERTYUIOP'].map((letter) => `Key${letter}`),
  ...['BracketLeft', 'BracketRight', 'Backslash'],
  ...[...'ASDFGHJKL'].map((letter) => `Key${letter}`),
  ...['Semicolon', 'Quote'],
  ...[...'ZXCVBNM'].map((letter) => `Key${letter}`),
  ...['Comma', 'Period', 'Slash', 'Space'],
];

const ROWS = {
  us: ["1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./ ", '!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:"ZXCVBNM<>? '],
  russian: [
    '1234567890-=йцукенгшщзхъ\\фывапролджэячсмитьбю. ',
    '!"№;%:?*()_+ЙЦУКЕНГШЩЗХЪ/ФЫВАПРОЛДЖЭЯЧСМИТЬБЮ, ',
  ],
  // The state's standard of 2005, as X11 and Linux have it. That of Windows is the Russian one, with ң ө ү by AltGr.
  kyrgyz: [
    '1234567890өңйцукенгшщзхъүфывапролджэячсмитьбю. ',
    '!"№;%:?*()ӨҢЙЦУКЕНГШЩЗХЪҮФЫВАПРОЛДЖЭЯЧСМИТЬБЮ, ',
  ],
  'kyrgyz-phonetic': [
    '1234567890яюөүертыуиопчшъасдфгңйклэьзхжвбнмцщ. ',
    '!"№;%:?-()ЯЮӨҮЕРТЫУИОПЧШЪАСДФГҢЙКЛЭЬЗХЖВБНМЦЩ, ',
  ],
} as const;

export type KeyboardLayout = keyof typeof ROWS;
export const KEYBOARD_LAYOUTS = Object.keys(ROWS) as readonly KeyboardLayout[];

/** A key, with or without Shift. */
export interface Keystroke {
  readonly code: string;
  readonly shift: boolean;
}

/** What the system makes of a key under a layout. */
export function meaningOf({ code, shift }: Keystroke, layout: KeyboardLayout): string {
  const meaning = [...ROWS[layout][shift ? 1 : 0]][KEYS.indexOf(code)];
  if (meaning === undefined) throw new Error(`no key of the table: ${code}`);
  return meaning;
}

/** The key that types a character under a layout. */
export function keystrokeOf(character: string, layout: KeyboardLayout): Keystroke {
  for (const shift of [false, true]) {
    const code = KEYS[[...ROWS[layout][shift ? 1 : 0]].indexOf(character)];
    if (code !== undefined) return { code, shift };
  }
  throw new Error(`no key types ${character} under the ${layout} layout`);
}
