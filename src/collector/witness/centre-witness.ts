import { err, ok, type Result } from '../../domain/result.ts';
import { centreWitnessName, parseOrigin } from '../../ledger/checkpoint.ts';
import { type DeviceKey, verifySignature } from '../../ledger/device-key.ts';
import { MerkleTree } from '../../ledger/merkle.ts';
import { cosign } from '../../ledger/notes/cosignature.ts';
import { splitNote } from '../../ledger/notes/signed-note.ts';
import {
  checkOrigin,
  isSplitView,
  judgeCheckpoint,
  type OfferedCheckpoint,
  readAddCheckpoint,
  sizeOf,
  type WitnessRefusal,
} from '../../ledger/notes/witness.ts';
import type { Clock } from '../../store/clock.ts';
import type { StoreError } from '../../store/store-error.ts';
import { offeredCheckpointText } from '../../sync/upload/upload-protocol.ts';
import type { CollectorReads, RegisteredDevice } from '../collector-store.ts';
import type { LogName, WitnessStore } from './witness-store.ts';

/** A request to countersign, as it came. */
export interface ArrivedCheckpoint {
  /** The body of `add-checkpoint`, https://c2sp.org/tlog-witness. */
  readonly request: string;
  /** The device's signature over it, which the protocol doesn't ask for; null without one. */
  readonly signature: Uint8Array | null;
}

/** Who countersigns: the witness itself, or a thread with one. The line of the witness, or why there is none. */
export interface CheckpointTaker {
  addCheckpoint(arrived: ArrivedCheckpoint): Promise<Result<string, WitnessRefusal>>;
}

export interface CentreWitnessOptions {
  readonly store: Pick<CollectorReads, 'device' | 'hashes'> & { readonly witness: WitnessStore };
  /** The one that signs the receipts; what a cosignature is over can't be taken for one. */
  readonly key: DeviceKey;
  readonly clock: Clock;
  readonly mock: boolean;
  /** Null: any election (mock only). */
  readonly election: string | null;
}

/** Checkpoints that were compared with the stored events already; what a stranger repeats costs nothing more. */
const MOST_COMPARED = 4096;

/**
 * The centre as a witness of every device's log. It remembers the newest checkpoint that it countersigned, and signs
 * a later one only if that extends it. What a device signed and what contradicts it is refused, kept, and raised; a
 * stranger who sends an honest checkpoint with a wrong proof raises nothing.
 */
export class CentreWitness implements CheckpointTaker {
  readonly #options: CentreWitnessOptions;
  readonly #compared = new Set<string>();

  constructor(options: CentreWitnessOptions) {
    this.#options = options;
  }

