import { foldWord, isParticle, prefixSkeletons, splitName, wordSkeletons } from './name-folding.ts';

/** One typed word, in the forms that it is looked up by. */
export interface TypedWord {
  readonly folded: string;
  readonly skeletons: readonly string[];
  readonly beginnings: readonly string[];
  /** The father's name in a patronymic or surname: `Асан` of Асанович and Асанова, for a register that has `Асан уулу`. */
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

/** A word that may be two, written without what stands between them, has halves of at least so many letters. */
const SHORTEST_HALF = 3;

/** The pairs of words that one word may be, cut anywhere: `абдылдаевапетрова`. */
export function cutsInTwo({ folded }: TypedWord): (readonly [TypedWord, TypedWord])[] {
  const cuts: (readonly [TypedWord, TypedWord])[] = [];
  for (let at = SHORTEST_HALF; at <= folded.length - SHORTEST_HALF; at += 1) {
    cuts.push([readTypedWord(folded.slice(0, at)), readTypedWord(folded.slice(at))]);
  }
  return cuts;
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

/** Endings of patronymics and surnames as skeletons have them: -ович, -евич, -ич, -овна, -евна, -инична; -ов, -ева. */
const PATRONYMIC = /^(.{3,}?)(?:[oe]vich|[oe]vna|ich|inichna|[oe]va?)$/u;

function fathersOf(skeleton: string): string[] {
  const father = PATRONYMIC.exec(skeleton)?.[1];
  return father === undefined ? [] : [father];
}

/**
 * The same keys on the other layout: `fcfyjd` for асанов. Null where nothing is typed that lies elsewhere.
 * Rows of ЙЦУКЕН (GOST 6431) above those of QWERTY (ANSI INCITS 154).
 */
export function onOtherLayout(text: string): string | null {
  const typed = text.toLowerCase();
  const swapped = [...typed].map((key) => OTHER_LAYOUT.get(key) ?? key).join('');
  return swapped === typed ? null : swapped;
}

const CYRILLIC_KEYS = 'ёйцукенгшщзхъфывапролджэячсмитьбю';
const LATIN_KEYS = "`qwertyuiop[]asdfghjkl;'zxcvbnm,.";
/** The keys that are a letter on one layout and none on the other, with the shift key held. */
const CYRILLIC_SHIFTED = 'ёхъжэбю';
const LATIN_SHIFTED = '~{}:"<>';
const OTHER_LAYOUT: ReadonlyMap<string, string> = new Map([
  ...keyPairs(LATIN_SHIFTED, CYRILLIC_SHIFTED),
  ...keyPairs(LATIN_KEYS, CYRILLIC_KEYS),
  ...keyPairs(CYRILLIC_KEYS, LATIN_KEYS),
]);

function keyPairs(from: string, to: string): (readonly [string, string])[] {
  return [...from].map((key, at) => [key, to.charAt(at)] as const);
}
