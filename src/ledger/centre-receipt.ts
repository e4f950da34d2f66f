import { verifySignature } from './device-key.ts';
import type { ChainPoint, LedgerIdentity } from './event.ts';

/**
 * A receipt is the centre's Ed25519 signature (RFC 8032, 64 bytes) over the end of what it has stored.
 * Lines of plain text, as a signed head has them, so that openssl alone can check one. No time is in it: the
 * same events always get the same receipt, from whichever collector holds the key.
 */
export function receiptText(
  identity: LedgerIdentity,
  through: Pick<ChainPoint, 'epoch' | 'seq' | 'hash'>,
): Uint8Array {
  const lines = [
    identity.mock ? 'tizme collector receipt v1 TRAINING' : 'tizme collector receipt v1',
    identity.election,
    identity.station,
    identity.device,
    String(through.epoch),
    String(through.seq),
    Buffer.from(through.hash).toString('hex'),
  ];
  return new Uint8Array(Buffer.from(`${lines.join('\n')}\n`, 'utf8'));
}

export function isReceiptFor(
  centreKey: Uint8Array,
  identity: LedgerIdentity,
  through: Pick<ChainPoint, 'epoch' | 'seq' | 'hash'>,
  receipt: Uint8Array,
): boolean {
  return verifySignature(centreKey, receiptText(identity, through), receipt);
}
