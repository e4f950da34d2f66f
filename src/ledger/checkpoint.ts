import type { DeviceKey } from './device-key.ts';
import { type LedgerIdentity, sha256 } from './event.ts';
import type { MerkleTree } from './merkle.ts';

/** A tree head to be printed, photographed and compared: C2SP tlog-checkpoint as a C2SP signed note. */
export interface Checkpoint {
  readonly origin: string;
  /** Events in the tree. */
  readonly size: number;
  readonly rootBase64: string;
  /** The three lines, an empty one, and the signature line. */
  readonly note: string;
}

/** One tree per device and epoch. A mock election's can't be mistaken for a real one's. */
export function checkpointOrigin(identity: LedgerIdentity, epoch: number): string {
  const { election, station, device, mock } = identity;
  return [mock ? 'tizme-TRAINING' : 'tizme', election, station, device, epoch].join('/');
}

/** Signature type of Ed25519 in https://c2sp.org/signed-note. */
const ED25519_TYPE = 1;

export function makeCheckpoint(
  identity: LedgerIdentity,
  epoch: number,
  tree: MerkleTree,
  key: DeviceKey,
): Checkpoint {
  const origin = checkpointOrigin(identity, epoch);
  const rootBase64 = Buffer.from(tree.root()).toString('base64');
  const text = `${origin}\n${tree.size}\n${rootBase64}\n`;
  const keyId = sha256(
    Buffer.from(`${origin}\n`, 'utf8'),
    Uint8Array.of(ED25519_TYPE),
    key.publicKey,
  ).subarray(0, 4);
  const signature = key.sign(Buffer.from(text, 'utf8'));
  const signed = Buffer.concat([keyId, signature]).toString('base64');
  return { origin, size: tree.size, rootBase64, note: `${text}\n— ${origin} ${signed}\n` };
}
