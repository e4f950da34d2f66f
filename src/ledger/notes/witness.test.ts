import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Result } from '../../domain/result.ts';
import { unwrap } from '../../domain/result.ts';
import { checkpointOrigin, makeCheckpoint } from '../checkpoint.ts';
import { deviceKeyFromSeed } from '../device-key.ts';
import { hashEvent } from '../event.ts';
import type { Ledger } from '../ledger.ts';
import { MerkleTree } from '../merkle.ts';
import { identification, TestBench } from '../test-bench.ts';
import { cosignedAt } from './cosignature.ts';
import { ED25519_COSIGNATURE, splitNote } from './signed-note.ts';
import { encodeAddCheckpoint, isSplitView, Witness } from './witness.ts';
import { storedWitnessMemory } from './witness-tables.ts';

let bench: TestBench;
let peer: TestBench;
let ledger: Ledger;
let witness: Witness;
const NAME = 'tizme/mock-2026/0101/lane-2';

function newWitness(): Witness {
  return new Witness({
    name: NAME,
    key: peer.key,
    keyOfLog: (origin) =>
      origin === checkpointOrigin(ledger.identity, ledger.epoch) ? ledger.publicKey : null,
    memory: storedWitnessMemory(peer.openStore()),
    clock: peer.clock,
  });
}

beforeEach(() => {
  [bench, peer] = [new TestBench(), new TestBench()];
  ledger = bench.open().ledger;
  witness = newWitness();
});
afterEach(() => {
  bench.dispose();
  peer.dispose();
});

function commit(count: number): void {
  for (let i = 0; i < count; i += 1) unwrap(ledger.commit([identification(`v-${ledger.head()?.seq ?? 0}`)]));
}

const refusal = (result: Result<unknown, { readonly code: string }>) =>
  result.ok ? 'signed' : result.error.code;

describe('a peer lane as a witness', () => {
  test('countersigns a log that grows, step by step, and the line stands in the checkpoint', () => {
    let signedSize = 0;
    for (const step of [1, 3, 9, 40]) {
      commit(step);
      const line = unwrap(witness.addCheckpoint(unwrap(ledger.askWitness(signedSize))));
      signedSize = ledger.checkpoint().size;
      const note = `${ledger.checkpoint().note}${line}`;
      expect(unwrap(ledger.keepCosigned('lanes', note))).toBe(true);
      const verifier = { name: NAME, type: ED25519_COSIGNATURE, publicKey: peer.key.publicKey } as const;
      expect(cosignedAt(unwrap(splitNote(note)), verifier)).toBe(peer.clock.wallMs() / 1000);
    }
    expect(unwrap(ledger.cosigned('lanes'))).toHaveLength(1);
    expect(unwrap(ledger.cosigned('lanes'))[0]).toContain('\n53\n');
  });

  test('says where its memory is when the proof starts elsewhere, and remembers over a restart', () => {
    commit(5);
    unwrap(witness.addCheckpoint(unwrap(ledger.askWitness(0))));
    commit(2);
    expect(witness.addCheckpoint(unwrap(ledger.askWitness(0)))).toEqual({
      ok: false,
      error: { code: 'other-size', status: 409, size: 5 },
    });
    peer.closeStores();
    witness = newWitness();
    expect(refusal(witness.addCheckpoint(unwrap(ledger.askWitness(0))))).toBe('other-size');
    expect(witness.addCheckpoint(unwrap(ledger.askWitness(5))).ok).toBe(true);
  });

  test('does not sign a rewritten history, and its refusal carries the evidence', () => {
    commit(6);
    const honest = ledger.checkpoint().note;
    unwrap(witness.addCheckpoint(unwrap(ledger.askWitness(0))));
    const forged = (leaves: number): string => {
      const tree = new MerkleTree();
      for (let i = 0; i < leaves; i += 1) tree.append(hashEvent(Uint8Array.of(i)));
      return makeCheckpoint(ledger.identity, ledger.epoch, tree, bench.key).note;
    };
    expect(witness.addCheckpoint(encodeAddCheckpoint(6, [], forged(6)))).toEqual({
      ok: false,
      error: { code: 'split-view', status: 409, evidence: [honest, forged(6)] },
    });
    expect(isSplitView(honest, forged(6), ledger.publicKey)).toBe(true);
    expect(isSplitView(honest, honest, ledger.publicKey)).toBe(false);
    commit(3);
    const proof = unwrap(ledger.proveConsistency(6));
    expect(refusal(witness.addCheckpoint(encodeAddCheckpoint(6, proof, forged(9))))).toBe('not-consistent');
    expect(witness.addCheckpoint(encodeAddCheckpoint(6, proof, ledger.checkpoint().note)).ok).toBe(true);
  });

  test('does not sign for strangers, for unsigned texts, or for what is no request', () => {
    commit(4);
    const body = unwrap(ledger.askWitness(0));
    const stranger = deviceKeyFromSeed(new Uint8Array(32).fill(9));
    const tree = new MerkleTree();
    const strange = makeCheckpoint(ledger.identity, ledger.epoch, tree, stranger).note;
    expect(refusal(witness.addCheckpoint(encodeAddCheckpoint(0, [], strange)))).toBe('not-signed-by-log');
    const other = makeCheckpoint({ ...ledger.identity, device: 'lane-9' }, 1, tree, stranger).note;
    expect(refusal(witness.addCheckpoint(encodeAddCheckpoint(0, [], other)))).toBe('unknown-log');
    const hash = 'A'.repeat(43);
    for (const bad of [
      '',
      body.replace('old 0', 'old 00'),
      body.replace('old 0', 'old 5'),
      body.replace('old 0\n', `old 0\n${hash}=\n`),
      body.replace('old 0\n', `old 0\n${hash}\n`),
      body.replace('old 0\n', `old 0\n${`${hash}=\n`.repeat(64)}`),
      body.replace('\n\n', '\n'),
    ]) {
      expect(refusal(witness.addCheckpoint(bad)), bad).toBe('malformed');
    }
    expect(witness.addCheckpoint(body).ok).toBe(true);
  });

  test('keeps no checkpoint of another log as its own', () => {
    commit(1);
    const tree = new MerkleTree();
    const other = makeCheckpoint(
      { ...ledger.identity, device: 'lane-9' },
      ledger.epoch,
      tree,
      bench.key,
    ).note;
    expect(unwrap(ledger.keepCosigned('lanes', other))).toBe(false);
    expect(unwrap(ledger.cosigned('lanes'))).toEqual([]);
  });
});
