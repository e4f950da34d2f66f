import type { VoterName } from '../domain/voter.ts';
import { splitName } from './name-folding.ts';
import { VoterListWriter } from './voter-list.ts';

/** Gathers who has which word in the name, voters by ascending key. */
export class NameIndexWriter {
  readonly #words = new Map<string, VoterListWriter>();
  /** A register has few different surnames, given names and patronymics: each is taken apart once. */
  readonly #parts = new Map<string, readonly VoterListWriter[]>();

  add(voterKey: number, { surname, given, patronymic }: VoterName): void {
    if (surname !== null) this.#addPart(voterKey, surname);
    this.#addPart(voterKey, given);
    if (patronymic !== null) this.#addPart(voterKey, patronymic);
  }

  /** Each different word with the voters who have it, in the order in which they came up. */
  *entries(): Generator<readonly [word: string, voters: Uint8Array]> {
    for (const [word, list] of this.#words) yield [word, list.bytes()];
  }

  #addPart(voterKey: number, part: string): void {
    let lists = this.#parts.get(part);
    if (lists === undefined) {
      lists = splitName(part).map((word) => this.#listOf(word));
      this.#parts.set(part, lists);
    }
    for (const list of lists) list.add(voterKey);
  }

  #listOf(word: string): VoterListWriter {
    let list = this.#words.get(word);
    if (list === undefined) {
      list = new VoterListWriter();
      this.#words.set(word, list);
    }
    return list;
  }
}
