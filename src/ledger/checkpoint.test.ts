import { expect, test } from 'vitest';
import { unwrap } from '../domain/result.ts';
import { makeCheckpoint, openCheckpoint } from './checkpoint.ts';
import { deviceKeyFromSeed, verifySignature } from './device-key.ts';
import { hashEvent } from './event.ts';
import { MerkleTree } from './merkle.ts';

const key = deviceKeyFromSeed(new Uint8Array(32).fill(7));
const identity = { election: 'mock-2026', station: '0101', device: 'lane-1', mock: true };

function checkpointOf(leaves: number) {
  const tree = new MerkleTree();
  for (let i = 0; i < leaves; i += 1) tree.append(hashEvent(Uint8Array.of(i)));
  return makeCheckpoint(identity, 3, tree, key);
}

test('a checkpoint is three lines, an empty one and a signature, marked as training in a mock election', () => {
  const { note, origin, size, rootBase64 } = checkpointOf(2);
  const [first, second, third, empty, signature, end] = note.split('\n');
  expect([first, second, third, empty, end]).toEqual([
    'tizme-TRAINING/mock-2026/0101/lane-1/3',
    '2',
    rootBase64,
    '',
    '',
  ]);
  expect([origin, size]).toEqual([first, 2]);
  expect(signature?.startsWith(`— ${origin} `)).toBe(true);
  const signed = Buffer.from(signature?.split(' ')[2] ?? '', 'base64');
  expect(signed).toHaveLength(4 + 64);
  const text = Buffer.from(`${origin}\n2\n${rootBase64}\n`, 'utf8');
  expect(verifySignature(key.publicKey, text, signed.subarray(4))).toBe(true);
});

test('it opens with its key only, and with any character changed not at all', () => {
  const { note, ...figures } = checkpointOf(5);
  expect(unwrap(openCheckpoint(note, key.publicKey))).toEqual({ note, ...figures });
  const stranger = deviceKeyFromSeed(new Uint8Array(32).fill(8));
  expect(openCheckpoint(note, stranger.publicKey).ok).toBe(false);
  for (let i = 0; i < note.length; i += 1) {
    const changed = `${note.slice(0, i)}${note[i] === 'x' ? 'y' : 'x'}${note.slice(i + 1)}`;
    expect(openCheckpoint(changed, key.publicKey).ok).toBe(false);
  }
  expect(openCheckpoint('', key.publicKey)).toEqual({ ok: false, error: { code: 'malformed' } });
});

test('a witness may sign beside the device', () => {
  const { note } = checkpointOf(5);
  const witnessed = `${note}— witness.example/1 ${Buffer.alloc(68).toString('base64')}\n`;
  expect(openCheckpoint(witnessed, key.publicKey).ok).toBe(true);
});
