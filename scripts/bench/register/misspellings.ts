import type { Random } from '../../../fixtures/random.ts';
import { fullName, type VoterName } from '../../../src/domain/voter.ts';
import { transliterateIcao } from './icao-transliteration.ts';

/**
 * Names as people get them wrong, made without a word of what the search knows: transliterations of ICAO Doc 9303 and of
 * everyday use, the slips of two keyboards, Russian spellings of Kyrgyz names, the wrong layout, particles and endings
 * that are left out or changed.
 */
export interface Misspelling {
  readonly kind: MisspellingKind;
  readonly typed: string;
  /** The parts of the name that were meant. */
  readonly meant: readonly (keyof VoterName)[];
}

export const MISSPELLING_KINDS = [
  'icao',
  'everyday-latin',
  'russian-keyboard',
  'russian-spelling',
  'one-slip',
  'two-slips',
  'latin-and-slip',
  'wrong-layout',
  'particle',
  'ending',
] as const;
export type MisspellingKind = (typeof MISSPELLING_KINDS)[number];

const SHARES: Readonly<Record<MisspellingKind, number>> = {
  icao: 15,
  'everyday-latin': 15,
  'russian-keyboard': 9,
  'russian-spelling': 12,
  'one-slip': 17,
  'two-slips': 10,
  'latin-and-slip': 10,
  'wrong-layout': 3,
  particle: 5,
  ending: 4,
};

/** A misspelling of a voter's name. */
export function misspell(name: VoterName, random: Random): Misspelling {
  const meant = drawParts(name, random);
  const words = random.next() < 0.3 ? random.shuffle(meant) : meant;
  const text = words.map((part) => name[part]).join(' ');
  const kind = drawKind(random);
  return { kind, typed: inCase(write(kind, text, random), random), meant };
}

/** Whether what was meant is written alike in another name. */
export function isNamesake(name: VoterName, other: VoterName, meant: readonly (keyof VoterName)[]): boolean {
  return meant.every((part) => name[part] === other[part]);
}

export function isSameName(a: VoterName, b: VoterName): boolean {
  return fullName(a) === fullName(b);
}

/** Surname and given name, or all that there is. */
function drawParts(name: VoterName, random: Random): (keyof VoterName)[] {
  const all = (['surname', 'given', 'patronymic'] as const).filter((part) => name[part] !== null);
  return name.surname === null || random.next() < 0.45 ? all : ['surname', 'given'];
}

function drawKind(random: Random): MisspellingKind {
  const total = MISSPELLING_KINDS.reduce((sum, kind) => sum + SHARES[kind], 0);
  let rest = random.next() * total;
  for (const kind of MISSPELLING_KINDS) {
    rest -= SHARES[kind];
    if (rest < 0) return kind;
  }
  return 'one-slip';
}

function inCase(text: string, random: Random): string {
  const draw = random.next();
  if (draw < 0.4) return text.toLowerCase();
  return draw < 0.6 ? text.toUpperCase() : text;
}

function write(kind: MisspellingKind, text: string, random: Random): string {
  switch (kind) {
    case 'icao':
      return transliterateIcao(text);
    case 'everyday-latin':
      return everydayLatin(text, random);
    case 'russian-keyboard':
      return text.replace(/[өүңёўқғҳҷ]/giu, (letter) =>
        likeCase(letter, ON_RUSSIAN_KEYBOARD[letter.toLowerCase()] ?? ''),
      );
    case 'russian-spelling':
      return russianSpelling(text, random);
    case 'one-slip':
      return slip(text, random);
    case 'two-slips':
      return slip(slip(text, random), random);
    case 'latin-and-slip':
      return slip(random.next() < 0.5 ? transliterateIcao(text) : everydayLatin(text, random), random);
    case 'wrong-layout':
      return [...text.toLowerCase()].map((letter) => ON_LATIN_KEYS[letter] ?? letter).join('');
    case 'particle':
      return particle(text, random);
    case 'ending':
      return ending(text, random);
  }
}

