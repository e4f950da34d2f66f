/**
 * How names are made comparable. Two forms of each word are kept: the *folded* form forgives what keyboards do
 * (Ө typed О, Ү typed У, Ң typed Н, Ё typed Е), and the *skeleton* is one plain Latin spelling that Cyrillic
 * and the usual Latin spellings of it all come down to (ICAO 9303 part 3 section 6, Kyrgyz and Uzbek passport
 * spellings, everyday ones). The skeleton is for finding only; it is never shown or printed.
 */

const APOSTROPHES = /['`´ʹʺʻʼˈ‘’“”"]/gu;

const KEYBOARD_FOLDING: ReadonlyMap<string, string> = new Map([
  ['ө', 'о'],
  ['ү', 'у'],
  ['ң', 'н'],
  ['ё', 'е'],
  // Uzbek and Kazakh Cyrillic.
  ['ў', 'у'],
  ['қ', 'к'],
  ['ғ', 'г'],
  ['ҳ', 'х'],
  ['ә', 'а'],
  ['ұ', 'у'],
  ['һ', 'х'],
  ['і', 'и'],
]);

const CYRILLIC_TO_LATIN: ReadonlyMap<string, string> = new Map(
  Object.entries({
    а: 'a',
    б: 'b',
    в: 'v',
    г: 'g',
    д: 'd',
    е: 'e',
    ё: 'e',
    ж: 'j',
    з: 'z',
    и: 'i',
    й: 'i',
    к: 'k',
    л: 'l',
    м: 'm',
    н: 'n',
    о: 'o',
    п: 'p',
    р: 'r',
    с: 's',
    т: 't',
    у: 'u',
    ф: 'f',
    х: 'h',
    ц: 'ts',
    ч: 'ch',
    ш: 'sh',
    щ: 'sh',
    ъ: '',
    ы: 'i',
    ь: '',
    э: 'e',
    ю: 'iu',
    я: 'ia',
    ө: 'o',
    ү: 'u',
    ң: 'n',
    ў: 'o',
    қ: 'k',
    ғ: 'g',
    ҳ: 'h',
    ә: 'a',
    ұ: 'u',
    һ: 'h',
    і: 'i',
    ї: 'i',
    є: 'e',
    ґ: 'g',
  }),
);

/** Latin letters that lose more than a mark. */
const LATIN_SPECIAL: ReadonlyMap<string, string> = new Map([
  ['ş', 'sh'],
  ['ș', 'sh'],
  ['š', 'sh'],
  ['ç', 'ch'],
  ['č', 'ch'],
  ['ž', 'j'],
  ['ı', 'i'],
  ['ə', 'a'],
  ['ß', 'ss'],
  ['æ', 'e'],
  ['ø', 'o'],
]);

/** In this order: longer spellings before their parts, runs of the same letter last. */
const SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/shch|sch/g, 'sh'],
  [/tch/g, 'ch'],
  [/zh/g, 'j'],
  [/dj/g, 'j'],
  [/kh/g, 'h'],
  [/gh/g, 'g'],
  [/ph/g, 'f'],
  [/ck/g, 'k'],
  [/t[sz]/g, 'c'],
  [/ng+/g, 'n'],
  [/x/g, 'ks'],
  [/q/g, 'k'],
  [/w/g, 'v'],
  [/y/g, 'i'],
  // Iu, yu, ya, ie, iya, ye: the glide is written or not.
  [/i+(?=[aeou])/g, ''],
  [/(.)\1+/gu, '$1'],
];

/** A name of several words, apart: at blanks, hyphens, full stops and commas. Empty when nothing is left. */
export function splitName(text: string): string[] {
  return text
    .normalize('NFC')
    .toLowerCase()
    .split(/[\s\u00a0.,;/‐‑–—-]+/u)
    .flatMap(splitParticle)
    .map((word) => word.replace(APOSTROPHES, ''))
    .filter((word) => word !== '');
}

/** The word as every Cyrillic keyboard of the country can type it. */
export function foldWord(word: string): string {
  return [...word.normalize('NFC').toLowerCase().replace(APOSTROPHES, '')]
    .map((letter) => KEYBOARD_FOLDING.get(letter) ?? letter)
    .join('');
}

/** All skeletons of a word; more than one where a letter has two Latin spellings that differ (Ё: E, IO; Ъ: none, IE). */
export function wordSkeletons(word: string): string[] {
  const spellings = [word, word.replace(/[ёЁ]/gu, 'ио')];
  return [...new Set(spellings.flatMap((each) => [each, each.replace(/[ъЪ]/gu, 'ие')]).map(skeletonOf))];
}

/**
 * Skeletons that a longer word may begin with when `word` is its beginning: the last letters of a Latin
 * beginning may be half of a letter pair (`t` of `ts`, `i` of `ia`).
 */
export function prefixSkeletons(word: string): string[] {
  const plain = skeletonOf(word);
  const found = new Set(plain === '' ? [] : [plain]);
  if (/[a-z]$/u.test(word)) {
    for (const next of ['h', 's', 'zh', 'a', 'e', 'o', 'u']) {
      const longer = skeletonOf(word + next);
      if (longer !== '' && !longer.startsWith(plain)) found.add(longer);
    }
  }
  return [...found];
}

/**
 * `уулу` (son of), `кызы` (daughter of) and their Uzbek and Turkic sisters, by skeleton. Half of a village has
 * one, so they never narrow a search; typed or left out, the same voters are found.
 */
const PARTICLES: ReadonlySet<string> = new Set(
  ['уулу', 'улу', 'угли', 'огли', 'оглы', 'углы', 'оглу', 'ogli', 'ugli']
    .concat(['кызы', 'кизи', 'гызы', 'qizi'])
    .map(skeletonOf),
);

export function isParticle(word: string): boolean {
  return PARTICLES.has(skeletonOf(word));
}

/** Written in one word (`Төлөгөнуулу`), the particle is taken off. */
function splitParticle(word: string): string[] {
  const glued = /^(.{3,})(уулу|кызы|uulu|kyzy)$/u.exec(word);
  return glued?.[1] !== undefined && glued[2] !== undefined ? [glued[1], glued[2]] : [word];
}

function skeletonOf(word: string): string {
  const latin = [...word.normalize('NFC').toLowerCase().replace(APOSTROPHES, '')]
    .map((letter) => CYRILLIC_TO_LATIN.get(letter) ?? LATIN_SPECIAL.get(letter) ?? letter)
    .join('')
    .normalize('NFD')
    .replace(/\p{Mark}/gu, '');
  return SPELLINGS.reduce((text, [spelling, plain]) => text.replace(spelling, plain), latin);
}