  async addCheckpoint(arrived: ArrivedCheckpoint): Promise<Result<string, WitnessRefusal>> {
    const offered = readAddCheckpoint(arrived.request);
    if (offered === null) return err({ code: 'malformed', status: 400 });
    const found = await this.#findLog(offered);
    if (!found.ok) return err({ code: 'memory-failed', status: 503 });
    const log = found.value;
    if (log === null) return err({ code: 'unknown-log', status: 404 });
    const signed = checkOrigin(offered, log.device.publicKey);
    if (!signed.ok) return signed;
    const { witness } = this.#options.store;
    const remembered = await witness.newest(log.name);
    if (!remembered.ok) return err({ code: 'memory-failed', status: 503 });
    const judged = judgeCheckpoint(offered, remembered.value);
    if (!judged.ok) {
      const kept = await this.#raiseFork(arrived, offered, { ...log, remembered: remembered.value });
      return kept.ok ? judged : err({ code: 'memory-failed', status: 503 });
    }
    const replaced = await witness.replace({ ...log.name, before: remembered.value, note: offered.note });
    if (!replaced.ok) return err({ code: 'memory-failed', status: 503 });
    // Another collector, or another connection of the same device, was faster.
    if (!replaced.value) return this.#raced(log.name);
    return ok(this.#cosign(offered, log.device));
  }

  /** The device whose log it is, as it is registered; null for a log that isn't of this centre. */
  async #findLog({
    head,
  }: OfferedCheckpoint): Promise<
    Result<{ readonly device: RegisteredDevice; readonly name: LogName } | null, StoreError>
  > {
    const { store, mock, election } = this.#options;
    const log = parseOrigin(head.origin);
    if (log === null || log.identity.mock !== mock) return ok(null);
    const { identity, epoch } = log;
    if (election !== null && identity.election !== election) return ok(null);
    const state = await store.device(identity.device);
    if (!state.ok) return state;
    const device = state.value?.registration;
    const isThis = device?.election === identity.election && device.station === identity.station;
    return ok(isThis ? { device, name: { device: identity.device, epoch } } : null);
  }

  /** Keeps and raises what proves that the device signed two histories; anything else is only refused. */
  async #raiseFork(
    { request, signature }: ArrivedCheckpoint,
    offered: OfferedCheckpoint,
    log: { readonly device: RegisteredDevice; readonly name: LogName; readonly remembered: string | null },
  ): Promise<Result<void, StoreError>> {
    const { remembered, name, device } = log;
    if (remembered === null) return ok();
    const isOwn =
      signature !== null && verifySignature(device.publicKey, offeredCheckpointText(request), signature);
    const proven = await this.#isFork(offered, { name, device, remembered, isOwn });
    if (!proven.ok) return proven;
    if (!proven.value) return ok();
    const kept = await this.#options.store.witness.keepConflict({
      ...name,
      size: offered.head.size,
      ...{ remembered, request },
      signature: isOwn ? signature : null,
      receivedWallMs: this.#options.clock.wallMs(),
    });
    return kept.ok ? ok() : kept;
  }

  async #isFork(
    offered: OfferedCheckpoint,
    {
      name,
      device,
      remembered,
      isOwn,
    }: {
      readonly name: LogName;
      readonly device: RegisteredDevice;
      readonly remembered: string;
      readonly isOwn: boolean;
    },
  ): Promise<Result<boolean, StoreError>> {
    if (isSplitView(remembered, offered.note, device.publicKey)) return ok(true);
    // The device itself says that this proof leads from what was signed to what it signs now, and it doesn't.
    const startsThere = offered.oldSize === sizeOf(remembered) && offered.head.size >= offered.oldSize;
    if (isOwn && startsThere) return ok(true);
    return this.#contradictsStored(offered, name);
  }

  /** Whether the device's own events, as the centre stores them, have another root at this size. */
  async #contradictsStored(
    { head, note }: OfferedCheckpoint,
    { device, epoch }: LogName,
  ): Promise<Result<boolean, StoreError>> {
    if (head.size === 0 || this.#compared.has(note)) return ok(false);
    const hashes = await this.#options.store.hashes({ device, epoch, firstSeq: 1, lastSeq: head.size });
    if (!hashes.ok) return hashes;
    if (hashes.value.length < head.size) return ok(false);
    const tree = new MerkleTree();
    for (const hash of hashes.value) tree.append(hash);
    const isSame = Buffer.from(tree.root()).toString('base64') === head.rootBase64;
    if (isSame) this.#noteCompared(note);
    return ok(!isSame);
  }

  #noteCompared(note: string): void {
    if (this.#compared.size >= MOST_COMPARED) this.#compared.clear();
    this.#compared.add(note);
  }

  #cosign({ note }: OfferedCheckpoint, device: RegisteredDevice): string {
    const { key, clock } = this.#options;
    const split = splitNote(note);
    if (!split.ok) throw new Error('the note was split before');
    return cosign(centreWitnessName(device), key, split.value.text, Math.floor(clock.wallMs() / 1000));
  }

  async #raced(name: LogName): Promise<Result<string, WitnessRefusal>> {
    const newest = await this.#options.store.witness.newest(name);
    if (!newest.ok) return err({ code: 'memory-failed', status: 503 });
    return err({ code: 'other-size', status: 409, size: sizeOf(newest.value) });
  }
}
