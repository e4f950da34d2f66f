import { assertDefined } from '../domain/assert.ts';
import { sha256 } from './event.ts';

/** SHA-256(0x01 || left || right), RFC 6962 section 2.1. */
export function hashNode(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(Uint8Array.of(1), left, right);
}

/**
 * The Merkle tree head of RFC 6962 section 2.1 over leaves that come one by one: only the roots of the
 * complete subtrees along the right edge are kept, one per bit of the size.
 */
export class MerkleTree {
  #size = 0;
  /** Roots of complete subtrees, largest first. */
  readonly #subtrees: Uint8Array[] = [];

  get size(): number {
    return this.#size;
  }

  /** @param leafHash SHA-256(0x00 || leaf), which is what `hashEvent` gives. */
  append(leafHash: Uint8Array): void {
    let root = leafHash;
    // As in adding 1 to a binary number: each trailing 1 bit is a subtree of equal size to be joined.
    for (let bits = this.#size; bits % 2 === 1; bits = Math.floor(bits / 2)) {
      root = hashNode(assertDefined(this.#subtrees.pop(), 'a subtree for each bit of the size'), root);
    }
    this.#subtrees.push(root);
    this.#size += 1;
  }

  /** 32 bytes; SHA-256 of nothing for the empty tree. */
  root(): Uint8Array {
    return this.#subtrees.length === 0
      ? sha256()
      : this.#subtrees.reduceRight((right, left) => hashNode(left, right));
  }
}
