import { type ClockJump, clockJump, type EventTime, readVouchedTime } from './event-time.ts';
import type { ChainRecord, VerifiedEvent } from './verify-chain.ts';

/** Where in a log something is: at this event. */
interface At {
  readonly epoch: number;
  readonly seq: number;
}

/** The wall clock was moved before this event. */
export type ClockChange = ClockJump & At;

/** What the times of a log say of the clocks that it was kept by. */
export interface Clocks {
  readonly jumps: readonly ClockChange[];
  /** The first event after each start of the machine but the first: the monotonic clock counts from another boot there. */
  readonly newBoots: readonly At[];
}

/**
 * Of events whose private part is shown; a public log tells no times.
 * @param records Those of the chain, in its order.
 */
export function readClocks(chain: readonly VerifiedEvent[], records: readonly ChainRecord[]): Clocks {
  const jumps: ClockChange[] = [];
  const newBoots: At[] = [];
  let before: EventTime | null = null;
  for (const [i, { epoch, seq }] of chain.entries()) {
    const bytes = records[i]?.private?.bytes;
    const time = bytes === undefined ? null : readVouchedTime(bytes);
    if (time === null) continue;
    const jump = before === null ? null : clockJump(before, time);
    if (jump !== null) jumps.push({ ...jump, epoch, seq });
    if (before !== null && before.bootId !== time.bootId) newBoots.push({ epoch, seq });
    before = time;
  }
  return { jumps, newBoots };
}
