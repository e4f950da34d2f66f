import { fullName, type VoterName } from '../domain/voter.ts';
import type { ReadableStore } from '../store/store.ts';
import { editDistance, forgivenErrors, letterPairs, sharedPairsAtLeast } from './edit-distance.ts';
import { foldWord, isParticle, prefixSkeletons, splitName, wordSkeletons } from './name-folding.ts';
import type { VoterSummary } from './register-source.ts';
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

/** Words beyond this many are dropped, shortest first: a name has no more. */
const MOST_WORDS = 6;
/** Near spellings are looked for when so few names fit as typed. */
const ENOUGH_HITS = 10;
/** Candidates that are compared one by one. */
const MOST_COMPARED = 1000;

/** One typed word. */
interface TypedWord {
  readonly folded: string;
  readonly skeletons: readonly string[];
  readonly beginnings: readonly string[];
}

/** How well a voter's name fits what was typed, smaller is better: the worst word counts first. */
interface Fit {
  readonly worst: number;
  readonly sum: number;
  /** Particles that were typed and are not in the name: `уулу` where she is a `кызы`. */
  readonly otherParticles: number;
}

interface TypedName {
  /** What narrows the search. */
  readonly words: readonly TypedWord[];
  readonly particles: readonly string[];
}

/** As typed; same sound in another spelling; a beginning; from here on one more for each typing error. */
const FIT_EXACT = 0;
const FIT_SKELETON = 1;
const FIT_BEGINNING = 2;
const FIT_NEAR = 2;

/**
 * Finds voters by any part of the name, in any order and any spelling: words as typed and beginnings of words
 * first, then, where few fit, words with one or two typing errors.
 */
export function searchNames(store: ReadableStore, text: string, limit: number): NameSearchResult {
  const typed = readTypedName(text);
  const { words } = typed;
  if (words.length === 0) return { total: 0, hits: [] };

  const asTyped = words.map((word) => wordsBeginning(store, word));
  const total = asTyped.every((keys) => keys.length > 0) ? countVoters(store, asTyped) : 0;
  if (total > limit) return { total, hits: wholeNames(store, typed, limit) };
  const exact = total > 0 ? ranked(findVoters(store, asTyped, limit), typed) : [];
  if (total >= ENOUGH_HITS) return { total, hits: exact };

  const near = words.map((word, index) => [...(asTyped[index] ?? []), ...wordsNear(store, word)]);
  if (!near.every((keys) => keys.length > 0)) return { total, hits: exact };
  const found = new Set(exact.map((hit) => hit.id));
  const further = ranked(findVoters(store, near, MOST_COMPARED), typed).filter((hit) => !found.has(hit.id));
  return { total: total + further.length, hits: [...exact, ...further].slice(0, limit) };
}

/**
 * Of too many, those who have every typed word whole; of too many of these, those whose name has no other word:
 * who has no surname is found among all whose surname was left out.
 */
function wholeNames(store: ReadableStore, typed: TypedName, limit: number): readonly VoterSummary[] {
  const keys = typed.words.map((word) => wordsEqual(store, word));
  if (!keys.every((list) => list.length > 0)) return [];
  const whole = findVoters(store, keys, MOST_COMPARED);
  if (whole.length <= limit) return ranked(whole, typed);
  const complete = whole.filter(({ name }) => tellingWords(fullName(name)).length === typed.words.length);
  return complete.length <= limit ? ranked(complete, typed) : [];
}

function tellingWords(text: string): readonly string[] {
  return splitName(text).filter((word) => !isParticle(word));
}

/** `уулу` and `кызы` narrow nothing and only order the hits, unless nothing else was typed. */
function readTypedName(text: string): TypedName {
  const all = splitName(text);
  const telling = tellingWords(text);
  const words = (telling.length > 0 ? telling : all)
    .toSorted((a, b) => b.length - a.length)
    .slice(0, MOST_WORDS)
    .map((word) => ({
      folded: foldWord(word),
      skeletons: wordSkeletons(word),
      beginnings: prefixSkeletons(word),
    }));
  return { words, particles: all.filter(isParticle).flatMap(wordSkeletons) };
}

function wordsEqual(store: ReadableStore, word: TypedWord): number[] {
  return store
    .all<{ word_key: number }>(
      `SELECT word_key FROM name_word
        WHERE folded = ? OR skeleton IN (SELECT value FROM json_each(?))`,
      [word.folded, JSON.stringify(word.skeletons)],
    )
    .map((row) => row.word_key);
}

