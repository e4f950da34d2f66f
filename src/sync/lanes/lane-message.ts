import type { LaneNumber, Tenure } from '../../domain/lanes/tenure.ts';
import type { LogHead, LogRange } from './lane-log.ts';

/** Why a lane can't have the right to identify a voter now. */
export type Refusal =
  /** Somebody identified the voter, at that lane. */
  | { readonly why: 'identified'; readonly lane: LaneNumber }
  /** The voter stands before that lane's desk this moment. */
  | { readonly why: 'at-desk'; readonly lane: LaneNumber }
  /** That lane holds the right and can't be reached. */
  | { readonly why: 'unreachable'; readonly lane: LaneNumber }
  /** That lane holds the right and may not exercise it: two people have to decide there. */
  | { readonly why: 'not-owning'; readonly lane: LaneNumber }
  /** The disk of that lane refused to write. */
  | { readonly why: 'disk-failed'; readonly lane: LaneNumber };

export type AskAnswer =
  | { readonly outcome: 'given' }
  /** Not here: ask that lane. */
  | { readonly outcome: 'ask-lane'; readonly lane: LaneNumber }
  | ({ readonly outcome: 'refused' } & Refusal);

/**
 * What two lanes say to each other, over a connection on which both are authenticated and nothing is lost,
 * repeated or out of order until it ends. A grant is no message of its own: it is an event of the giver's log,
 * sent ahead of the answer.
 */
export type LaneMessage<Range extends LogRange> =
  /** First on every connection. `start` is new with every start of the program. */
  | {
      readonly type: 'hello';
      readonly start: string;
      readonly tenure: Tenure;
      readonly heads: readonly LogHead[];
    }
  /** Every second, and proof of life. */
  | { readonly type: 'have'; readonly tenure: Tenure; readonly heads: readonly LogHead[] }
  | { readonly type: 'events'; readonly range: Range }
  /** On the sender's disk up to here. */
  | { readonly type: 'stored'; readonly head: LogHead }
  | { readonly type: 'ask'; readonly request: number; readonly voter: string; readonly tenure: Tenure }
  | {
      readonly type: 'answer';
      readonly request: number;
      readonly voter: string;
      readonly answer: AskAnswer;
    };
