import { err, ok, type Result } from '../domain/result.ts';
import { checkpointOrigin, openCheckpoint, parseTreeHead, type TreeHead } from './checkpoint.ts';
import type { ChainPoint, LedgerIdentity } from './event.ts';
import { MerkleTree } from './merkle.ts';
import { cosignedAt } from './notes/cosignature.ts';
import { type NoteVerifier, splitNote } from './notes/signed-note.ts';

/** Which checkpoint: 0 is the export's own, then the given ones from 1; what others countersigned, by its file. */
type CheckpointName = number | string;

/** What can be wrong with a checkpoint that somebody kept. */
export type CheckpointFault =
  /** It is neither a note nor the three lines of one. */
  | { readonly code: 'checkpoint-malformed'; readonly number: CheckpointName }
  /** It is a note, but not one that this device signed. */
  | { readonly code: 'checkpoint-not-signed'; readonly number: CheckpointName }
  /** It is a checkpoint of another log. */
  | { readonly code: 'checkpoint-of-other-log'; readonly number: CheckpointName; readonly origin: string }
  /** The log doesn't extend the checkpoint: something up to `size` was changed, or is missing. */
  | { readonly code: 'checkpoint-not-extended'; readonly number: CheckpointName; readonly size: number };

export interface KeptCheckpoint extends TreeHead {
  /** False for three lines that were read off paper: the photograph is what vouches for them. */
  readonly signed: boolean;
}

/** A checkpoint as people keep it: the whole note out of the QR code, or the three lines that were read off paper. */
export function readKept(
  text: string,
  { identity, publicKey }: { readonly identity: LedgerIdentity; readonly publicKey: Uint8Array },
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
  if (opened.error.code === 'malformed') return err({ code: 'checkpoint-malformed', number });
  // Another table's, which that table signed: a photograph in the wrong pile is no forgery.
  const named = parseTreeHead(`${lines.slice(0, 3).join('\n')}\n`);
  const isOther = named.ok && !isOf(named.value, identity);
  return err(
    isOther
      ? { code: 'checkpoint-of-other-log', number, origin: named.value.origin }
      : { code: 'checkpoint-not-signed', number },
  );
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
 * Which of the checkpoints the log doesn't extend: the first `size` events of its epoch have another root, or are not
 * there. Every epoch's tree is grown once, past all the sizes that are asked for.
 * @param chain In order; events may be missing, and nothing behind the first of those counts.
 * @returns In the order of the checkpoints.
 */
export function findExtensionFaults(
  checkpoints: readonly { readonly name: CheckpointName; readonly head: TreeHead }[],
  identity: LedgerIdentity,
  chain: readonly ChainPoint[],
): CheckpointFault[] {
  const sizes = new Map<number, Set<number>>();
  for (const { head } of checkpoints) {
    const epoch = epochOf(head);
    sizes.set(epoch, (sizes.get(epoch) ?? new Set()).add(head.size));
  }
  const roots = new Map(
    [...sizes].map(([epoch, wanted]) => [
      epoch,
      rootsAt(
        chain.filter((one) => one.epoch === epoch),
        wanted,
      ),
    ]),
  );
  return checkpoints.flatMap(({ name: number, head }): CheckpointFault[] => {
    const { origin, size, rootBase64 } = head;
    if (!isOf(head, identity)) return [{ code: 'checkpoint-of-other-log', number, origin }];
    return roots.get(epochOf(head))?.get(size) === rootBase64
      ? []
      : [{ code: 'checkpoint-not-extended', number, size }];
  });
}

function isOf(head: TreeHead, identity: LedgerIdentity): boolean {
  return head.origin === checkpointOrigin(identity, epochOf(head));
}

function epochOf({ origin }: TreeHead): number {
  return Number(origin.split('/').at(-1));
}

function rootsAt(events: readonly ChainPoint[], sizes: ReadonlySet<number>): Map<number, string> {
  const tree = new MerkleTree();
  const roots = new Map<number, string>();
  const note = (): void => {
    if (sizes.has(tree.size)) roots.set(tree.size, Buffer.from(tree.root()).toString('base64'));
  };
  note();
  for (const { seq, hash } of events) {
    if (seq !== tree.size + 1) break;
    tree.append(hash);
    note();
  }
  return roots;
}
