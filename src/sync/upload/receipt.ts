import { receiptText } from '../../ledger/centre-receipt.ts';
import type { DeviceKey } from '../../ledger/device-key.ts';
import type { ChainPoint, LedgerIdentity } from '../../ledger/event.ts';

export { isReceiptFor } from '../../ledger/centre-receipt.ts';

/** As the collector signs what it has stored (src/ledger/centre-receipt.ts). */
export function signReceipt(key: DeviceKey, identity: LedgerIdentity, through: ChainPoint): Uint8Array {
  return key.sign(receiptText(identity, through));
}