const ON_RUSSIAN_KEYBOARD: Readonly<Record<string, string>> = {
  ө: 'о',
  ү: 'у',
  ң: 'н',
  ё: 'е',
  ў: 'у',
  қ: 'к',
  ғ: 'г',
  ҳ: 'х',
  ҷ: 'ж',
};

/** How people write on the Internet and on visiting cards; the first spelling is the commonest. */
const EVERYDAY: Readonly<Record<string, readonly string[]>> = {
  а: ['a'],
  б: ['b'],
  в: ['v', 'v', 'w'],
  г: ['g'],
  д: ['d'],
  е: ['e'],
  ё: ['yo', 'e', 'io'],
  ж: ['zh', 'j', 'j', 'dj'],
  з: ['z'],
  и: ['i'],
  й: ['y', 'i'],
  к: ['k', 'k', 'k', 'q'],
  л: ['l'],
  м: ['m'],
  н: ['n'],
  о: ['o'],
  п: ['p'],
  р: ['r'],
  с: ['s'],
  т: ['t'],
  у: ['u'],
  ф: ['f'],
  х: ['kh', 'h'],
  ц: ['ts', 'c'],
  ч: ['ch'],
  ш: ['sh'],
  щ: ['shch', 'sch'],
  ъ: [''],
  ы: ['y', 'i'],
  ь: ['', "'"],
  э: ['e'],
  ю: ['yu', 'iu'],
  я: ['ya', 'ia'],
  ө: ['o', 'o', 'ö'],
  ү: ['u', 'u', 'ü'],
  ң: ['n', 'ng'],
  ў: ['o', "o'"],
  қ: ['q', 'k'],
  ғ: ['g', "g'"],
  ҳ: ['h', 'kh'],
  ҷ: ['j'],
};

/** One person writes one sound one way. */
function everydayLatin(text: string, random: Random): string {
  const habit = new Map<string, string>();
  return [...text]
    .map((letter) => {
      const lower = letter.toLowerCase();
      const spellings = EVERYDAY[lower];
      if (spellings === undefined) return letter;
      const spelling = habit.get(lower) ?? random.pick(spellings);
      habit.set(lower, spelling);
      return likeCase(letter, spelling);
    })
    .join('');
}

/** Kyrgyz names as Russian clerks wrote them: each change where it can be made, with even odds. */
const RUSSIAN_SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/гүл/giu, 'гуль'],
  [/бүбү/giu, 'бубу'],
  [/^ж|(?<= )ж/giu, 'Дж'],
  [/жан/giu, 'джан'],
  [/ж(?=[аоу])/gu, 'дж'],
  [/ү/gu, 'ю'],
  [/ы/gu, 'и'],
  [/ң/gu, 'нг'],
  [/ээ/gu, 'е'],
  [/өө/gu, 'о'],
  [/уу(?!лу)/gu, 'у'],
  [/аа/gu, 'а'],
  [/эй/gu, 'ей'],
  [/ай(?=ы|о)/gu, 'аи'],
  [/сс/gu, 'с'],
];

function russianSpelling(text: string, random: Random): string {
  const changed = RUSSIAN_SPELLINGS.reduce(
    (so, [pattern, spelling]) => (random.next() < 0.5 ? so.replace(pattern, spelling) : so),
    text,
  );
  return changed.replace(/[өүң]/giu, (letter) =>
    likeCase(letter, ON_RUSSIAN_KEYBOARD[letter.toLowerCase()] ?? ''),
  );
}

const KEY_ROWS: readonly string[] = [
  'йцукенгшщзхъ',
  'фывапролджэ',
  'ячсмитьбю',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
];

