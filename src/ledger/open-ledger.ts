import { err, ok, type Result } from '../domain/result.ts';
import type { Clock } from '../store/clock.ts';
import type { ReadableStore, WritableStore } from '../store/store.ts';
import { type CborRecord, decodeCanonical, decodeVouched, equalBytes } from './canonical.ts';
import type { ChainFault } from './chain-fault.ts';
import type { DeviceKey } from './device-key.ts';
import type { ChainPoint, LedgerIdentity, SaltedPart } from './event.ts';
import { type EventTime, readEventTime } from './event-time.ts';
import type { HeadMark } from './head-mark.ts';
import type { LedgerError } from './ledger-error.ts';
import {
  claimIdentity,
  type EpochReason,
  type EventRow,
  insertEpoch,
  newestEpoch,
  type Place,
  selectEvent,
  selectEvents,
  selectHeads,
  selectLastHeads,
  selectTail,
} from './ledger-tables.ts';
import { MerkleTree } from './merkle.ts';
import type { PartKeys } from './part-keys.ts';
import { type ChainRecord, verifyChain } from './verify-chain.ts';

/** An event with what its private part says: nothing once its key is gone, nor where it is no record at all. */
export interface PrivateRecord extends Place {
  readonly record: CborRecord | 'erased' | 'malformed';
}

export interface LedgerOptions extends LedgerIdentity {
  readonly key: DeviceKey;
  readonly clock: Clock;
  /** A new epoch, greater than any here, or the current one. Left out, the ledger decides. */
  readonly epoch?: number;
  /**
   * The newest place of this device's log that anything outside this database has seen: the centre, another
   * lane, a stick. If the database doesn't have it, the database is an old copy, and a new epoch begins.
   */
  readonly lastKnown?: ChainPoint | readonly ChainPoint[];
  /** The newest head once more, outside the database; without one, a cut write-ahead log can't be told. */
  readonly mark?: HeadMark;
  /** The same as it was carried elsewhere, on a stick for instance: read, and never written. */
  readonly carriedMarks?: readonly Pick<HeadMark, 'read'>[];
  /**
   * Goes through the log once, right after it was verified and while it is in memory: whoever reads it again later reads
   * and decrypts it all a second time.
   */
  readonly onVerified?: (records: Iterable<PrivateRecord>) => void;
}

/** How a ledger's current epoch came about. */
export type Beginning = 'continued' | EpochReason;

/** What the ledger goes on from. */
export interface LedgerState {
  readonly epoch: number;
  readonly beginning: Beginning;
  readonly tail: ChainPoint | null;
  readonly lastTime: EventTime | null;
  /** The newest place that is known to have been here and is not any more; only after `restored`. */
  readonly missing: Place | null;
  /** Over the events of `epoch`. */
  readonly tree: MerkleTree;
}

/** Claims or checks the identity, verifies the whole stored chain, and settles the epoch. */
export function recoverLedger(
  store: WritableStore,
  keys: PartKeys,
  options: LedgerOptions,
): Result<LedgerState, LedgerError> {
  const claimed = store.transaction(() => {
    const differs = claimIdentity(store, options, options.key);
    if (differs === null) keys.prepare(store);
    return differs;
  });
  if (!claimed.ok) return claimed;
  if (claimed.value !== null) return err({ code: 'other-ledger', field: claimed.value });

  const read = store.read(() => verifyStored(store, keys, options, options.onVerified));
  if (!read.ok) return read;
  const verified = read.value;
  if (!verified.ok) return err({ code: 'chain-damaged', faults: verified.error });

  const tail = selectTail(store);
  const settled = settleEpoch(store, options, tail);
  if (!settled.ok) return settled;
  const { epoch, beginning, missing } = settled.value;
  const tree = new MerkleTree();
  for (const point of verified.value) if (point.epoch === epoch) tree.append(point.hash);
  const lastTime = tail === null ? null : timeOf(store, keys, tail);
  return ok({ epoch, beginning, missing, tail, lastTime, tree });
}

/** Every event, part and link that is stored; one signature per epoch, and all of them where that one fails. */
export function verifyStored(
  store: ReadableStore,
  keys: PartKeys,
  options: LedgerOptions,
  onVerified: LedgerOptions['onVerified'] = undefined,
): Result<readonly ChainPoint[], ChainFault[]> {
  const rows = selectEvents(store, null, -1);
  const broken: ChainFault[] = [];
  const records = rows.map((row) => recordOf(row, keys, broken));
  const expectation = { identity: pickIdentity(options), after: null };
  const quick = verifyChain(records, options.key.publicKey, {
    ...expectation,
    heads: selectLastHeads(store),
  });
  if (quick.ok && broken.length === 0) {
    onVerified?.(privateRecords(rows, records));
    return quick;
  }
  const exact = verifyChain(records, options.key.publicKey, { ...expectation, heads: selectHeads(store) });
  return err([...(exact.ok ? [] : exact.error), ...broken]);
}

