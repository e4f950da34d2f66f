import { type DeviceKey, verifySignature } from './device-key.ts';
import type { ChainPoint, LedgerIdentity } from './event.ts';

/** The end of a device's chain, signed: it vouches for every event up to `seq`. */
export interface SignedHead extends ChainPoint {
  /** Ed25519 over `headText`, 64 bytes. */
  readonly signature: Uint8Array;
}

/** What is signed: lines of plain text, so that a head can be checked with openssl alone. */
export function headText(identity: LedgerIdentity, point: ChainPoint): Uint8Array {
  const { election, station, device, mock } = identity;
  const first = mock ? 'tizme ledger head v1 TRAINING' : 'tizme ledger head v1';
  const { buffer, byteOffset, byteLength } = point.hash;
  const hash = Buffer.from(buffer, byteOffset, byteLength).toString('hex');
  const { epoch, seq } = point;
  return Buffer.from(`${first}\n${election}\n${station}\n${device}\n${epoch}\n${seq}\n${hash}\n`, 'utf8');
}

export function signHead(key: DeviceKey, identity: LedgerIdentity, point: ChainPoint): SignedHead {
  return { ...point, signature: key.sign(headText(identity, point)) };
}

export function isSignedBy(publicKey: Uint8Array, identity: LedgerIdentity, head: SignedHead): boolean {
  return verifySignature(publicKey, headText(identity, head), head.signature);
}
