import { toBase64 } from './bytes.ts';
import { sha256 } from './crypto.ts';

/**
 * The Merkle tree of RFC 6962 section 2.1 over given leaf hashes. The roots of all complete subtrees are worked out
 * once, so that the root of every earlier, smaller tree costs a few hashes only.
 */
export class Tree {
  /** `levels[k][i]`: the root over the leaves from i * 2^k on, 2^k of them. */
  readonly #levels: readonly (readonly Uint8Array[])[];

  private constructor(levels: readonly (readonly Uint8Array[])[]) {
    this.#levels = levels;
  }

  static async over(leaves: readonly Uint8Array[]): Promise<Tree> {
    const levels: (readonly Uint8Array[])[] = [leaves];
    for (let below = leaves; below.length > 1; ) {
      const nodes: Promise<Uint8Array>[] = [];
      for (let i = 0; i + 1 < below.length; i += 2) {
        nodes.push(node(below[i] ?? new Uint8Array(), below[i + 1] ?? new Uint8Array()));
      }
      below = await Promise.all(nodes);
      levels.push(below);
    }
    return new Tree(levels);
  }

  get size(): number {
    return this.#levels[0]?.length ?? 0;
  }

  /** Base64 of the root over the first `size` leaves; null when there are fewer. */
  async root(size: number): Promise<string | null> {
    if (size > this.size) return null;
    if (size === 0) return toBase64(await sha256());
    let root: Uint8Array | null = null;
    let end = size;
    // From the right edge: each 1 in the size is a complete subtree.
    for (let level = 0; end > 0; level += 1) {
      const width = 2 ** level;
      if (Math.floor(size / width) % 2 === 0) continue;
      end -= width;
      const subtree: Uint8Array = this.#levels[level]?.[end / width] ?? new Uint8Array();
      root = root === null ? subtree : await node(subtree, root);
    }
    return root === null ? null : toBase64(root);
  }
}

function node(left: Uint8Array, right: Uint8Array): Promise<Uint8Array> {
  return sha256(Uint8Array.of(1), left, right);
}
