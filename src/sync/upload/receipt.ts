import { type DeviceKey, verifySignature } from '../../ledger/device-key.ts';
import type { ChainPoint, LedgerIdentity } from '../../ledger/event.ts';

/**
 * A receipt is the collector's Ed25519 signature (RFC 8032, 64 bytes) over the end of what it has stored.
 * Lines of plain text, as a signed head has them, so that openssl alone can check one. No time is in it: the
 * same events always get the same receipt, from whichever collector holds the key.
 */
export function receiptText(identity: LedgerIdentity, through: ChainPoint): Uint8Array {
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

export function signReceipt(key: DeviceKey, identity: LedgerIdentity, through: ChainPoint): Uint8Array {
  return key.sign(receiptText(identity, through));
}

export function isReceiptFor(
  collectorKey: Uint8Array,
  identity: LedgerIdentity,
  through: ChainPoint,
  receipt: Uint8Array,
): boolean {
  return verifySignature(collectorKey, receiptText(identity, through), receipt);
}
