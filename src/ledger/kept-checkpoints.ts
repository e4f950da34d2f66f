import { err, ok, type Result } from '../domain/result.ts';
import { checkpointOrigin, openCheckpoint, parseTreeHead, type TreeHead } from './checkpoint.ts';
import type { LedgerIdentity } from './event.ts';
import { MerkleTree } from './merkle.ts';
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

/**
 * Which of the checkpoints (null: one that could not be read) the log doesn't extend: the first `size` events of its
 * epoch have another root, or are not there. Every epoch's tree is grown once, past all the sizes that are asked for.
 */
export function findExtensionFaults(
  checkpoints: readonly (TreeHead | null)[],
  identity: LedgerIdentity,
  chain: readonly VerifiedEvent[],
): CheckpointFault[] {
  const faults: CheckpointFault[] = [];
  const byEpoch = Map.groupBy(checkpoints.entries(), ([, head]) => Number(head?.origin.split('/').at(-1)));
  for (const [epoch, numbered] of byEpoch) {
    const roots = rootsAt(
      chain.filter((event) => event.epoch === epoch),
      new Set(numbered.map(([, head]) => head?.size ?? 0)),
    );
    for (const [number, head] of numbered) {
      if (head === null) continue;
      const { origin, size, rootBase64 } = head;
      if (origin !== checkpointOrigin(identity, epoch)) {
        faults.push({ code: 'checkpoint-of-other-log', number, origin });
      } else if (roots.get(size) !== rootBase64) {
        faults.push({ code: 'checkpoint-not-extended', number, size });
      }
    }
  }
  return faults.toSorted((a, b) => a.number - b.number);
}

function rootsAt(events: readonly VerifiedEvent[], sizes: ReadonlySet<number>): Map<number, string> {
  const tree = new MerkleTree();
  const roots = new Map<number, string>();
  const note = (): void => {
    if (sizes.has(tree.size)) roots.set(tree.size, Buffer.from(tree.root()).toString('base64'));
  };
  note();
  for (const { hash } of events) {
    tree.append(hash);
    note();
  }
  return roots;
}