function wordsBeginning(store: ReadableStore, word: TypedWord): number[] {
  const keys = new Set<number>();
  const add = (rows: { word_key: number }[]): void => {
    for (const row of rows) keys.add(row.word_key);
  };
  add(
    store.all('SELECT word_key FROM name_word WHERE folded >= ? AND folded < ?', [
      word.folded,
      endOfBeginning(word.folded),
    ]),
  );
  for (const beginning of new Set([...word.beginnings, ...word.skeletons])) {
    if (beginning === '') continue;
    add(
      store.all('SELECT word_key FROM name_word WHERE skeleton >= ? AND skeleton < ?', [
        beginning,
        endOfBeginning(beginning),
      ]),
    );
  }
  return [...keys];
}

/** The least text after all that begin so, in the order of code points that SQLite compares by. */
function endOfBeginning(beginning: string): string {
  return `${beginning}\u{10ffff}`;
}

/**
 * Words within the forgiven number of errors, as typed or by skeleton: an error may turn a letter pair of the
 * skeleton into others, which only the typed form forgives, and only the skeleton knows other alphabets.
 */
function wordsNear(store: ReadableStore, word: TypedWord): number[] {
  const keys = new Set<number>();
  for (const form of new Set([word.folded, ...word.skeletons])) {
    const errors = forgivenErrors(form.length);
    if (errors === 0) continue;
    const pairs = letterPairs(form);
    const rows = store.all<{ word_key: number; folded: string; skeleton: string }>(
      `SELECT name_word.word_key, folded, skeleton
         FROM (SELECT word_key FROM name_pair
                WHERE pair IN (SELECT value FROM json_each(?)) AND letters BETWEEN ? AND ?
                GROUP BY word_key HAVING count(*) >= ?) AS candidate
         JOIN name_word ON name_word.word_key = candidate.word_key`,
      [
        JSON.stringify(pairs),
        form.length - errors,
        form.length + errors,
        sharedPairsAtLeast(pairs.length, errors),
      ],
    );
    for (const row of rows) {
      const near = [row.folded, row.skeleton].some((known) => editDistance(form, known, errors) <= errors);
      if (near) keys.add(row.word_key);
    }
  }
  return [...keys];
}

/** Voters who have one of the words of each list. */
function votersHaving(lists: number): string {
  return Array.from(
    { length: lists },
    () => 'SELECT voter_key FROM voter_word WHERE word_key IN (SELECT value FROM json_each(?))',
  ).join(' INTERSECT ');
}

function countVoters(store: ReadableStore, keys: readonly (readonly number[])[]): number {
  const row = store.get<{ total: number }>(
    `SELECT count(*) AS total FROM (${votersHaving(keys.length)})`,
    keys.map((list) => JSON.stringify(list)),
  );
  return row?.total ?? 0;
}

function findVoters(
  store: ReadableStore,
  keys: readonly (readonly number[])[],
  limit: number,
): VoterSummary[] {
  return store
    .all<SummaryRow>(
      `SELECT voter_key, id, list_number, surname, given, patronymic, birth_date, address
         FROM voter WHERE voter_key IN (${votersHaving(keys.length)})
        ORDER BY list_number LIMIT ?`,
      [...keys.map((list) => JSON.stringify(list)), limit],
    )
    .map(summaryFromRow);
}

function ranked(hits: readonly VoterSummary[], typed: TypedName): VoterSummary[] {
  return hits
    .map((hit) => ({ hit, fit: fitOf(hit.name, typed) }))
    .sort(
      (a, b) =>
        a.fit.worst - b.fit.worst ||
        a.fit.sum - b.fit.sum ||
        a.fit.otherParticles - b.fit.otherParticles ||
        a.hit.listNumber - b.hit.listNumber,
    )
    .map(({ hit }) => hit);
}

function fitOf(name: VoterName, { words, particles }: TypedName): Fit {
  const parts = splitName(fullName(name)).map((part) => ({
    folded: foldWord(part),
    skeletons: wordSkeletons(part),
  }));
  const fits = words.map((word) => Math.min(...parts.map((part) => wordFit(word, part))));
  const otherParticles = particles.filter(
    (particle) => !parts.some((part) => part.skeletons.includes(particle)),
  ).length;
  return { worst: Math.max(...fits), sum: fits.reduce((sum, fit) => sum + fit, 0), otherParticles };
}

function wordFit(typed: TypedWord, part: { folded: string; skeletons: readonly string[] }): number {
  if (part.folded === typed.folded) return FIT_EXACT;
  if (part.skeletons.some((skeleton) => typed.skeletons.includes(skeleton))) return FIT_SKELETON;
  const begins =
    part.folded.startsWith(typed.folded) ||
    part.skeletons.some((skeleton) => typed.beginnings.some((beginning) => skeleton.startsWith(beginning)));
  if (begins) return FIT_BEGINNING;
  const distances = [part.folded, ...part.skeletons].flatMap((known) =>
    [typed.folded, ...typed.skeletons].map((own) => editDistance(own, known, forgivenErrors(own.length))),
  );
  return FIT_NEAR + Math.min(...distances);
}
