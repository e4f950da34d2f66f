/**
 * Optimal string alignment distance (Damerau-Levenshtein where no stretch is edited twice: insertion, deletion,
 * substitution, transposition of neighbours), or `limit + 1` as soon as it is certain to exceed the limit.
 * F. J. Damerau, "A technique for computer detection and correction of spelling errors", CACM 7(3), 1964.
 */
export function editDistance(a: string, b: string, limit: number): number {
  const tooFar = limit + 1;
  if (Math.abs(a.length - b.length) > limit || Math.max(a.length, b.length) >= LONGEST) {
    return a === b ? 0 : tooFar;
  }
  let [beforePrevious, previous, current] = ROWS;
  for (let column = 0; column <= b.length; column += 1) previous[column] = column;
  for (let row = 1; row <= a.length; row += 1) {
    const letter = a.charCodeAt(row - 1);
    const letterBefore = row > 1 ? a.charCodeAt(row - 2) : -1;
    current[0] = row;
    let best = row;
    for (let column = 1; column <= b.length; column += 1) {
      const other = b.charCodeAt(column - 1);
      let cost = at(previous, column - 1) + (letter === other ? 0 : 1);
      const inserted = at(current, column - 1) + 1;
      if (inserted < cost) cost = inserted;
      const deleted = at(previous, column) + 1;
      if (deleted < cost) cost = deleted;
      if (column > 1 && letter === b.charCodeAt(column - 2) && letterBefore === other) {
        const swapped = at(beforePrevious, column - 2) + 1;
        if (swapped < cost) cost = swapped;
      }
      current[column] = cost;
      if (cost < best) best = cost;
    }
    if (best > limit) return tooFar;
    [beforePrevious, previous, current] = [previous, current, beforePrevious];
  }
  return Math.min(at(previous, b.length), tooFar);
}

/** Longer words are only compared for equality: no name has so many letters. */
const LONGEST = 64;
/** Kept between calls: a search compares thousands of words. */
const ROWS: readonly [Uint8Array, Uint8Array, Uint8Array] = [
  new Uint8Array(LONGEST + 1),
  new Uint8Array(LONGEST + 1),
  new Uint8Array(LONGEST + 1),
];

function at(row: Uint8Array, column: number): number {
  return row[column] as number;
}

/** How many errors a word of this length is forgiven: short names are too close to each other for two. */
export function forgivenErrors(length: number): number {
  if (length <= 2) return 0;
  return length <= 5 ? 1 : 2;
}

/**
 * Which letters a word has, as a set of 32 bits; the letters of one alphabet have bits of their own. A substitution
 * changes two bits at most, an insertion or a deletion one, a transposition none.
 */
export function letterSet(word: string): number {
  let set = 0;
  for (let at = 0; at < word.length; at += 1) set |= 1 << (word.charCodeAt(at) & 31);
  return set;
}

/** Whether two words with these letters may be within so many errors of each other. */
export function mayBeNear(a: number, b: number, errors: number): boolean {
  let differing = a ^ b;
  let bits = 0;
  while (differing !== 0) {
    differing &= differing - 1;
    bits += 1;
    if (bits > 2 * errors) return false;
  }
  return true;
}
