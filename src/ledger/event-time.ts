import type { Clock } from '../store/clock.ts';
import type { CborRecord } from './canonical.ts';

/**
 * When an event happened, as its private part keeps it under `at`. The wall clock is what people read; the
 * monotonic clock and the boot show where it was moved. `logicalMs` and `logicalCounter` are a hybrid logical
 * clock (Kulkarni et al. 2014): never earlier than the event before, for order on a screen and never to decide.
 */
export type EventTime = {
  readonly wallMs: number;
  readonly monotonicMs: number;
  readonly bootId: string;
  readonly logicalMs: number;
  readonly logicalCounter: number;
};

export function nextEventTime(clock: Clock, before: EventTime | null): EventTime {
  const wallMs = clock.wallMs();
  const goesOn = before === null || wallMs > before.logicalMs;
  return {
    wallMs,
    monotonicMs: clock.monotonicMs(),
    bootId: clock.bootId,
    logicalMs: goesOn ? wallMs : before.logicalMs,
    logicalCounter: goesOn ? 0 : before.logicalCounter + 1,
  };
}

/** The `at` of a private part; null when it has none of the right shape. */
export function readEventTime(privatePart: CborRecord): EventTime | null {
  const { at } = privatePart;
  if (typeof at !== 'object' || at === null || Array.isArray(at) || at instanceof Uint8Array) return null;
  const { wallMs, monotonicMs, bootId, logicalMs, logicalCounter } = at as CborRecord;
  if (typeof wallMs !== 'number' || typeof monotonicMs !== 'number' || typeof bootId !== 'string')
    return null;
  if (typeof logicalMs !== 'number' || typeof logicalCounter !== 'number') return null;
  return { wallMs, monotonicMs, bootId, logicalMs, logicalCounter };
}
