import type { Clock } from '../store/clock.ts';
import { type CborRecord, type CborValue, decodeVouchedField } from './canonical.ts';
import { CanonicalReader, encodeKey } from './canonical-reader.ts';
import { isIdentifier } from './event.ts';

/**
 * When an event happened, as its private part keeps it under `at`. The wall clock is what people read; the
 * monotonic clock and the boot show where it was moved. `logicalMs` and `logicalCounter` are a hybrid logical
 * clock (Kulkarni et al. 2014), for order on a screen and never to decide.
 */
export type EventTime = {
  readonly wallMs: number;
  readonly monotonicMs: number;
  readonly bootId: string;
  readonly logicalMs: number;
  readonly logicalCounter: number;
};

export type LogicalTime = Pick<EventTime, 'logicalMs' | 'logicalCounter'>;

/**
 * How far logical time may run ahead of the own wall clock. One laptop that believes it is 2036 would otherwise
 * drag all others there, and its own log would stay there after its clock was set right.
 */
export const MOST_DRIFT_MS = 5 * 60_000;

/** Wall and monotonic clock may come apart by this much before it is called a jump. */
export const JUMP_MS = 2 * 60_000;

/**
 * The time of the next event. Logical time is never earlier than that of the event before, or of anything seen
 * from other lanes, as long as those are at most `MOST_DRIFT_MS` ahead of the wall clock.
 */
export function nextEventTime(clock: Clock, before: LogicalTime | null): EventTime {
  const wallMs = clock.wallMs();
  return {
    wallMs,
    monotonicMs: clock.monotonicMs(),
    bootId: clock.bootId,
    ...tick(wallMs, before),
  };
}

function tick(wallMs: number, before: LogicalTime | null): LogicalTime {
  if (before === null || wallMs > before.logicalMs) return { logicalMs: wallMs, logicalCounter: 0 };
  const most = wallMs + MOST_DRIFT_MS;
  if (before.logicalMs > most) return { logicalMs: most, logicalCounter: 0 };
  return { logicalMs: before.logicalMs, logicalCounter: before.logicalCounter + 1 };
}

/** What was known, and what another lane says, as one: the later of the two, no further ahead than is allowed. */
export function laterTime(clock: Clock, known: LogicalTime | null, seen: LogicalTime): LogicalTime {
  const most = clock.wallMs() + MOST_DRIFT_MS;
  const bounded = seen.logicalMs > most ? { logicalMs: most, logicalCounter: 0 } : seen;
  return known === null || compareLogical(known, bounded) < 0 ? bounded : known;
}

export function compareLogical(a: LogicalTime, b: LogicalTime): number {
  return a.logicalMs - b.logicalMs || a.logicalCounter - b.logicalCounter;
}

/** How the wall clock was moved between two events of one log, or between the last one and now. */
export type ClockJump =
  /** Within one boot the monotonic clock says by how much. */
  | { readonly kind: 'moved'; readonly byMs: number }
  /** After a restart only a step back can be told: time went on while the machine was off. */
  | { readonly kind: 'before-last-event'; readonly byMs: number };

export function clockJump(
  before: Pick<EventTime, 'wallMs' | 'monotonicMs' | 'bootId'>,
  after: Pick<EventTime, 'wallMs' | 'monotonicMs' | 'bootId'>,
): ClockJump | null {
  const wall = after.wallMs - before.wallMs;
  if (before.bootId !== after.bootId) {
    return wall <= -JUMP_MS ? { kind: 'before-last-event', byMs: wall } : null;
  }
  const moved = wall - (after.monotonicMs - before.monotonicMs);
  return Math.abs(moved) >= JUMP_MS ? { kind: 'moved', byMs: moved } : null;
}

/** The `at` of a private part; null when it has none of the right shape. */
export function readEventTime(privatePart: CborRecord): EventTime | null {
  return readTime(privatePart.at);
}

/** The keys of a private part's time in the order of their encodings; its own is the first of the part. */
const KEYS = ['at', 'bootId', 'wallMs', 'logicalMs', 'monotonicMs', 'logicalCounter'].map(encodeKey);
const [AT, BOOT_ID, WALL, LOGICAL, MONOTONIC, COUNTER] = KEYS;

/** The same out of the bytes of a private part that its commitment vouches for. */
export function readVouchedTime(privatePart: Uint8Array): EventTime | null {
  return readUsualTime(privatePart) ?? readTime(decodeVouchedField(privatePart, 'at'));
}

/** As every ledger of ours writes it: ten thousand of them are read when an export is checked. Null for any other form. */
function readUsualTime(privatePart: Uint8Array): EventTime | null {
  const reader = new CanonicalReader(privatePart);
  if (!reader.anyMap() || !reader.key(AT) || !reader.map(5)) return null;
  const bootId = reader.key(BOOT_ID) ? reader.text() : '';
  const wallMs = reader.key(WALL) ? reader.count() : -1;
  const logicalMs = reader.key(LOGICAL) ? reader.count() : -1;
  const monotonicMs = reader.key(MONOTONIC) ? reader.count() : -1;
  const logicalCounter = reader.key(COUNTER) ? reader.count() : -1;
  if (!isIdentifier(bootId) || wallMs < 0 || logicalMs < 0 || monotonicMs < 0 || logicalCounter < 0)
    return null;
  return { wallMs, monotonicMs, bootId, logicalMs, logicalCounter };
}

function readTime(at: CborValue | undefined): EventTime | null {
  if (typeof at !== 'object' || at === null || Array.isArray(at) || at instanceof Uint8Array) return null;
  const { wallMs, monotonicMs, bootId, logicalMs, logicalCounter } = at as CborRecord;
  if (typeof wallMs !== 'number' || typeof monotonicMs !== 'number' || typeof bootId !== 'string')
    return null;
  if (typeof logicalMs !== 'number' || typeof logicalCounter !== 'number') return null;
  return { wallMs, monotonicMs, bootId, logicalMs, logicalCounter };
}
