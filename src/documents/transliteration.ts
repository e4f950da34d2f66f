import { buildMrzNames } from './mrz/names.ts';

/**
 * Cyrillic to Latin as machine-readable zones have it (ICAO 9303-3 section 6 B), with the three letters that
 * Kyrgyz has besides the Russian ones in the spelling usual in Kyrgyz passports. A holder may have asked for another
 * spelling, so the Latin name is a help for the eye and never decides who somebody is.
 */
const LATIN: Readonly<Record<string, string>> = {
  А: 'A',
  Б: 'B',
  В: 'V',
  Г: 'G',
  Д: 'D',
  Е: 'E',
  Ё: 'E',
  Ж: 'ZH',
  З: 'Z',
  И: 'I',
  Й: 'I',
  К: 'K',
  Л: 'L',
  М: 'M',
  Н: 'N',
  Ң: 'N',
  О: 'O',
  Ө: 'O',
  П: 'P',
  Р: 'R',
  С: 'S',
  Т: 'T',
  У: 'U',
  Ү: 'U',
  Ф: 'F',
  Х: 'KH',
  Ц: 'TS',
  Ч: 'CH',
  Ш: 'SH',
  Щ: 'SHCH',
  Ъ: 'IE',
  Ы: 'Y',
  Ь: '',
  Э: 'E',
  Ю: 'IU',
  Я: 'IA',
};

/** Latin spellings met for one sound, longest first; each is read as the sound's one letter. */
const SOUNDS: readonly (readonly [RegExp, string])[] = [
  [/SHCH/g, 'W'],
  [/DZH|ZH|DJ|J/g, 'J'],
  [/KH|H(?<![CS]H)/g, 'X'],
  [/CH/g, 'C'],
  [/SH/g, 'S'],
  [/TS/g, 'C'],
  [/NG/g, 'N'],
  [/OO/g, 'O'],
  [/UU/g, 'U'],
  [/AA/g, 'A'],
  [/EE/g, 'E'],
  [/IU|YU/g, 'U'],
  [/IA|YA/g, 'A'],
  [/IE|YE|IO|YO/g, 'E'],
  [/Y/g, 'I'],
  [/I+/g, 'I'],
];

/** Upper-case Latin letters for Cyrillic ones; what is no Cyrillic letter stays as it is. */
export function transliterate(text: string): string {
  return [...text.normalize('NFC').toUpperCase()].map((letter) => LATIN[letter] ?? letter).join('');
}

/** The name field of a zone, `length` characters (TD1 30, TD2 31, TD3 39), from Cyrillic names. */
export function mrzNamesFromCyrillic(surname: string, givenNames: string, length: number): string {
  return buildMrzNames(transliterate(surname), transliterate(givenNames), length);
}

/**
 * Whether a Latin name can be a spelling of a Cyrillic one: Жумагулов as ZHUMAGULOV, DZHUMAGULOV or JUMAGULOV. A
 * Latin name that was cut short agrees with what it begins. For telling an operator of a difference, not for matching.
 */
export function namesMayAgree(cyrillic: string, latin: string): boolean {
  const expected = soundsOf(transliterate(cyrillic));
  const found = soundsOf(latin.toUpperCase());
  return found !== '' && (expected === found || (found.length >= 3 && expected.startsWith(found)));
}

function soundsOf(latin: string): string {
  const letters = latin.replace(/[^A-Z]/g, '');
  return SOUNDS.reduce((text, [spelling, sound]) => text.replace(spelling, sound), letters);
}
