import { assert, assertDefined } from '../domain/assert.ts';
import { err, ok, type Result } from '../domain/result.ts';
import type { WritableStore } from '../store/store.ts';
import type { StoreError } from '../store/store-error.ts';
import { equalBytes } from './canonical.ts';
import { type Checkpoint, checkpointOrigin, makeCheckpoint, openCheckpoint } from './checkpoint.ts';
import { signChallenge } from './device-proof.ts';
import { type ChainPoint, type EventPart, isIdentifier } from './event.ts';
import { type ClockJump, clockJump, type EventTime, type LogicalTime, laterTime } from './event-time.ts';
import { type SignedHead, signHead } from './head.ts';
import type { LedgerError } from './ledger-error.ts';
import { LedgerReads } from './ledger-reads.ts';
import {
  type Cosigners,
  insertEpoch,
  insertEvent,
  type Place,
  selectHead,
  selectLeaves,
  selectTail,
  upsertCosigned,
} from './ledger-tables.ts';
import { MerkleTree } from './merkle.ts';
import { proveConsistency, proveInclusion } from './merkle-proof.ts';
import { encodeAddCheckpoint } from './notes/witness.ts';
import {
  type Beginning,
  type LedgerOptions,
  type LedgerState,
  pickIdentity,
  recoverLedger,
  verifyStored,
} from './open-ledger.ts';
import { acknowledge } from './outbox.ts';
import { PartKeys } from './part-keys.ts';
import { type CommittedEvent, type NewEvent, sealEvents } from './seal-events.ts';
import { MOST_RECORDS_PER_RANGE } from './upload-range.ts';

export type { CommittedEvent, NewEvent, StoredEvent } from './seal-events.ts';

const NO_PROJECTION = (): void => {};

/**
 * The log of one device. `commit` is the only way in: events, what they change in other tables, the signed
 * head are on the disk together, or none of them is. What the centre has not acknowledged yet follows from them.
 */
export class Ledger extends LedgerReads {
  readonly beginning: Beginning;
  readonly #options: LedgerOptions;
  #epoch: number;
  #tree: MerkleTree;
  /** Events up to here were confirmed once and are not in this database: it was cut, or is an old copy. */
  readonly missing: Place | null;
  #tail: ChainPoint | null;
  #lastTime: EventTime | null;
  /** Of the last event, or what other lanes were seen to be at. */
  #logicalTime: LogicalTime | null;
  #erasures = 0;

  private constructor(store: WritableStore, options: LedgerOptions, keys: PartKeys, state: LedgerState) {
    super(store, keys, { identity: pickIdentity(options), publicKey: options.key.publicKey });
    this.#epoch = state.epoch;
    this.beginning = state.beginning;
    this.#options = options;
    this.#tree = state.tree;
    this.#tail = state.tail;
    this.missing = state.missing;
    this.#lastTime = state.lastTime;
    this.#logicalTime = state.lastTime;
  }

  /**
   * Opens the ledger in a store that has migrations/station, after verifying every event in it. A database
   * of another election, station, device or kind (mock or real) is refused, and so is a damaged chain.
   */
  static open(store: WritableStore, options: LedgerOptions): Result<Ledger, LedgerError> {
    assert(
      [options.election, options.station, options.device].every(isIdentifier),
      'election, station and device are identifiers',
    );
    const keys = new PartKeys();
    const state = recoverLedger(store, keys, options);
    return state.ok ? ok(new Ledger(store, options, keys, state.value)) : state;
  }

  get epoch(): number {
    return this.#epoch;
  }

  /** How often parts were erased since the program started: what was read of them before must not be used after. */
  get erasures(): number {
    return this.#erasures;
  }

