import type { ReadableStore } from '../store/store.ts';
import type { NameDictionary } from './name-dictionary.ts';
import {
  FIT_EXACT,
  FIT_FATHER,
  FIT_MISSING,
  FIT_SKELETON,
  fitOfBeginning,
  fitOfErrors,
  nameFit,
  partsOf,
} from './name-fit.ts';
import type { VoterSummary } from './register-source.ts';
import { cutsInTwo, onOtherLayout, readTypedName, type TypedName, type TypedWord } from './typed-name.ts';
import { VoterMarks } from './voter-marks.ts';
import { type SummaryRow, summaryFromRow } from './voter-row.ts';

export interface NameSearchResult {
  /** All voters whose names fit; of near spellings a thousand at most are counted. */
  readonly total: number;
  /**
   * The best first, no more than the limit. When more fit, only names that have every word whole are listed, or
   * have no other word; none when even those are too many: nobody reads a list of a thousand.
   */
  readonly hits: readonly VoterSummary[];
}

/** Near spellings are looked for when so few names fit as typed. */
const ENOUGH_HITS = 10;
/** Names that are compared word by word. */
const MOST_COMPARED = 120;
const MOST_NEAR = 1000;
/** Of so many whole names those are looked for that have no other word. */
const MOST_WHOLE = 400;

const NOBODY: NameSearchResult = { total: 0, hits: [] };

/** How well the words of the register fit one typed word, by the words' places in the dictionary. */
type WordFits = ReadonlyMap<number, number>;

/** Name search over one register; keeps what it needs of it in memory. */
export class NameSearch {
  readonly #store: ReadableStore;
  readonly #dictionary: NameDictionary;
  readonly #marks: VoterMarks;

  constructor(store: ReadableStore, dictionary: NameDictionary) {
    this.#store = store;
    this.#dictionary = dictionary;
    this.#marks = new VoterMarks(dictionary.mostVoters);
  }

  /**
   * Finds voters by any part of the name, in any order and any spelling: words as typed and beginnings of words
   * first, then, where few fit, words with one or two typing errors; what was typed on the wrong layout, or in one word, too.
   */
  search(text: string, limit: number): NameSearchResult {
    const typed = readTypedName(text);
    if (typed.words.length === 0) return NOBODY;
    const asTyped = typed.words.map((word) => this.#asTyped(word));
    const total = this.#mark(asTyped);
    if (total >= ENOUGH_HITS) return this.#found(total, typed, limit);
    const other =
      total === 0 ? (this.#onOtherLayout(text, limit) ?? this.#cutInTwo(typed, asTyped, limit)) : null;
    return other ?? this.#near(typed, asTyped, total, limit);
  }

  /** Those that are marked as they were typed, or of too many those whose words are whole. */
  #found(total: number, typed: TypedName, limit: number): NameSearchResult {
    if (total > limit) return { total, hits: this.#whole(typed, limit) };
    return { total, hits: this.#ranked(this.#best(typed, total), typed, limit) };
  }

  /** With typing errors, and where not even that fits, with one word of several left out. */
  #near(typed: TypedName, asTyped: readonly WordFits[], exact: number, limit: number): NameSearchResult {
    const fits = typed.words.map((word, at) => this.#withErrors(word, asTyped[at] ?? new Map()));
    const words = fits.length;
    let near = this.#mark(fits);
    const atLeast = near > 0 || words < 2 ? words : words - 1;
    if (atLeast < words) near = this.#mark(fits, atLeast);
    const hits = this.#ranked(this.#best(typed, MOST_COMPARED, atLeast), typed, limit);
    return { total: Math.max(exact, Math.min(near, MOST_NEAR)), hits };
  }

  #onOtherLayout(text: string, limit: number): NameSearchResult | null {
    const other = onOtherLayout(text);
    if (other === null) return null;
    const typed = readTypedName(other);
    if (typed.words.length === 0) return null;
    const total = this.#mark(typed.words.map((word) => this.#asTyped(word)));
    return total === 0 ? null : this.#found(total, typed, limit);
  }

  /** Where a typed word fits nobody: whether it is two words of a name, written as one. */
  #cutInTwo(typed: TypedName, asTyped: readonly WordFits[], limit: number): NameSearchResult | null {
    for (const [at, word] of typed.words.entries()) {
      if (asTyped[at]?.size !== 0) continue;
      for (const halves of cutsInTwo(word)) {
        const fits = halves.map((half) => this.#equal(half));
        if (fits.some(({ size }) => size === 0)) continue;
        const total = this.#mark(asTyped.toSpliced(at, 1, ...fits));
        if (total > 0)
          return this.#found(total, { ...typed, words: typed.words.toSpliced(at, 1, ...halves) }, limit);
      }
    }
    return null;
  }

  /**
   * Of too many, those who have every typed word whole; of too many of these, those whose name has no other word:
   * who has no surname is found among all whose surname was left out.
   */
  #whole(typed: TypedName, limit: number): readonly VoterSummary[] {
    const total = this.#mark(typed.words.map((word) => this.#equal(word)));
    if (total > MOST_WHOLE) return [];
    // A word that was typed twice has to be there twice.
    const whole = ranked(this.#summaries(this.#best(typed, total)), typed).filter(
      ({ fit }) => fit < FIT_MISSING,
    );
    const fitting =
      whole.length <= limit
        ? whole
        : whole.filter(
            ({ hit }) => partsOf(hit.name).filter(({ particle }) => !particle).length === typed.words.length,
          );
    return fitting.length <= limit ? fitting.map(({ hit }) => hit) : [];
  }

  #equal(word: TypedWord): WordFits {
    const fits = new Map<number, number>();
    for (const skeleton of word.skeletons) {
      this.#dictionary.equal(skeleton, (found) => fits.set(found, FIT_SKELETON));
    }
    this.#dictionary.equal(word.folded, (found) => fits.set(found, FIT_EXACT));
    return fits;
  }

