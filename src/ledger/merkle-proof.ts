import { assert } from '../domain/assert.ts';
import { equalBytes } from './canonical.ts';
import { hashNode, MerkleTree } from './merkle.ts';

/** Proofs over the tree of RFC 6962. Leaves are leaf hashes, in order; a proof is its hashes, from the leaves up. */

/** Merkle audit path, RFC 6962 section 2.1.1: that leaf `index` (from 0) is in the tree of all `leaves`. */
export function proveInclusion(leaves: readonly Uint8Array[], index: number): Uint8Array[] {
  assert(index >= 0 && index < leaves.length, 'the leaf is in the tree');
  if (leaves.length === 1) return [];
  const split = largestPowerBelow(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return index < split
    ? [...proveInclusion(left, index), rootOf(right)]
    : [...proveInclusion(right, index - split), rootOf(left)];
}

/** Merkle consistency proof, RFC 6962 section 2.1.2: that the tree of all `leaves` extends that of the first `oldSize`. */
export function proveConsistency(leaves: readonly Uint8Array[], oldSize: number): Uint8Array[] {
  assert(oldSize >= 0 && oldSize <= leaves.length, 'the old tree is not larger than the new one');
  return oldSize === 0 ? [] : subproof(oldSize, leaves, true);
}

function subproof(oldSize: number, leaves: readonly Uint8Array[], isKnown: boolean): Uint8Array[] {
  if (oldSize === leaves.length) return isKnown ? [] : [rootOf(leaves)];
  const split = largestPowerBelow(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return oldSize <= split
    ? [...subproof(oldSize, left, isKnown), rootOf(right)]
    : [...subproof(oldSize - split, right, false), rootOf(left)];
}

export interface SizedRoot {
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
}

/** RFC 9162 section 2.1.3.2 (the verification that RFC 6962 left open). */
export function verifyInclusion(
  leaf: Uint8Array,
  index: number,
  tree: SizedRoot,
  path: readonly Uint8Array[],
): boolean {
  if (index < 0 || index >= tree.size) return false;
  // As fractions of numbers below 2^53, so without bit operations, which end at 2^31.
  let [fn, sn] = [index, tree.size - 1];
  let root = leaf;
  for (const hash of path) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      root = hashNode(hash, root);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, Math.floor(sn / 2)];
    } else {
      root = hashNode(root, hash);
    }
    [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
  }
  return sn === 0 && equalBytes(root, tree.root);
}

/** RFC 9162 section 2.1.4.2. Everything extends the empty tree, by an empty proof. */
export function verifyConsistency(old: SizedRoot, tree: SizedRoot, proof: readonly Uint8Array[]): boolean {
  if (old.size === 0) return proof.length === 0 && equalBytes(old.root, new MerkleTree().root());
  if (old.size > tree.size) return false;
  if (old.size === tree.size) return proof.length === 0 && equalBytes(old.root, tree.root);
  const path = isPowerOfTwo(old.size) ? [old.root, ...proof] : [...proof];
  const first = path.shift();
  if (first === undefined) return false;
  let [fn, sn] = [old.size - 1, tree.size - 1];
  while (fn % 2 === 1) [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
  let [before, after] = [first, first];
  for (const hash of path) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      before = hashNode(hash, before);
      after = hashNode(hash, after);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, Math.floor(sn / 2)];
    } else {
      after = hashNode(after, hash);
    }
    [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
  }
  return sn === 0 && equalBytes(before, old.root) && equalBytes(after, tree.root);
}

export function rootOf(leaves: readonly Uint8Array[]): Uint8Array {
  const tree = new MerkleTree();
  for (const leaf of leaves) tree.append(leaf);
  return tree.root();
}

/** The largest power of two smaller than `n`, n > 1. */
function largestPowerBelow(n: number): number {
  let power = 1;
  while (power * 2 < n) power *= 2;
  return power;
}

function isPowerOfTwo(n: number): boolean {
  return Number.isInteger(Math.log2(n));
}
