import { MOST_LANES } from '../../domain/lanes/tenure.ts';

/** More than one table prints in the two days of an election. */
export const RECEIPTS_OF_A_LAPTOP = 10_000;
/** The chair's stick, and each table that may let a spare in. */
const ADMITTERS = MOST_LANES + 1;
/** A receipt's number has seven digits at most: the last whole block. */
export const LAST_RECEIPTS = 9_990_000;

export interface SpareBefore {
  /** The table that lets the spare in; null: it comes from the chair's stick. */
  readonly admitter: number | null;
  /** The spares that this table, or this stick, knows to have stood in the same place before. */
  readonly earlier: number;
  /** The number of this place's highest receipt that people have in hand, where somebody said so; 0 for none. */
  readonly lastOnPaper?: number;
}

/**
 * After which number a spare's receipts begin. It can't know how far the laptop before it came, for that one may be
 * dead and nobody else alive; so every laptop has ten thousand numbers of its own: those of the package from 1, a spare
 * from the next block that whoever lets it in has not given away. Two admitters never give the same block; but a stick
 * can have a copy, and neither knows what the other gave. So people say what is on paper, and a spare begins above it;
 * a table that lives refuses one that would count as another of its place does.
 */
export function receiptsOfSpare({ admitter, earlier, lastOnPaper = 0 }: SpareBefore): number {
  const own = 1 + (admitter ?? 0);
  const used = Math.floor(lastOnPaper / RECEIPTS_OF_A_LAPTOP);
  const rounds = Math.max(earlier, Math.floor((used - own) / ADMITTERS) + 1);
  return (own + rounds * ADMITTERS) * RECEIPTS_OF_A_LAPTOP;
}
