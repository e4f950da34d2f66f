/** Two bytes of an entry. */
const MOST_LISTS = 65_536;

/** The different lists of ballots of a country, numbered as they come. */
export class BallotLists {
  readonly #places = new Map<string, number>();

  /** Null where an entry could not name another one. */
  placeOf(ballotStyles: readonly string[]): number | null {
    const text = JSON.stringify(ballotStyles);
    const known = this.#places.get(text);
    if (known !== undefined) return known;
    const place = this.#places.size;
    if (place === MOST_LISTS) return null;
    this.#places.set(text, place);
    return place;
  }

  /** In an order that doesn't depend on who came first, and where each list stands in it. */
  finish(): { readonly sorted: string[][]; readonly placeAfter: readonly number[] } {
    const texts = [...this.#places.keys()].sort();
    const placeAfter: number[] = [];
    for (const [place, text] of texts.entries()) placeAfter[this.#places.get(text) ?? 0] = place;
    return { sorted: texts.map((text): string[] => JSON.parse(text)), placeAfter };
  }
}
