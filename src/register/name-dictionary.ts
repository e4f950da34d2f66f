import type { ReadableStore } from '../store/store.ts';
import { editDistance, forgivenErrors, letterSet, mayBeNear } from './edit-distance.ts';
import { foldWord, wordSkeletons } from './name-folding.ts';

/** A word of the names in a register, with what it is compared by. */
export interface NameWord {
  readonly folded: string;
  readonly skeletons: readonly string[];
  /** The voters who have it: see voter-list.ts. */
  readonly voters: Uint8Array;
}

/** A form of a word: as folded, or as a skeleton. */
interface Form {
  readonly text: string;
  readonly word: number;
}

/**
 * All words of the names in a register, in memory: a station's few thousand in a moment, the country's once. What
 * is asked for goes through arrays of numbers, so that a search among hundreds of thousands of forms allocates nothing.
 */
export class NameDictionary {
  readonly #words: readonly NameWord[];
  /** By text, so that beginnings follow each other. */
  readonly #forms: readonly Form[];
  readonly #letters: Int32Array;
  readonly #lengths: Uint8Array;
  /** No voter has a larger key. */
  readonly mostVoters: number;

  constructor(words: readonly NameWord[], mostVoters: number) {
    this.#words = words;
    this.mostVoters = mostVoters;
    this.#forms = words
      .flatMap(({ folded, skeletons }, word) =>
        [...new Set([folded, ...skeletons])].map((text) => ({ text, word })),
      )
      .filter(({ text }) => text !== '')
      .sort((a, b) => compareTexts(a.text, b.text));
    this.#letters = Int32Array.from(this.#forms, ({ text }) => letterSet(text));
    this.#lengths = Uint8Array.from(this.#forms, ({ text }) => Math.min(text.length, 255));
  }

  word(index: number): NameWord | undefined {
    return this.#words[index];
  }

  /** Words that have this form. */
  equal(text: string, found: (word: number) => void): void {
    for (let at = this.#firstFrom(text); this.#forms[at]?.text === text; at += 1) found(this.#wordAt(at));
  }

  /** Words one of whose forms begins so. */
  beginning(text: string, found: (word: number, missing: number) => void): void {
    for (let at = this.#firstFrom(text); this.#forms[at]?.text.startsWith(text) === true; at += 1) {
      found(this.#wordAt(at), (this.#lengths[at] as number) - text.length);
    }
  }

  /** Words one of whose forms is within the errors that a word of this length is forgiven. */
  near(text: string, found: (word: number, errors: number) => void): void {
    const errors = forgivenErrors(text.length);
    if (errors === 0) return;
    const letters = letterSet(text);
    const [shortest, longest] = [text.length - errors, text.length + errors];
    for (let at = 0; at < this.#lengths.length; at += 1) {
      const length = this.#lengths[at] as number;
      if (length < shortest || length > longest) continue;
      if (!mayBeNear(letters, this.#letters[at] as number, errors)) continue;
      const form = this.#forms[at] as Form;
      const distance = editDistance(text, form.text, errors);
      if (distance <= errors) found(form.word, distance);
    }
  }

  #wordAt(form: number): number {
    return (this.#forms[form] as Form).word;
  }

  /** The first form that is not before this text. */
  #firstFrom(text: string): number {
    let low = 0;
    let high = this.#forms.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareTexts((this.#forms[middle] as Form).text, text) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

export function loadNameDictionary(store: ReadableStore): NameDictionary {
  const words: NameWord[] = [];
  const rows = store.iterate<{ word: string; voters: Uint8Array }>(
    'SELECT word, voters FROM name_word JOIN name_word_voters USING (word_key) ORDER BY word_key',
  );
  for (const { word, voters } of rows) {
    words.push({ folded: foldWord(word), skeletons: wordSkeletons(word), voters });
  }
  const last = store.get<{ last: number | null }>('SELECT max(voter_key) AS last FROM voter')?.last ?? 0;
  return new NameDictionary(words, last);
}

/** By code units: any order that keeps beginnings together will do. */
function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
