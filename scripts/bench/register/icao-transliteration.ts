/**
 * Cyrillic to Latin of ICAO Doc 9303 part 3 (8th edition), section 6 B, written down from the document for the
 * benchmark alone. The letters that the table lacks are written as passports of the country have them.
 */
const TABLE: Readonly<Record<string, string>> = {
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
  О: 'O',
  П: 'P',
  Р: 'R',
  С: 'S',
  Т: 'T',
  У: 'U',
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
  І: 'I',
  Ў: 'U',
  Ґ: 'G',
  Ң: 'N',
  Ө: 'O',
  Ү: 'U',
  Қ: 'K',
  Ғ: 'G',
  Ҳ: 'KH',
  Ҷ: 'J',
};

export function transliterateIcao(text: string): string {
  return [...text.toUpperCase()].map((letter) => TABLE[letter] ?? letter).join('');
}
