import { type ClockJump, clockJump, type EventTime, readVouchedTime } from './event-time.ts';
import type { ChainRecord, VerifiedEvent } from './verify-chain.ts';

/** Where in a log something is: at this event. */
interface At {
  readonly epoch: number;
  readonly seq: number;
}

/** The wall clock was moved before this event. */
export type ClockChange = ClockJump & At;

/** Events whose private part is shown, in order; a public log tells no times. */
function* timesIn(
  chain: readonly VerifiedEvent[],
  records: readonly ChainRecord[],
): Generator<At & { readonly time: EventTime }> {
  for (const [i, { epoch, seq }] of chain.entries()) {
    const bytes = records[i]?.private?.bytes;
    const time = bytes === undefined ? null : readVouchedTime(bytes);
    if (time !== null) yield { epoch, seq, time };
  }
}

/** @param records Those of the chain, in its order. */
export function findClockChanges(
  chain: readonly VerifiedEvent[],
  records: readonly ChainRecord[],
): ClockChange[] {
  const changes: ClockChange[] = [];
  let before: EventTime | null = null;
  for (const { epoch, seq, time } of timesIn(chain, records)) {
    const jump = before === null ? null : clockJump(before, time);
    if (jump !== null) changes.push({ ...jump, epoch, seq });
    before = time;
  }
  return changes;
}

/** The first event after each start of the machine but the first: the monotonic clock counts from another boot there. */
export function findNewBoots(chain: readonly VerifiedEvent[], records: readonly ChainRecord[]): At[] {
  const boots: At[] = [];
  let before: string | null = null;
  for (const { epoch, seq, time } of timesIn(chain, records)) {
    if (before !== null && before !== time.bootId) boots.push({ epoch, seq });
    before = time.bootId;
  }
  return boots;
}
