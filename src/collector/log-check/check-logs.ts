import { err, ok, type Result } from '../../domain/result.ts';
import { equalBytes } from '../../ledger/canonical.ts';
import type { ChainPoint, LedgerIdentity } from '../../ledger/event.ts';
import type { StoreError } from '../../store/store-error.ts';
import type { CollectorReads, DeviceState, LogPlace, TakenEvent } from '../collector-store.ts';
import { readLinks } from '../verification/check-range.ts';

/** Where the stored logs are not what was taken in. */
export type LogDamage =
  /** The database gives an error for what comes after this place. */
  | ({ readonly code: 'unreadable' } & LogPlace)
  /** An event behind this place is missing, or isn't the one that was acknowledged. */
  | ({ readonly code: 'altered' } & LogPlace);

export interface CheckedLogs {
  readonly devices: number;
  readonly events: number;
}

/** Read and hashed at a time: a few milliseconds. */
const EVENTS_AT_ONCE = 1000;
/** Another thread may hold the file for a moment. */
const MOST_BUSY = 100;

/**
 * Reads every log again from its first event to its end as it is now, as a verifier would: every event is hashed and
 * linked to the one before, and the last is the one that the receipts are for. In an encrypted file each page is
 * authenticated as it is read, so that nothing of what was taken in can have changed unseen.
 * @param rest Called after each piece with the milliseconds that it took; `stop` ends the check.
 */
export async function checkLogs(
  reads: CollectorReads,
  rest: (workedMs: number) => Promise<'go-on' | 'stop'>,
): Promise<Result<CheckedLogs | 'stopped', LogDamage | StoreError>> {
  const heads = await reads.heads();
  if (!heads.ok) return heads;
  const devices = [...new Set(heads.value.map(({ device }) => device))];
  let events = 0;
  for (const device of devices) {
    const state = await reads.device(device);
    if (!state.ok) return state;
    // Whoever sends again meanwhile adds to the end; what is there now stays.
    const log = new LogReader(state.value?.registration, state.value?.heads ?? []);
    let busy = 0;
    while (!log.isThrough) {
      const from = performance.now();
      const piece = await reads.events(device, log.after, EVENTS_AT_ONCE);
      const isBusy = !piece.ok && piece.error.code === 'busy' && busy < MOST_BUSY;
      if (!piece.ok && !isBusy) return err({ code: 'unreadable', device, ...log.after });
      if (piece.ok && !log.take(piece.value)) return err({ code: 'altered', device, ...log.after });
      busy = isBusy ? busy + 1 : 0;
      if ((await rest(performance.now() - from)) === 'stop') return ok('stopped');
    }
    events += log.events;
  }
  return ok({ devices: devices.length, events });
}

type Place = Pick<ChainPoint, 'epoch' | 'seq'>;

/** One device's log, piece by piece up to where it ended when this began. */
class LogReader {
  readonly #identity: LedgerIdentity | undefined;
  /** The ends that are still to be reached, the next first. */
  readonly #heads: ChainPoint[];
  #after: Place = { epoch: 0, seq: 0 };
  #before: Uint8Array | null = null;
  #events = 0;

  constructor(identity: LedgerIdentity | undefined, heads: DeviceState['heads']) {
    this.#identity = identity;
    this.#heads = [...heads];
  }

  get after(): Place {
    return this.#after;
  }

  get events(): number {
    return this.#events;
  }

  get isThrough(): boolean {
    return this.#heads.length === 0;
  }

  /** False where these are not the next events of this log. */
  take(events: readonly TakenEvent[]): boolean {
    if (events.length === 0) return false;
    let left = events;
    while (left.length > 0 && !this.isThrough) {
      const [head] = this.#heads;
      if (head === undefined) return true;
      const end = left.findIndex(({ epoch }) => epoch !== head.epoch);
      const ofEpoch = end === -1 ? left : left.slice(0, end);
      if (!this.#takeEpoch(ofEpoch, head)) return false;
      left = left.slice(ofEpoch.length);
    }
    return true;
  }

  #takeEpoch(events: readonly TakenEvent[], head: ChainPoint): boolean {
    const firstSeq = this.#after.epoch === head.epoch ? this.#after.seq + 1 : 1;
    const records = events.slice(0, head.seq - firstSeq + 1);
    const { epoch } = head;
    const links =
      this.#identity === undefined ? null : readLinks({ identity: this.#identity, epoch, firstSeq, records });
    if (links === null) return false;
    // The first of an epoch may go on from any event before; its own hash covers from which.
    if (firstSeq > 1 && (this.#before === null || !equalBytes(links.prev, this.#before))) return false;
    const isStored = links.hashes.every((hash, i) => {
      const event = records[i];
      return event !== undefined && equalBytes(hash, event.hash);
    });
    const last = links.hashes.at(-1);
    if (!isStored || last === undefined) return false;
    this.#before = last;
    this.#events += records.length;
    const through = firstSeq + records.length - 1;
    this.#after = { epoch, seq: through };
    if (through < head.seq) return true;
    // What this epoch got since is passed over.
    this.#after = { epoch, seq: Number.MAX_SAFE_INTEGER };
    this.#heads.shift();
    return equalBytes(last, head.hash);
  }
}