  #asTyped(word: TypedWord): WordFits {
    const fits = new Map(this.#equal(word));
    const add = (found: number, missing: number): void => keepBest(fits, found, fitOfBeginning(missing));
    this.#dictionary.beginning(word.folded, add);
    for (const beginning of word.beginnings) this.#dictionary.beginning(beginning, add);
    return fits;
  }

  #withErrors(word: TypedWord, asTyped: WordFits): WordFits {
    const fits = new Map(asTyped);
    for (const father of word.fathers) {
      this.#dictionary.equal(father, (found) => keepBest(fits, found, FIT_FATHER));
    }
    for (const form of new Set([word.folded, ...word.skeletons])) {
      this.#dictionary.near(form, (found, errors) => keepBest(fits, found, fitOfErrors(errors)));
    }
    return fits;
  }

  /** Marks the voters who have a fitting word for all, or at least so many, of the typed words; how many there are. */
  #mark(fits: readonly WordFits[], atLeast: number = fits.length): number {
    const marks = this.#marks;
    marks.clear();
    // The rarest first: what all have to have is among its voters.
    const lists = fits
      .map((words) => [...words].toSorted((a, b) => a[1] - b[1]))
      .map((words) => ({ words, size: words.reduce((sum, [word]) => sum + this.#sizeOf(word), 0) }))
      .toSorted((a, b) => a.size - b.size);
    for (const [at, { words }] of lists.entries()) {
      const mayBegin = at <= lists.length - atLeast;
      for (const [word, fit] of words) {
        const voters = this.#dictionary.word(word)?.voters;
        if (voters !== undefined) marks.add(at, voters, fit, mayBegin);
      }
    }
    return marks.count(atLeast);
  }

  /** Of those that are marked. */
  #best(typed: TypedName, most: number, atLeast: number = typed.words.length): number[] {
    return this.#marks.best(typed.words.length, atLeast, FIT_MISSING, most);
  }

  #sizeOf(word: number): number {
    return this.#dictionary.word(word)?.voters.length ?? 0;
  }

  #ranked(keys: readonly number[], typed: TypedName, limit: number): readonly VoterSummary[] {
    return ranked(this.#summaries(keys), typed)
      .slice(0, limit)
      .map(({ hit }) => hit);
  }

  #summaries(keys: readonly number[]): VoterSummary[] {
    return keys.flatMap((key) => {
      const row = this.#store.get<SummaryRow>(
        `SELECT voter_key, id, station_number, list_number, surname, given, patronymic, birth_date, address
           FROM voter WHERE voter_key = ?`,
        [key],
      );
      return row === undefined ? [] : [summaryFromRow(row)];
    });
  }
}

function keepBest(fits: Map<number, number>, word: number, fit: number): void {
  const known = fits.get(word);
  if (known === undefined || fit < known) fits.set(word, fit);
}

interface RankedHit {
  readonly hit: VoterSummary;
  readonly fit: number;
}

function ranked(hits: readonly VoterSummary[], typed: TypedName): RankedHit[] {
  return hits
    .map((hit) => ({ hit, fit: nameFit(hit.name, typed) }))
    .sort(
      (a, b) =>
        a.fit - b.fit || a.hit.stationNumber - b.hit.stationNumber || a.hit.listNumber - b.hit.listNumber,
    );
}
