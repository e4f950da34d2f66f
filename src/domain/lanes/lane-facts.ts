import type { LaneNumber, Tenure } from './tenure.ts';

/** Where in which log something is written; the same everywhere, for logs are copied byte by byte. */
export interface FactOrigin {
  readonly lane: LaneNumber;
  readonly epoch: number;
  readonly seq: number;
}

/** An event by its place and its hash, in hex. */
export interface LogPlace extends FactOrigin {
  readonly hash: string;
}

/** Moves the right to identify one voter. `version` counts the moves of this voter's right, from 1. */
export interface RightMoved {
  readonly voter: string;
  readonly version: number;
  readonly from: Tenure;
  readonly to: Tenure;
}

/** Two people attest that a lane is switched off, and give everything it held to this one. */
export interface TakeOver {
  readonly from: Tenure;
  readonly to: Tenure;
}

/**
 * What the lanes of a station must know of each other's logs to keep to "once only". Every fact is, or is
 * read from, an event of exactly one lane's log.
 */
export type LaneFact =
  | { readonly type: 'identified'; readonly voter: string; readonly handover: string }
  | { readonly type: 'undone'; readonly handover: string }
  /** Two people entered a line of the paper form that is this voter's. */
  | { readonly type: 'on-paper'; readonly voter: string; readonly line: number }
  /** Two people said what happened with a line that was somebody's already. `matter`: what they had before them. */
  | { readonly type: 'paper-settled'; readonly line: number; readonly matter?: string }
  /** Written by the giver, before the grant leaves it. */
  | ({ readonly type: 'right-given'; readonly by: 'network' | 'code' } & RightMoved)
  /** Written by the taker of a grant that was read aloud: the giver's log may not get here for hours. */
  | ({ readonly type: 'right-taken' } & RightMoved)
  /** Two people let this lane identify a voter whose right it doesn't hold. */
  | {
      readonly type: 'overridden';
      readonly voter: string;
      readonly people: readonly string[];
      /** The owning lane could not be reached: counted apart from every other override. */
      readonly duringCut: boolean;
    }
  | ({ readonly type: 'taken-over'; readonly people: readonly string[] } & TakeOver)
  /**
   * The lane that was taken over has learnt of it; nothing of the ended tenure is exercised after this. `log` is how
   * far its log goes by now: whoever has that much knows everything that the ended tenure ever did.
   */
  | {
      readonly type: 'fence-acknowledged';
      readonly ended: Tenure;
      readonly by: Tenure;
      readonly log: readonly LogPlace[];
    }
  /** Two people let a lane own again though nothing shows that its log is the newest. */
  | {
      readonly type: 'resumed';
      readonly people: readonly string[];
      readonly because: 'unproven' | 'older-copy';
      /** Whether they opened the station by it. Absent in logs of older programs, whose tables don't count it. */
      readonly when?: 'opening' | 'day';
      /** Its receipts go on after this number: the highest that these people have on paper, or that anybody knows of. */
      readonly receiptsAfter?: number;
    }
  /** Two people let a lane confirm acts that no second medium holds. */
  | { readonly type: 'went-alone'; readonly people: readonly string[] }
  /** A device was met in two copies, or with an older disk than before. */
  | {
      readonly type: 'copy-seen';
      readonly lane: LaneNumber;
      readonly kind: 'clone' | 'older-copy';
      /** Of a clone that was met again after two people had settled the last time: the second time, the third. */
      readonly time?: number;
    }
  /** Two people looked into what was raised. `matter` names it, see collisions.ts. */
  | { readonly type: 'settled'; readonly matter: string; readonly people: readonly string[] };
