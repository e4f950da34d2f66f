/**
 * Lists of voters by ascending key, as the name index keeps one for each word: differences in LEB128 (DWARF 5,
 * section 7.6), so that the list of a common name takes one byte a voter.
 */

const FIRST_BYTES = 8;

/** A list that grows at its end. */
export class VoterListWriter {
  #bytes = new Uint8Array(FIRST_BYTES);
  #used = 0;
  #last = 0;

  /** Takes a key up; the last one again changes nothing. */
  add(voterKey: number): void {
    if (voterKey === this.#last) return;
    if (voterKey < this.#last) throw new RangeError('Keys of a voter list ascend');
    let rest = voterKey - this.#last;
    this.#last = voterKey;
    // A difference below 2^35 takes five bytes at most.
    if (this.#used + 5 > this.#bytes.length) this.#grow();
    while (rest > 0x7f) {
      this.#bytes[this.#used++] = (rest & 0x7f) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#used++] = rest;
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#used);
  }

  #grow(): void {
    const larger = new Uint8Array(this.#bytes.length * 2);
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

export function encodeVoterList(keys: Iterable<number>): Uint8Array {
  const writer = new VoterListWriter();
  for (const key of keys) writer.add(key);
  return writer.bytes();
}

/** The keys of a list, ascending. A list that was cut short ends with its last whole key. */
export function decodeVoterList(bytes: Uint8Array): Uint32Array {
  const keys = new Uint32Array(bytes.length);
  let count = 0;
  let key = 0;
  let difference = 0;
  let weight = 1;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] as number;
    difference += (byte & 0x7f) * weight;
    if (byte > 0x7f) {
      weight *= 0x80;
    } else {
      key += difference;
      keys[count++] = key;
      difference = 0;
      weight = 1;
    }
  }
  return keys.subarray(0, count);
}
