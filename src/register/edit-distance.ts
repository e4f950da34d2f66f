/**
 * Optimal string alignment distance (Damerau-Levenshtein where no stretch is edited twice: insertion, deletion,
 * substitution, transposition of neighbours), or `limit + 1` as soon as it is certain to exceed the limit.
 * F. J. Damerau, "A technique for computer detection and correction of spelling errors", CACM 7(3), 1964.
 */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    let best = row;
    for (let column = 1; column <= b.length; column += 1) {
      const same = a.charCodeAt(row - 1) === b.charCodeAt(column - 1);
      let cost = Math.min(
        at(previous, column) + 1,
        at(current, column - 1) + 1,
        at(previous, column - 1) + (same ? 0 : 1),
      );
      const swapped =
        row > 1 &&
        column > 1 &&
        a.charCodeAt(row - 1) === b.charCodeAt(column - 2) &&
        a.charCodeAt(row - 2) === b.charCodeAt(column - 1);
      if (swapped) cost = Math.min(cost, at(beforePrevious, column - 2) + 1);
      current.push(cost);
      best = Math.min(best, cost);
    }
    if (best > limit) return limit + 1;
    beforePrevious = previous;
    previous = current;
  }
  return Math.min(at(previous, b.length), limit + 1);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}

/** How many errors a word of this length is forgiven: short names are too close to each other for two. */
export function forgivenErrors(length: number): number {
  if (length <= 2) return 0;
  return length <= 5 ? 1 : 2;
}

/** The pairs of neighbouring letters of a word with its ends marked, each once: what a near search looks up. */
export function letterPairs(word: string): string[] {
  const marked = `^${word}$`;
  const pairs = new Set<string>();
  for (let start = 0; start + 1 < marked.length; start += 1) pairs.add(marked.slice(start, start + 2));
  return [...pairs];
}

/**
 * How many of a word's letter pairs a word within `errors` edits still has at least: a substitution, insertion
 * or deletion breaks two, a transposition three (E. Ukkonen, "Approximate string-matching with q-grams and
 * maximal matches", Theoretical Computer Science 92(1), 1992, lemma 1 with q = 2).
 */
export function sharedPairsAtLeast(pairs: number, errors: number): number {
  return Math.max(1, pairs - 3 * errors);
}
