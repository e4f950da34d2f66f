/**
 * Which voters have a fitting word for which typed word, and how well the words fit: two numbers a voter, written
 * over by each search. Voters' lists are read as they lie in the index (voter-list.ts), without being unpacked.
 */
export class VoterMarks {
  /** One bit for each typed word. */
  readonly #served: Uint8Array;
  readonly #fits: Uint16Array;
  /** Voters with a mark, in the order in which they got the first. */
  #touched: Uint32Array;
  #touchedCount = 0;

  constructor(mostVoters: number) {
    this.#served = new Uint8Array(mostVoters + 1);
    this.#fits = new Uint16Array(mostVoters + 1);
    this.#touched = new Uint32Array(1024);
  }

  clear(): void {
    for (let at = 0; at < this.#touchedCount; at += 1) {
      const voter = this.#touched[at] as number;
      this.#served[voter] = 0;
      this.#fits[voter] = 0;
    }
    this.#touchedCount = 0;
  }

  /**
   * Marks the voters of one list for a typed word, unless a better fitting list did.
   * @param mayBegin Whether voters without a mark get one.
   */
  add(typedWord: number, list: Uint8Array, fit: number, mayBegin: boolean): void {
    const bit = 1 << typedWord;
    const served = this.#served;
    const fits = this.#fits;
    let voter = 0;
    let difference = 0;
    let weight = 1;
    for (let at = 0; at < list.length; at += 1) {
      const byte = list[at] as number;
      if (byte > 0x7f) {
        difference += (byte & 0x7f) * weight;
        weight *= 0x80;
        continue;
      }
      voter += difference + byte * weight;
      difference = 0;
      weight = 1;
      const known = served[voter] as number;
      if (known === 0) {
        if (!mayBegin) continue;
        this.#touch(voter);
      } else if ((known & bit) !== 0) continue;
      served[voter] = known | bit;
      fits[voter] = (fits[voter] as number) + fit;
    }
  }

  /** Voters with a mark for at least so many of the typed words. */
  count(atLeast: number): number {
    let count = 0;
    for (let at = 0; at < this.#touchedCount; at += 1) {
      if (bits(this.#served[this.#touched[at] as number] as number) >= atLeast) count += 1;
    }
    return count;
  }

  /**
   * The voters with a mark for at least so many of the typed words, best fit first.
   * @param most How many are given; among equals those with the lower keys.
   * @param missing What each other typed word counts.
   */
  best(typedWords: number, atLeast: number, missing: number, most: number): number[] {
    const ofFit = new Map<number, number[]>();
    for (let at = 0; at < this.#touchedCount; at += 1) {
      const voter = this.#touched[at] as number;
      const words = bits(this.#served[voter] as number);
      if (words < atLeast) continue;
      const fit = (this.#fits[voter] as number) + missing * (typedWords - words);
      const voters = ofFit.get(fit);
      if (voters === undefined) ofFit.set(fit, [voter]);
      else voters.push(voter);
    }
    const best: number[] = [];
    for (const fit of [...ofFit.keys()].sort((a, b) => a - b)) {
      if (best.length >= most) break;
      const voters = ofFit.get(fit) ?? [];
      best.push(...voters.sort((a, b) => a - b).slice(0, most - best.length));
    }
    return best;
  }

  #touch(voter: number): void {
    if (this.#touchedCount === this.#touched.length) {
      const larger = new Uint32Array(this.#touched.length * 2);
      larger.set(this.#touched);
      this.#touched = larger;
    }
    this.#touched[this.#touchedCount++] = voter;
  }
}

function bits(set: number): number {
  let count = 0;
  for (let rest = set; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}