/** A finger that misses, strikes twice, not at all, or before another. Between letters of one word only. */
function slip(text: string, random: Random): string {
  const letters = [...text];
  const places = letters.flatMap((letter, at) => (/\p{L}/u.test(letter) ? [at] : []));
  const at = random.pick(places);
  const letter = letters[at] ?? '';
  const draw = random.next();
  if (draw < 0.3) letters[at] = likeCase(letter, neighbour(letter.toLowerCase(), random));
  else if (draw < 0.5) letters.splice(at, 1);
  else if (draw < 0.65) letters.splice(at, 0, letter);
  else if (draw < 0.8) letters.splice(at, 0, likeCase(letter, neighbour(letter.toLowerCase(), random)));
  else {
    const next = letters[at + 1];
    if (next === undefined || !/\p{L}/u.test(next)) letters.splice(at, 1);
    else letters.splice(at, 2, next, letter);
  }
  return letters.join('');
}

function neighbour(letter: string, random: Random): string {
  const row = KEY_ROWS.findIndex((keys) => keys.includes(letter));
  const keys = KEY_ROWS[row];
  if (keys === undefined) return ON_RUSSIAN_KEYBOARD[letter] ?? letter;
  const at = keys.indexOf(letter);
  const above = row === 1 || row === 2 || row === 4 || row === 5 ? KEY_ROWS[row - 1] : undefined;
  const near = [keys[at - 1], keys[at + 1], above?.[at], above?.[at + 1]].filter((key) => key !== undefined);
  return random.pick(near);
}

/** The keys of a Russian keyboard, as they write when the layout is the English one. */
const ON_LATIN_KEYS: Readonly<Record<string, string>> = {
  й: 'q',
  ц: 'w',
  у: 'e',
  к: 'r',
  е: 't',
  н: 'y',
  г: 'u',
  ш: 'i',
  щ: 'o',
  з: 'p',
  х: '[',
  ъ: ']',
  ф: 'a',
  ы: 's',
  в: 'd',
  а: 'f',
  п: 'g',
  р: 'h',
  о: 'j',
  л: 'k',
  д: 'l',
  ж: ';',
  э: "'",
  я: 'z',
  ч: 'x',
  с: 'c',
  м: 'v',
  и: 'b',
  т: 'n',
  ь: 'm',
  б: ',',
  ю: '.',
  ө: 'j',
  ү: 'e',
  ң: 'y',
  ё: 't',
  ў: 'e',
  қ: 'r',
  ғ: 'u',
  ҳ: '[',
  ҷ: ';',
};

/** уулу and кызы left out, joined on or misspelt; a Russian patronymic for a Kyrgyz one, and the reverse. */
function particle(text: string, random: Random): string {
  if (/ (?:уулу|кызы|угли|кизи)/u.test(text)) {
    const draw = random.next();
    if (draw < 0.35) return text.replace(/ (?:уулу|кызы|угли|кизи)/u, '');
    if (draw < 0.6) return text.replace(/ (уулу|кызы)/u, '$1');
    if (draw < 0.8) return text.replace(/уулу/u, 'улуу').replace(/кызы/u, 'кизи');
    return text
      .replace(/(\S+[^аоуэыиеёюяөүй ]) (?:уулу|угли)/u, '$1ович')
      .replace(/(\S+[^аоуэыиеёюяөүй ]) (?:кызы|кизи)/u, '$1овна');
  }
  if (/ович|овна/u.test(text)) return text.replace(/(\S+)ович/u, '$1 уулу').replace(/(\S+)овна/u, '$1 кызы');
  return slip(text, random);
}

/** A man's surname for a woman's, and the reverse; a hyphen left out. */
function ending(text: string, random: Random): string {
  const words = text.split(' ');
  const at = words.findIndex((word) => /[оеи]ва?$|ина?$/u.test(word));
  const word = words[at];
  if (word === undefined) return slip(text, random);
  if (word.includes('-') && random.next() < 0.7)
    words[at] = word.replace('-', random.next() < 0.5 ? ' ' : '');
  else words[at] = word.endsWith('а') ? word.slice(0, -1) : `${word}а`;
  return words.join(' ');
}

/** In the case of the letter that it stands for. */
function likeCase(letter: string, spelling: string): string {
  return letter === letter.toUpperCase() && letter !== letter.toLowerCase()
    ? spelling.charAt(0).toUpperCase() + spelling.slice(1)
    : spelling;
}