function* privateRecords(
  rows: readonly EventRow[],
  records: readonly ChainRecord[],
): Generator<PrivateRecord> {
  for (const [index, { epoch, seq }] of rows.entries()) {
    const part = records[index]?.private ?? null;
    yield { epoch, seq, record: part === null ? 'erased' : (decodeVouched(part.bytes) ?? 'malformed') };
  }
}

function recordOf(row: EventRow, keys: PartKeys, broken: ChainFault[]): ChainRecord {
  const { publicBytes, hash } = row;
  const open = (part: 'centre' | 'private'): SaltedPart | null => {
    const opened = keys.open(part, row, row[part]);
    if (opened.ok) return opened.value;
    if (opened.error.code === 'part-damaged') {
      broken.push({ code: 'damaged-part', epoch: row.epoch, seq: row.seq, part });
    }
    return null;
  };
  return { publicBytes, hash, centre: open('centre'), private: open('private') };
}

export function pickIdentity({ election, station, device, mock }: LedgerIdentity): LedgerIdentity {
  return { election, station, device, mock };
}

interface Settled {
  readonly epoch: number;
  readonly beginning: Beginning;
  readonly missing: Place | null;
}

function settleEpoch(
  store: WritableStore,
  options: LedgerOptions,
  tail: ChainPoint | null,
): Result<Settled, LedgerError> {
  const newest = newestEpoch(store);
  const wanted = decideEpoch(store, options, newest, tail);
  if (wanted.beginning === 'continued') return ok(wanted);
  const { epoch, beginning } = wanted;
  if (newest !== null && epoch <= newest) return err({ code: 'epoch-behind', newest });
  const stored = store.transaction(() => {
    insertEpoch(store, epoch, beginning, options.clock.wallMs());
  });
  return stored.ok ? ok(wanted) : stored;
}

function decideEpoch(
  store: WritableStore,
  options: LedgerOptions,
  newest: number | null,
  tail: ChainPoint | null,
): Settled {
  const { epoch, clock } = options;
  const known = knownPlaces(options);
  // Seconds of the clock keep two blank databases of one device apart; a known epoch is always passed.
  const next = Math.max(
    (newest ?? 0) + 1,
    ...known.map((place) => place.epoch + 1),
    Math.floor(clock.wallMs() / 1000),
  );
  if (newest === null) return { epoch: epoch ?? next, beginning: 'blank', missing: null };
  const missing = known
    .filter((place) => !hasEvent(store, place, tail))
    .toSorted(comparePlaces)
    .at(-1);
  if (missing !== undefined) return { epoch: epoch ?? next, beginning: 'restored', missing };
  if (epoch !== undefined && epoch !== newest) return { epoch, beginning: 'requested', missing: null };
  return { epoch: newest, beginning: 'continued', missing: null };
}

/** Every place of this log that anybody outside the database vouches for. */
function knownPlaces(options: LedgerOptions): readonly ChainPoint[] {
  const { lastKnown = [], mark, carriedMarks = [], key } = options;
  const given = 'epoch' in lastKnown ? [lastKnown] : lastKnown;
  const marked = [...(mark === undefined ? [] : [mark]), ...carriedMarks]
    .map((one) => one.read(pickIdentity(options), key.publicKey))
    .filter((head) => head !== null);
  return [...given, ...marked];
}

function comparePlaces(a: Place, b: Place): number {
  return a.epoch - b.epoch || a.seq - b.seq;
}

function hasEvent(store: WritableStore, point: ChainPoint, tail: ChainPoint | null): boolean {
  if (tail === null) return false;
  const event = selectEvent(store, point);
  return event !== null && equalBytes(event.hash, point.hash);
}

/** The time of the last event, so that logical time goes on from there; null once it was erased. */
function timeOf(store: WritableStore, keys: PartKeys, tail: ChainPoint): EventTime | null {
  const row = selectEvent(store, tail);
  const opened = row === null ? null : keys.open('private', row, row.private);
  const fields = opened?.ok === true ? decodeCanonical(opened.value.bytes) : null;
  return fields?.ok === true ? readEventTime(fields.value) : null;
}
