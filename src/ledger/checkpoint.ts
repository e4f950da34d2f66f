import { err, ok, type Result } from '../domain/result.ts';
import type { DeviceKey } from './device-key.ts';
import { isIdentifier, type LedgerIdentity } from './event.ts';
import type { MerkleTree } from './merkle.ts';
import { ED25519, isNoteSignedBy, type NoteVerifier, signNote, splitNote } from './notes/signed-note.ts';

/** What a checkpoint says; on paper, its three lines. */
export interface TreeHead {
  readonly origin: string;
  /** Events in the tree. */
  readonly size: number;
  readonly rootBase64: string;
}

/** A tree head to be printed, photographed and compared: C2SP tlog-checkpoint as a C2SP signed note. */
export interface Checkpoint extends TreeHead {
  /** The three lines, an empty one, and the signature line. */
  readonly note: string;
}

/** One tree per device and epoch. A mock election's can't be mistaken for a real one's. */
export function checkpointOrigin(identity: LedgerIdentity, epoch: number): string {
  const { election, station, device, mock } = identity;
  return [mock ? 'tizme-TRAINING' : 'tizme', election, station, device, epoch].join('/');
}

/** A device as a witness of others: its log's name without the epoch, so one key however often the log begins anew. */
export function witnessName(identity: LedgerIdentity): string {
  return checkpointOrigin(identity, 0).replace(/\/0$/, '');
}

/** The centre as a witness of every log of an election. */
export function centreWitnessName({ election, mock }: Pick<LedgerIdentity, 'election' | 'mock'>): string {
  return [mock ? 'tizme-TRAINING' : 'tizme', election, 'centre'].join('/');
}

const ORIGIN = /^(?<mark>tizme(?:-TRAINING)?)\/(?<names>[^/]+\/[^/]+\/[^/]+)\/(?<epoch>[1-9]\d{0,15})$/;

/** Whose log an origin names; null for what is no origin of ours. */
export function parseOrigin(
  origin: string,
): { readonly identity: LedgerIdentity; readonly epoch: number } | null {
  const { mark, names = '', epoch } = ORIGIN.exec(origin)?.groups ?? {};
  const [election, station, device] = names.split('/');
  if (election === undefined || station === undefined || device === undefined) return null;
  if (![election, station, device].every(isIdentifier) || !Number.isSafeInteger(Number(epoch))) return null;
  return { identity: { election, station, device, mock: mark === 'tizme-TRAINING' }, epoch: Number(epoch) };
}

export function treeHeadText({ origin, size, rootBase64 }: TreeHead): string {
  return `${origin}\n${size}\n${rootBase64}\n`;
}

const TREE_HEAD = /^(?<origin>\S+)\n(?<size>0|[1-9]\d{0,15})\n(?<rootBase64>[A-Za-z0-9+/]{43}=)\n$/;

/** Reads the three lines. They are nobody's promise yet: that takes a signature, or a photograph of the paper. */
export function parseTreeHead(text: string): Result<TreeHead, { readonly code: 'malformed' }> {
  const { origin, size, rootBase64 } = TREE_HEAD.exec(text)?.groups ?? {};
  const events = Number(size);
  if (origin === undefined || rootBase64 === undefined || !Number.isSafeInteger(events)) {
    return err({ code: 'malformed' });
  }
  return ok({ origin, size: events, rootBase64 });
}

/** The key of a device as the signer of its own log, which is the name's owner. */
export function logVerifier(origin: string, publicKey: Uint8Array): NoteVerifier {
  return { name: origin, type: ED25519, publicKey };
}

export function makeCheckpoint(
  identity: LedgerIdentity,
  epoch: number,
  tree: MerkleTree,
  key: DeviceKey,
): Checkpoint {
  const origin = checkpointOrigin(identity, epoch);
  const head = { origin, size: tree.size, rootBase64: Buffer.from(tree.root()).toString('base64') };
  return { ...head, note: signNote(origin, key, treeHeadText(head)) };
}

/**
 * Reads a checkpoint note and checks that this device signed it; signature lines of others (witnesses) may
 * stand beside its own.
 */
export function openCheckpoint(
  note: string,
  publicKey: Uint8Array,
): Result<Checkpoint, { readonly code: 'malformed' | 'wrong-signature' }> {
  const split = splitNote(note);
  if (!split.ok) return split;
  const head = parseTreeHead(split.value.text);
  if (!head.ok) return head;
  const isSigned = isNoteSignedBy(split.value, logVerifier(head.value.origin, publicKey));
  return isSigned ? ok({ ...head.value, note }) : err({ code: 'wrong-signature' });
}
