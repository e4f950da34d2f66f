import { err, ok, type Result } from '../domain/result.ts';
import { checkpointOrigin, openCheckpoint, parseTreeHead, type TreeHead } from './checkpoint.ts';
import type { LedgerIdentity } from './event.ts';
import { rootOf } from './merkle-proof.ts';
import { cosignedAt } from './notes/cosignature.ts';
import { type NoteVerifier, splitNote } from './notes/signed-note.ts';
import type { VerifiedEvent } from './verify-chain.ts';

/** What can be wrong with a checkpoint that somebody kept; `number` is 0 for the export's own, then 1, 2, .... */
export type CheckpointFault =
  /** It is neither a note nor the three lines of one. */
  | { readonly code: 'checkpoint-malformed'; readonly number: number }
  /** It is a note, but not one that this device signed. */
  | { readonly code: 'checkpoint-not-signed'; readonly number: number }
  /** It is a checkpoint of another log. */
  | { readonly code: 'checkpoint-of-other-log'; readonly number: number; readonly origin: string }
  /** The log doesn't extend the checkpoint: something up to `size` was changed, or is missing. */
  | { readonly code: 'checkpoint-not-extended'; readonly number: number; readonly size: number };

export interface KeptCheckpoint extends TreeHead {
  /** False for three lines that were read off paper: the photograph is what vouches for them. */
  readonly signed: boolean;
}

/** A checkpoint as people keep it: the whole note out of the QR code, or the three lines that were read off paper. */
export function readKept(
  text: string,
  publicKey: Uint8Array,
  number: number,
): Result<KeptCheckpoint, CheckpointFault> {
  // Phones and editors add carriage returns, spaces at the ends, and empty lines around.
  const lines = text.trim().split(/\s*\n/);
  if (lines.length === 3) {
    const head = parseTreeHead(`${lines.join('\n')}\n`);
    return head.ok ? ok({ ...head.value, signed: false }) : err({ code: 'checkpoint-malformed', number });
  }
  const note = `${lines.slice(0, 3).join('\n')}\n\n${lines.slice(3).filter(Boolean).join('\n')}\n`;
  const opened = openCheckpoint(note, publicKey);
  if (opened.ok) {
    const { origin, size, rootBase64 } = opened.value;
    return ok({ origin, size, rootBase64, signed: true });
  }
  const code = opened.error.code === 'malformed' ? 'checkpoint-malformed' : 'checkpoint-not-signed';
  return err({ code, number });
}

export interface Cosigned {
  readonly size: number;
  /** Known witnesses whose line holds, with the POSIX seconds at which they signed. */
  readonly by: readonly { readonly name: string; readonly at: number }[];
}

/** Who of the known witnesses countersigned a checkpoint of this log. */
export function readCosigned(note: string, witnesses: readonly NoteVerifier[]): Cosigned {
  const split = splitNote(note);
  const head = split.ok ? parseTreeHead(split.value.text) : split;
  if (!split.ok || !head.ok) return { size: 0, by: [] };
  const by = witnesses.flatMap((witness) => {
    const at = cosignedAt(split.value, witness);
    return at === null ? [] : [{ name: witness.name, at }];
  });
  return { size: head.value.size, by };
}

/** Nothing, when the first `size` events of the checkpoint's epoch have its root. */
export function* findExtensionFaults(
  { origin, size, rootBase64 }: TreeHead,
  number: number,
  identity: LedgerIdentity,
  chain: readonly VerifiedEvent[],
): Generator<CheckpointFault> {
  const epoch = Number(origin.split('/').at(-1));
  if (origin !== checkpointOrigin(identity, epoch)) {
    yield { code: 'checkpoint-of-other-log', number, origin };
    return;
  }
  const leaves = chain.filter((event) => event.epoch === epoch).slice(0, size);
  const root = Buffer.from(rootOf(leaves.map(({ hash }) => hash))).toString('base64');
  if (leaves.length !== size || root !== rootBase64) {
    yield { code: 'checkpoint-not-extended', number, size };
  }
}