  /**
   * Goes on in a new epoch, above `above`: other lanes have events of this device that its own disk had lost, and
   * their numbers are not given again.
   */
  beginEpoch(above: number): Result<void, LedgerError> {
    const { clock } = this.#options;
    const epoch = Math.max(above + 1, this.#epoch + 1, Math.floor(clock.wallMs() / 1000));
    const begun = this.store.transaction(() => insertEpoch(this.store, epoch, 'restored', clock.wallMs()));
    if (!begun.ok) return begun;
    this.#epoch = epoch;
    this.#tree = new MerkleTree();
    return ok();
  }

  /**
   * Appends events, all or none. `project` writes what they change in other tables, in the same transaction;
   * what it throws rolls everything back and goes on. When this has returned ok, everything is on the disk.
   */
  commit(
    events: readonly NewEvent[],
    project: (store: WritableStore, stored: readonly CommittedEvent[]) => void = NO_PROJECTION,
  ): Result<readonly CommittedEvent[], LedgerError> {
    assert(events.length > 0 && events.length <= MOST_RECORDS_PER_RANGE, 'a commit has 1 to 1000 events');
    const sealed = sealEvents(events, {
      identity: this.identity,
      epoch: this.epoch,
      keys: this.keys,
      clock: this.#options.clock,
      tail: this.#tail,
      logicalTime: this.#logicalTime,
    });
    const first = assertDefined(sealed[0], 'the first event');
    const last = assertDefined(sealed.at(-1), 'the last event');
    const head = signHead(this.#options.key, this.identity, {
      epoch: last.epoch,
      seq: last.seq,
      hash: last.hash,
    });

    const written = this.store.transaction(() => {
      if (!this.#isHeadOnDisk()) return 'head-moved';
      const end = { firstSeq: first.seq, signature: head.signature };
      for (const event of sealed) insertEvent(this.store, event, event === last ? end : null);
      const outcome: unknown = project(this.store, sealed);
      assert(outcome === undefined, 'a projection gives nothing back, and no promise');
      return 'written';
    });
    if (!written.ok) return written;
    if (written.value === 'head-moved') return err({ code: 'head-moved' });
    for (const event of sealed) this.#tree.append(event.hash);
    this.#tail = { epoch: last.epoch, seq: last.seq, hash: last.hash };
    this.#lastTime = last.at;
    this.#logicalTime = last.at;
    this.#options.mark?.write(this.identity, head);
    return ok(sealed);
  }

  /** The last event of the current epoch; null before its first. */
  head(): ChainPoint | null {
    return this.#tail?.epoch === this.epoch ? this.#tail : null;
  }

  /** The signature over the head, as it was committed; null before the first event of the epoch. */
  signedHead(): Result<SignedHead | null, StoreError> {
    const head = this.head();
    return head === null ? ok(null) : this.store.read(() => selectHead(this.store, head));
  }

  /** Keeps the centre's receipt, and what it covers is no longer pending; repeating it changes nothing. */
  markUploaded(through: Place, receipt: Uint8Array): Result<void, LedgerError> {
    return acknowledge(this.store, through, receipt, this.#options.clock);
  }

  /** The tree head over the current epoch, signed: three lines to print and compare. */
  checkpoint(): Checkpoint {
    return makeCheckpoint(this.identity, this.epoch, this.#tree, this.#options.key);
  }

  /** That the current tree extends the one of `oldSize` events: for a witness, or whoever kept a checkpoint. */
  proveConsistency(oldSize: number): Result<readonly Uint8Array[], StoreError> {
    assert(oldSize <= this.#tree.size, 'the old tree is not larger than the log');
    const { size } = this.#tree;
    return this.store.read(() => proveConsistency(selectLeaves(this.store, this.epoch, size), oldSize));
  }

  /** That an event of the current epoch is in the current tree. */
  proveInclusion(seq: number): Result<readonly Uint8Array[], StoreError> {
    const { size } = this.#tree;
    return this.store.read(() => proveInclusion(selectLeaves(this.store, this.epoch, size), seq - 1));
  }

  /** The body with which a witness is asked to countersign the current checkpoint (C2SP tlog-witness). */
  askWitness(oldSize: number): Result<string, StoreError> {
    const proof = this.proveConsistency(oldSize);
    return proof.ok ? ok(encodeAddCheckpoint(oldSize, proof.value, this.checkpoint().note)) : proof;
  }

  /** Keeps a checkpoint of this log with its witnesses' lines. @returns false when it isn't one of this log. */
  keepCosigned(by: Cosigners, note: string): Result<boolean, StoreError> {
    const opened = openCheckpoint(note, this.publicKey);
    if (!opened.ok || opened.value.origin !== checkpointOrigin(this.identity, this.epoch)) return ok(false);
    const { size } = opened.value;
    const kept = this.store.transaction(() =>
      upsertCosigned(this.store, by, { epoch: this.epoch, size, note }),
    );
    return kept.ok ? ok(true) : kept;
  }

  /** Another lane is at this logical time; ours goes on from there, within bounds. */
  observeTime(seen: LogicalTime): void {
    this.#logicalTime = laterTime(this.#options.clock, this.#logicalTime, seen);
  }

  /** How the wall clock was moved since the last event; null when it wasn't, or there is no event yet. */
  clockJump(): ClockJump | null {
    const { clock } = this.#options;
    const now = { wallMs: clock.wallMs(), monotonicMs: clock.monotonicMs(), bootId: clock.bootId };
    return this.#lastTime === null ? null : clockJump(this.#lastTime, now);
  }

  /**
   * Reads the whole log from the disk again and verifies it as at the start: before an export, and whenever
   * somebody asks. What is found is named; nothing is repaired.
   * @param onVerified Goes through it while it is in memory, as `LedgerOptions.onVerified` does.
   */
  audit(onVerified: LedgerOptions['onVerified'] = undefined): Result<void, LedgerError> {
    // The structure first: `quick_check` reads every page, and each page has its own authentication code.
    const sound = this.store.check();
    if (!sound.ok) return err(damageOf(sound.error));
    const read = this.store.read(() => verifyStored(this.store, this.keys, this.#options, onVerified));
    if (!read.ok) return err(damageOf(read.error));
    if (!read.value.ok) return err({ code: 'chain-damaged', faults: read.value.error });
    return this.#isHeadOnDisk() ? ok() : err({ code: 'head-moved' });
  }

  /** Shows a collector that it is this device that asks: 64 bytes (device-proof.ts). */
  signChallenge(challenge: string): Uint8Array {
    return signChallenge(this.#options.key, this.identity.device, challenge);
  }

  /** The device's signature over the manifest and the sums of an export, for openssl and minisign. */
  signExport(bytes: Uint8Array): Uint8Array {
    return this.#options.key.sign(bytes);
  }

  /** The device's signature over a question to the centre, which begins with what it is. */
  signQuestion(bytes: Uint8Array): Uint8Array {
    return this.#options.key.sign(bytes);
  }

  /**
   * Destroys the keys of every centre or private part there is; the chain still verifies, the parts are gone
   * for good. Events after this get a new key.
   */
  erase(part: EventPart): Result<void, LedgerError> {
    this.#erasures += 1;
    const erased = this.store.transaction(() => {
      this.keys.erase(this.store, part);
    });
    if (!erased.ok) return erased;
    const renewed = this.store.transaction(() => this.keys.prepare(this.store));
    return renewed.ok ? this.store.checkpoint() : renewed;
  }

  #isHeadOnDisk(): boolean {
    const stored = selectTail(this.store);
    if (stored === null || this.#tail === null) return stored === this.#tail;
    return stored.epoch === this.#tail.epoch && equalBytes(stored.hash, this.#tail.hash);
  }
}

/** The key opened this database when it was opened: if it doesn't now, its first page was damaged since. */
function damageOf(error: StoreError): StoreError {
  return error.code === 'wrong-key' ? { code: 'corrupt', detail: 'the first page' } : error;
}
