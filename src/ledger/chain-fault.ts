import type { EventPart } from './event.ts';

/** What is wrong with a chain, and where; `position` counts the given records from 0. */
export type ChainFault =
  /** The public bytes are not one canonical event. The place is told from the record before. */
  | { readonly code: 'malformed'; readonly epoch: number; readonly seq: number; readonly position: number }
  /** The event names another election, station or device, or a mock one as real. */
  | {
      readonly code: 'wrong-identity';
      readonly epoch: number;
      readonly seq: number;
      readonly field: 'election' | 'station' | 'device' | 'mock';
    }
  /** Events `fromSeq` to `toSeq` are not there. */
  | { readonly code: 'gap'; readonly epoch: number; readonly fromSeq: number; readonly toSeq: number }
  | { readonly code: 'duplicate'; readonly epoch: number; readonly seq: number; readonly position: number }
  /** The record stands after one that follows it. */
  | { readonly code: 'out-of-order'; readonly epoch: number; readonly seq: number; readonly position: number }
  /** The bytes are not those that the next event, a signed head or the record's own hash vouches for. */
  | { readonly code: 'altered-event'; readonly epoch: number; readonly seq: number }
  /** The first record doesn't continue the chain where it should. */
  | { readonly code: 'broken-start'; readonly epoch: number; readonly seq: number }
  | { readonly code: 'wrong-signature'; readonly epoch: number; readonly seq: number }
  /** Two validly signed histories disagree about this event. */
  | { readonly code: 'forked'; readonly epoch: number; readonly seq: number }
  /** A signed head vouches for events up to `headSeq`, but the records end at `lastSeq` (0: none of that epoch). */
  | {
      readonly code: 'cut-tail';
      readonly epoch: number;
      readonly lastSeq: number;
      readonly headSeq: number;
    }
  /** No signed head covers the records from here on. */
  | { readonly code: 'unsigned-tail'; readonly epoch: number; readonly fromSeq: number }
  /** The sealed part doesn't open under its own key, which is there. */
  | {
      readonly code: 'damaged-part';
      readonly epoch: number;
      readonly seq: number;
      readonly part: EventPart;
    }
  /** The part that is shown is not the one that the event committed to. */
  | {
      readonly code: 'wrong-commitment';
      readonly epoch: number;
      readonly seq: number;
      readonly part: EventPart;
    };
