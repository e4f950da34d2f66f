import { foldWord, isParticle, prefixSkeletons, splitName, wordSkeletons } from './name-folding.ts';

/** One typed word, in the forms that it is looked up by. */
export interface TypedWord {
  readonly folded: string;
  readonly skeletons: readonly string[];
  readonly beginnings: readonly string[];
  /** The father's name in a patronymic: `Асан` of Асанович, for a register that has `Асан уулу`. */
  readonly fathers: readonly string[];
}

export interface TypedName {
  /** What narrows the search; Нурлан Нурлан уулу has one word twice. */
  readonly words: readonly TypedWord[];
  /** Skeletons of `уулу`, `кызы` and their like. */
  readonly particles: readonly string[];
}

/** Words beyond this many are dropped, shortest first: a name has no more. */
const MOST_WORDS = 6;
const LONGEST_TEXT = 200;

/** `уулу` and `кызы` narrow nothing and only order the hits, unless nothing else was typed. */
export function readTypedName(text: string): TypedName {
  const all = splitName(text.slice(0, LONGEST_TEXT));
  const telling = all.filter((word) => !isParticle(word));
  const words = (telling.length > 0 ? telling : all)
    .toSorted((a, b) => b.length - a.length)
    .slice(0, MOST_WORDS)
    .map(readTypedWord);
  return { words, particles: all.filter(isParticle).flatMap(wordSkeletons) };
}

function readTypedWord(word: string): TypedWord {
  const skeletons = wordSkeletons(word).filter((skeleton) => skeleton !== '');
  return {
    folded: foldWord(word),
    skeletons,
    beginnings: [...new Set([...prefixSkeletons(word), ...skeletons])],
    fathers: [...new Set(skeletons.flatMap(fathersOf))],
  };
}

/** Endings of patronymics as skeletons have them: -ович, -евич, -ич, -овна, -евна, -инична. */
const PATRONYMIC = /^(.{3,}?)(?:[oe]vich|[oe]vna|ich|inichna)$/u;

function fathersOf(skeleton: string): string[] {
  const father = PATRONYMIC.exec(skeleton)?.[1];
  return father === undefined ? [] : [father];
}

/**
 * The same keys on the other layout: `fcfyjd` for асанов. Null where nothing is typed that lies elsewhere.
 * Rows of ЙЦУКЕН (GOST 6431) above those of QWERTY (ANSI INCITS 154).
 */
export function onOtherLayout(text: string): string | null {
  const swapped = [...text.toLowerCase()].map((key) => OTHER_LAYOUT.get(key) ?? key).join('');
  return swapped === text.toLowerCase() ? null : swapped;
}

const CYRILLIC_KEYS = 'йцукенгшщзхъфывапролджэячсмитьбю';
const LATIN_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,.";
const OTHER_LAYOUT: ReadonlyMap<string, string> = new Map([
  ...[...LATIN_KEYS].map((key, at) => [key, CYRILLIC_KEYS.charAt(at)] as const),
  ...[...CYRILLIC_KEYS].map((key, at) => [key, LATIN_KEYS.charAt(at)] as const),
]);
