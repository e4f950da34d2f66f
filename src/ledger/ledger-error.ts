import type { StoreError } from '../store/store-error.ts';
import type { ChainFault } from './chain-fault.ts';
import type { LedgerIdentity } from './event.ts';

export type LedgerError =
  | StoreError
  /** The database holds another ledger; `field` is the first that differs. */
  | { readonly code: 'other-ledger'; readonly field: keyof LedgerIdentity | 'key' }
  /** The stored chain is not what it was. Nothing is repaired. */
  | { readonly code: 'chain-damaged'; readonly faults: readonly ChainFault[] }
  /** An epoch was asked for that is older than the newest one here. */
  | { readonly code: 'epoch-behind'; readonly newest: number }
  /** Another writer appended to this log: open it again. */
  | { readonly code: 'head-moved' }
  /** The centre acknowledges events that this log doesn't have: the database was restored from an old copy. */
  | { readonly code: 'centre-is-ahead'; readonly epoch: number; readonly throughSeq: number };
