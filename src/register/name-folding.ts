/**
 * How names are made comparable. Two forms of each word are kept: the *folded* form forgives what keyboards do
 * (Ө typed О, Ү typed У, Ң typed Н, Ё typed Е), and the *skeleton* is one plain Latin spelling that Cyrillic
 * and the usual Latin spellings of it all come down to (ICAO 9303 part 3 section 6, Kyrgyz and Uzbek passport
 * spellings, everyday ones). The skeleton is for finding only; it is never shown or printed.
 */

/** Marks of direction, joiners, soft hyphens: what comes along when a name is pasted. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;

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
  // Letters that stand for Ө and Ң on keyboards which have none, and in old encodings.
  ['ɵ', 'о'],
  ['θ', 'о'],
  ['ѳ', 'о'],
  ['ҥ', 'н'],
  ['ӊ', 'н'],
  ['ӈ', 'н'],
]);

/** What looks the same in both alphabets, where one letter of a Cyrillic word was typed on the Latin layout. */
const LOOK_ALIKES: ReadonlyMap<string, string> = new Map(
  [...'acehkmoptxyb0'].map((letter, at) => [letter, [...'асенкмортхуво'][at] ?? letter] as const),
);

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
    ɵ: 'o',
    θ: 'o',
    ѳ: 'o',
    ҥ: 'n',
    ӊ: 'n',
    ӈ: 'n',
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

/**
 * A name of several words, apart: at blanks, hyphens, full stops, commas, and the fillers of a machine-readable zone. Empty when
 * nothing is left.
 */
export function splitName(text: string): string[] {
  return text
    .normalize('NFC')
    .toLowerCase()
    .replace(INVISIBLE, '')
    .split(/[\s\u00a0.,;/<‐‑–—-]+/u)
    .flatMap(splitParticle)
    .map((word) => word.replace(APOSTROPHES, ''))
    .filter((word) => word !== '');
}

/** A Cyrillic word that has letters of the Latin layout among its own (`Kим`) in Cyrillic alone. */
function inOneAlphabet(word: string): string {
  if (!/\p{Script=Cyrillic}/u.test(word) || !/[a-z0]/u.test(word)) return word;
  return [...word].map((letter) => LOOK_ALIKES.get(letter) ?? letter).join('');
}

/** The word as every Cyrillic keyboard of the country can type it. */
export function foldWord(word: string): string {
  return [...inOneAlphabet(word.normalize('NFC').toLowerCase().replace(APOSTROPHES, ''))]
    .map((letter) => KEYBOARD_FOLDING.get(letter) ?? letter)
    .join('');
}

/**
 * What else a letter may stand for: Ё is E or IO, Ъ nothing or IE (ICAO 9303 part 3); a Latin J is Ж, or Й where German or
 * Czech rules were followed; EE and OO are long vowels, or И and У as in English.
 */
const OTHER_READINGS: readonly (readonly [RegExp, string])[] = [
  [/[ёЁ]/gu, 'ио'],
  [/[ъЪ]/gu, 'ие'],
  [/j/gi, 'y'],
  [/ee/gi, 'i'],
  [/oo/gi, 'u'],
];

/** All skeletons of a word; more than one where a letter has two readings that differ. */
export function wordSkeletons(word: string): string[] {
  const spellings = OTHER_READINGS.reduce<readonly string[]>(
    (all, [letter, reading]) =>
      all.flatMap((each) => (each.search(letter) < 0 ? [each] : [each, each.replace(letter, reading)])),
    [word],
  );
  return [...new Set(spellings.map(skeletonOf))];
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
  const latin = [...inOneAlphabet(word.normalize('NFC').toLowerCase().replace(APOSTROPHES, ''))]
    .map((letter) => CYRILLIC_TO_LATIN.get(letter) ?? LATIN_SPECIAL.get(letter) ?? letter)
    .join('')
    .normalize('NFD')
    .replace(/\p{Mark}/gu, '');
  return SPELLINGS.reduce((text, [spelling, plain]) => text.replace(spelling, plain), latin);
}
