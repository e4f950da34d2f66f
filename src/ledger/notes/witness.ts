import { err, ok, type Result } from '../../domain/result.ts';
import type { Clock } from '../../store/clock.ts';
import type { StoreError } from '../../store/store-error.ts';
import { equalBytes } from '../canonical.ts';
import { logVerifier, openCheckpoint, parseTreeHead, type TreeHead } from '../checkpoint.ts';
import type { DeviceKey } from '../device-key.ts';
import { HASH_BYTES } from '../event.ts';
import { verifyConsistency } from '../merkle-proof.ts';
import { cosign } from './cosignature.ts';
import { isNoteSignedBy, splitNote } from './signed-note.ts';

/** What a witness keeps of each log: the newest checkpoint that it signed. */
export interface WitnessMemory {
  /** The note, or null when nothing of this log was ever signed. */
  newest(origin: string): Result<string | null, StoreError>;
  /**
   * Keeps `note` as the newest of its log if the newest is still `before`; on the disk when it has returned true.
   */
  replace(origin: string, before: string | null, note: string): Result<boolean, StoreError>;
}

/** Why a witness doesn't sign, with the HTTP status that https://c2sp.org/tlog-witness gives it. */
export type WitnessRefusal =
  | { readonly code: 'malformed'; readonly status: 400 }
  | { readonly code: 'not-signed-by-log'; readonly status: 403 }
  | { readonly code: 'unknown-log'; readonly status: 404 }
  /** The proof starts elsewhere than at the newest size that was signed. */
  | { readonly code: 'other-size'; readonly status: 409; readonly size: number }
  /** The log signed two different trees of one size. Both notes are the evidence. */
  | { readonly code: 'split-view'; readonly status: 409; readonly evidence: readonly [string, string] }
  /** What was signed before is not part of this tree, or the proof is wrong. */
  | { readonly code: 'not-consistent'; readonly status: 422; readonly evidence: readonly [string, string] }
  | { readonly code: 'memory-failed'; readonly status: 503 };

export interface WitnessOptions {
  /** As it stands in the witness's signature lines, for instance a lane's own origin without its epoch. */
  readonly name: string;
  readonly key: DeviceKey;
  /** The published key of a log, or null for a log that this witness doesn't watch. */
  readonly keyOfLog: (origin: string) => Uint8Array | null;
  readonly memory: WitnessMemory;
  readonly clock: Clock;
}

/**
 * A witness by https://c2sp.org/tlog-witness: signs a checkpoint only when it extends the newest one that it signed.
 * Peer lanes and the collector are witnesses; the network in between is theirs.
 */
export class Witness {
  readonly #options: WitnessOptions;

  constructor(options: WitnessOptions) {
    this.#options = options;
  }

  /** @param request The body of `add-checkpoint`. @returns The signature line. */
  addCheckpoint(request: string): Result<string, WitnessRefusal> {
    const offered = readAddCheckpoint(request);
    if (offered === null) return err({ code: 'malformed', status: 400 });
    const { note, head } = offered;
    const { keyOfLog, memory, name, key, clock } = this.#options;
    const signed = checkOrigin(offered, keyOfLog(head.origin));
    if (!signed.ok) return signed;
    const remembered = memory.newest(head.origin);
    if (!remembered.ok) return err({ code: 'memory-failed', status: 503 });
    const judged = judgeCheckpoint(offered, remembered.value);
    if (!judged.ok) return judged;
    const kept = memory.replace(head.origin, remembered.value, note);
    if (!kept.ok) return err({ code: 'memory-failed', status: 503 });
    // Somebody else was faster: the proof starts at the wrong place now.
    if (!kept.value) return this.#raced(head.origin);
    return ok(cosign(name, key, splitOrThrow(note).text, Math.floor(clock.wallMs() / 1000)));
  }

  #raced(origin: string): Result<string, WitnessRefusal> {
    const newest = this.#options.memory.newest(origin);
    if (!newest.ok) return err({ code: 'memory-failed', status: 503 });
    return err({ code: 'other-size', status: 409, size: sizeOf(newest.value) });
  }
}

/** Whether the log that a checkpoint is about has signed it. @param logKey Null for a log that isn't watched. */
export function checkOrigin(
  { note }: OfferedCheckpoint,
  logKey: Uint8Array | null,
): Result<void, WitnessRefusal> {
  if (logKey === null) return err({ code: 'unknown-log', status: 404 });
  return openCheckpoint(note, logKey).ok ? ok() : err({ code: 'not-signed-by-log', status: 403 });
}

