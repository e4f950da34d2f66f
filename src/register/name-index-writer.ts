import type { VoterName } from '../domain/voter.ts';
import { splitName } from './name-folding.ts';
import { VoterListWriter } from './voter-list.ts';

const AT_ONCE = 5000;

/** Gathers who has which word in the name, voters by ascending key. */
export class NameIndexWriter {
  readonly #words = new Map<string, VoterListWriter>();
  /** A register has few different surnames, given names and patronymics: each is taken apart once. */
  readonly #parts = new Map<string, readonly VoterListWriter[]>();
  /** Names are taken up many at a time: one by one, between other work, they would find nothing in the processor's cache. */
  #waiting: { readonly voterKey: number; readonly name: VoterName }[] = [];

  add(voterKey: number, name: VoterName): void {
    if (this.#waiting.push({ voterKey, name }) >= AT_ONCE) this.#takeUp();
  }

  /** Each different word with the voters who have it, in the order in which they came up. */
  *entries(): Generator<readonly [word: string, voters: Uint8Array]> {
    this.#takeUp();
    for (const [word, list] of this.#words) yield [word, list.bytes()];
  }

  #takeUp(): void {
    for (const { voterKey, name } of this.#waiting) {
      if (name.surname !== null) this.#addPart(voterKey, name.surname);
      this.#addPart(voterKey, name.given);
      if (name.patronymic !== null) this.#addPart(voterKey, name.patronymic);
    }
    this.#waiting = [];
  }

  #addPart(voterKey: number, part: string): void {
    let lists = this.#parts.get(part);
    if (lists === undefined) {
      lists = splitName(part).map((word) => this.#listOf(word));
      this.#parts.set(ownCopy(part), lists);
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

/** A text cut out of a file's piece would keep the whole piece in memory for as long as it is kept itself. */
function ownCopy(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}
