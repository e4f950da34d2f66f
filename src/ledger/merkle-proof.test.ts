import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hashEvent, sha256 } from './event.ts';
import {
  proveConsistency,
  proveInclusion,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from './merkle-proof.ts';

const fromHex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));
const toHex = (hashes: readonly Uint8Array[]): string[] =>
  hashes.map((hash) => Buffer.from(hash).toString('hex'));

/** The reference tree of Certificate Transparency (google/certificate-transparency, merkletree tests), and its proofs. */
const LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((leaf) => hashEvent(fromHex(leaf)));

const INCLUSION: readonly (readonly [number, number, readonly string[]])[] = [
  [0, 1, []],
  [
    0,
    8,
    [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ],
  ],
  [
    5,
    8,
    [
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ],
  ],
  [2, 3, ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125']],
];
const CONSISTENCY: readonly (readonly [number, number, readonly string[]])[] = [
  [1, 1, []],
  [
    6,
    8,
    [
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ],
  ],
  [
    2,
    5,
    [
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ],
  ],
];

describe('proofs are those of the Certificate Transparency test vectors', () => {
  test('of inclusion', () => {
    for (const [index, size, path] of INCLUSION) {
      const leaves = LEAVES.slice(0, size);
      expect(toHex(proveInclusion(leaves, index))).toEqual(path);
    }
  });

  test('of consistency', () => {
    for (const [oldSize, size, proof] of CONSISTENCY) {
      expect(toHex(proveConsistency(LEAVES.slice(0, size), oldSize))).toEqual(proof);
    }
  });
});

const leavesOf = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, i) => hashEvent(Uint8Array.of(i % 256, i >> 8)));

describe('every proof holds in its place, and nowhere else', () => {
  test('inclusion, for every leaf of every tree of up to 40', () => {
    for (let size = 1; size <= 40; size += 1) {
      const leaves = leavesOf(size);
      const tree = { size, root: rootOf(leaves) };
      for (const [index, leaf] of leaves.entries()) {
        const path = proveInclusion(leaves, index);
        expect(verifyInclusion(leaf, index, tree, path)).toBe(true);
        expect(verifyInclusion(leaf, index + 1, tree, path)).toBe(false);
        expect(verifyInclusion(sha256(leaf), index, tree, path)).toBe(false);
        expect(verifyInclusion(leaf, index, tree, [...path, leaf])).toBe(false);
        if (path.length > 0) expect(verifyInclusion(leaf, index, tree, path.slice(1))).toBe(false);
      }
    }
  });

  test('consistency, between every two trees of up to 40', () => {
    for (let size = 0; size <= 40; size += 1) {
      const leaves = leavesOf(size);
      const tree = { size, root: rootOf(leaves) };
      for (let oldSize = 0; oldSize <= size; oldSize += 1) {
        const old = { size: oldSize, root: rootOf(leaves.slice(0, oldSize)) };
        const proof = proveConsistency(leaves, oldSize);
        expect(verifyConsistency(old, tree, proof), `${oldSize} to ${size}`).toBe(true);
        if (oldSize === 0) continue;
        expect(verifyConsistency({ ...old, root: sha256(old.root) }, tree, proof)).toBe(false);
        expect(verifyConsistency(old, { ...tree, root: sha256(tree.root) }, proof)).toBe(false);
        expect(verifyConsistency(old, tree, [...proof, old.root])).toBe(false);
      }
    }
  });

  test('a history in which one leaf of the past was changed is never consistent, whatever proof it offers', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 300 }), fc.nat(), fc.nat(), (size, a, b) => {
        const oldSize = 1 + (a % (size - 1));
        const leaves = leavesOf(size);
        const old = { size: oldSize, root: rootOf(leaves.slice(0, oldSize)) };
        const rewritten = leaves.with(b % oldSize, sha256(Buffer.from('rewritten')));
        const tree = { size, root: rootOf(rewritten) };
        expect(verifyConsistency(old, tree, proveConsistency(rewritten, oldSize))).toBe(false);
        expect(verifyConsistency(old, tree, proveConsistency(leaves, oldSize))).toBe(false);
      }),
      { seed: 11, numRuns: 150 },
    );
  });
});