/**
 * What every witness decides, whatever it keeps its memory in: a checkpoint that the log has signed is countersigned
 * only if it extends the newest one that was.
 * @param remembered The newest note, or null when nothing of this log was ever signed.
 */
export function judgeCheckpoint(
  { oldSize, proof, note, head }: OfferedCheckpoint,
  remembered: string | null,
): Result<void, WitnessRefusal> {
  if (oldSize > head.size) return err({ code: 'malformed', status: 400 });
  const before = remembered === null ? null : headOf(remembered);
  if (oldSize !== (before?.size ?? 0)) {
    return err({ code: 'other-size', status: 409, size: before?.size ?? 0 });
  }
  if (before === null || remembered === null) {
    return proof.length > 0 ? err({ code: 'malformed', status: 400 }) : ok();
  }
  const evidence = [remembered, note] as const;
  if (before.size === head.size && before.rootBase64 !== head.rootBase64) {
    return err({ code: 'split-view', status: 409, evidence });
  }
  if (before.size > 0 && !verifyConsistency(toTree(before), toTree(head), proof)) {
    return err({ code: 'not-consistent', status: 422, evidence });
  }
  return ok();
}

/** Events in the tree of a remembered note; 0 for none. */
export function sizeOf(remembered: string | null): number {
  return remembered === null ? 0 : headOf(remembered).size;
}

const MOST_PROOF_LINES = 63;

/** The body of `add-checkpoint`: where the proof starts, its hashes, an empty line, the checkpoint. */
export function encodeAddCheckpoint(oldSize: number, proof: readonly Uint8Array[], note: string): string {
  const hashes = proof.map((hash) => `${Buffer.from(hash).toString('base64')}\n`);
  return `old ${oldSize}\n${hashes.join('')}\n${note}`;
}

/** A request that could be read: the checkpoint, and the proof that it extends its first `oldSize` events. */
export interface OfferedCheckpoint {
  readonly oldSize: number;
  readonly proof: readonly Uint8Array[];
  readonly note: string;
  readonly head: TreeHead;
}

/** The body of `add-checkpoint`, or null for what is none. */
export function readAddCheckpoint(request: string): OfferedCheckpoint | null {
  const at = request.indexOf('\n\n');
  if (at === -1) return null;
  const [old = '', ...lines] = request.slice(0, at).split('\n');
  const size = /^old (0|[1-9]\d{0,15})$/.exec(old)?.[1];
  if (size === undefined || lines.length > MOST_PROOF_LINES) return null;
  const proof = lines.map((line) => new Uint8Array(Buffer.from(line, 'base64')));
  const isWhole = proof.every(
    (hash, i) => hash.length === HASH_BYTES && Buffer.from(hash).toString('base64') === lines[i],
  );
  const note = request.slice(at + 2);
  const split = splitNote(note);
  const head = split.ok ? parseTreeHead(split.value.text) : split;
  return isWhole && head.ok ? { oldSize: Number(size), proof, note, head: head.value } : null;
}

/** Whether two notes prove that a log signed histories that exclude each other: same size, both signed, other roots. */
export function isSplitView(one: string, other: string, logKey: Uint8Array): boolean {
  const [a, b] = [splitNote(one), splitNote(other)];
  if (!a.ok || !b.ok) return false;
  const [first, second] = [parseTreeHead(a.value.text), parseTreeHead(b.value.text)];
  if (!first.ok || !second.ok || first.value.origin !== second.value.origin) return false;
  const verifier = logVerifier(first.value.origin, logKey);
  return (
    isNoteSignedBy(a.value, verifier) &&
    isNoteSignedBy(b.value, verifier) &&
    first.value.size === second.value.size &&
    !equalBytes(toTree(first.value).root, toTree(second.value).root)
  );
}

function headOf(note: string): TreeHead {
  const head = parseTreeHead(splitOrThrow(note).text);
  if (!head.ok) throw new Error('a remembered note was parsed before it was kept');
  return head.value;
}

function splitOrThrow(note: string): { readonly text: string } {
  const split = splitNote(note);
  if (!split.ok) throw new Error('the note was parsed before');
  return split.value;
}

function toTree({ size, rootBase64 }: TreeHead): { readonly size: number; readonly root: Uint8Array } {
  return { size, root: new Uint8Array(Buffer.from(rootBase64, 'base64')) };
}
