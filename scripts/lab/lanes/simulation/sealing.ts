import { createHash, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { assertDefined } from '../../../../src/domain/assert.ts';
import type { LaneNumber } from '../../../../src/domain/lanes/tenure.ts';
import type { LogHead } from '../../../../src/sync/lanes/lane-log.ts';
import type { Sealing, SimulatedEvent } from './simulated-disk.ts';

/** Names events by counting; what a signature would prevent, no simulated lane does. */
export function countedSealing(): Sealing {
  let count = 0;
  return {
    hash: () => `e${++count}`,
    isNamed: () => true,
    sign: () => null,
    isSigned: () => true,
  };
}

/** SHA-256 and Ed25519, with a salt an event as the ledger's commitments have. */
export function realSealing(): Sealing {
  const keys = new Map<LaneNumber, { readonly privateKey: KeyObject; readonly publicKey: KeyObject }>();
  const salts = new Map<string, number>();
  let count = 0;
  const keyOf = (lane: LaneNumber): { readonly privateKey: KeyObject; readonly publicKey: KeyObject } => {
    const known = keys.get(lane) ?? generateKeyPairSync('ed25519');
    keys.set(lane, known);
    return known;
  };
  const text = ({ lane, epoch, seq, hash }: LogHead): Buffer =>
    Buffer.from(`${lane} ${epoch} ${seq} ${hash}`);
  const digest = (event: Omit<SimulatedEvent, 'hash'>, salt: number): string => {
    const { lane, epoch, seq, prev, fact, wallMs } = event;
    return createHash('sha256')
      .update(JSON.stringify([lane, epoch, seq, prev, fact, wallMs, salt]))
      .digest('hex');
  };
  return {
    hash(event) {
      count += 1;
      const hash = digest(event, count);
      salts.set(hash, count);
      return hash;
    },
    isNamed: (event) => digest(event, salts.get(event.hash) ?? 0) === event.hash,
    sign: (head) => new Uint8Array(sign(null, text(head), keyOf(head.lane).privateKey)),
    isSigned({ lane, epoch, lastSeq, lastHash, signature }) {
      const head = { lane, epoch, seq: lastSeq, hash: lastHash };
      return verify(null, text(head), keyOf(lane).publicKey, assertDefined(signature, 'a signature'));
    },
  };
}
