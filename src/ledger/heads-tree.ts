import { err, ok, type Result } from '../domain/result.ts';
import { checkpointOrigin, parseTreeHead, type TreeHead, treeHeadText } from './checkpoint.ts';
import type { DeviceKey } from './device-key.ts';
import { type LedgerIdentity, sha256 } from './event.ts';
import { MerkleTree } from './merkle.ts';
import { proveInclusion } from './merkle-proof.ts';
import { ED25519, isNoteSignedBy, signNote, splitNote } from './notes/signed-note.ts';

/**
 * A tree over the heads of other trees: of a station over its devices, of the nation over its stations. A leaf is a
 * head's three lines, hashed as RFC 6962 hashes a leaf; leaves stand in the byte order of their origins. It is a
 * picture of one moment and not a log (its leaves change as the devices go on), so that it is signed under names of
 * its own, and no witness takes it for a log's checkpoint.
 */
export function headsTree(origin: string, heads: Iterable<TreeHead>): TreeHead {
  const tree = new MerkleTree();
  for (const leaf of leavesOf(heads)) tree.append(leaf);
  return { origin, size: tree.size, rootBase64: Buffer.from(tree.root()).toString('base64') };
}

/** The path from one head to the root over all of them. */
export function proveHead(heads: readonly TreeHead[], origin: string): readonly Uint8Array[] | null {
  const index = sortHeads(heads).findIndex((head) => head.origin === origin);
  return index === -1 ? null : proveInclusion(leavesOf(heads), index);
}

export function headLeaf(head: TreeHead): Uint8Array {
  return sha256(Uint8Array.of(0), Buffer.from(treeHeadText(head), 'utf8'));
}

export function stationOrigin({ election, station, mock }: Omit<LedgerIdentity, 'device'>): string {
  return [mock ? 'tizme-TRAINING-station' : 'tizme-station', election, station].join('/');
}

export function nationOrigin({ election, mock }: Pick<LedgerIdentity, 'election' | 'mock'>): string {
  return [mock ? 'tizme-TRAINING-nation' : 'tizme-nation', election].join('/');
}

/**
 * What a lane says of the whole station: three lines over all devices that it knows, then each device's own head on
 * a line (`origin size root`), signed with that lane's key. Several lanes may sign the same text.
 */
export function makeStationNote(
  identity: Omit<LedgerIdentity, 'device'>,
  heads: readonly TreeHead[],
  key: DeviceKey,
): string {
  const origin = stationOrigin(identity);
  return signNote(origin, key, stationText(headsTree(origin, heads), heads));
}

function stationText(station: TreeHead, heads: readonly TreeHead[]): string {
  const lines = sortHeads(heads).map((head) => `${head.origin} ${head.size} ${head.rootBase64}\n`);
  return `${treeHeadText(station)}${lines.join('')}`;
}

export type StationNoteError =
  | { readonly code: 'malformed' }
  /** Signed by none of the given keys, or wrongly by one. */
  | { readonly code: 'wrong-signature' }
  /** The root is not that of the devices on it. */
  | { readonly code: 'wrong-root' };

/** Checks a station's note: signed by one of the devices, and its root is that of the heads it lists. */
export function openStationNote(
  note: string,
  deviceKeys: readonly Uint8Array[],
): Result<{ readonly station: TreeHead; readonly devices: readonly TreeHead[] }, StationNoteError> {
  const split = splitNote(note);
  if (!split.ok) return split;
  const lines = split.value.text.split('\n').slice(0, -1);
  const station = parseTreeHead(`${lines.slice(0, 3).join('\n')}\n`);
  if (!station.ok) return station;
  const devices: TreeHead[] = [];
  for (const line of lines.slice(3)) {
    const head = parseTreeHead(`${line.split(' ').join('\n')}\n`);
    if (!head.ok) return head;
    devices.push(head.value);
  }
  const { origin } = station.value;
  const isSigned = deviceKeys.some((publicKey) =>
    isNoteSignedBy(split.value, { name: origin, type: ED25519, publicKey }),
  );
  if (!isSigned) return err({ code: 'wrong-signature' });
  const expected = headsTree(origin, devices);
  if (stationText(expected, devices) !== split.value.text) return err({ code: 'wrong-root' });
  return ok({ station: station.value, devices });
}

/**
 * The root over everything: events into the tree of their device and epoch, those into their station's, and the
 * stations' into the nation's. Events come in the order of their log; logs may come in any order, also mixed.
 */
export class NationTree {
  readonly #election: Pick<LedgerIdentity, 'election' | 'mock'>;
  /** By station, then by origin. */
  readonly #stations = new Map<string, Map<string, MerkleTree>>();

  constructor(election: Pick<LedgerIdentity, 'election' | 'mock'>) {
    this.#election = election;
  }

  /** The tree that the events of one device's epoch go into, by their hashes. */
  logTree(device: Pick<LedgerIdentity, 'station' | 'device'>, epoch: number): MerkleTree {
    const { station } = device;
    const logs = this.#stations.get(station) ?? new Map<string, MerkleTree>();
    this.#stations.set(station, logs);
    const origin = checkpointOrigin({ ...this.#election, ...device }, epoch);
    const tree = logs.get(origin) ?? new MerkleTree();
    logs.set(origin, tree);
    return tree;
  }

  stationHeads(): TreeHead[] {
    return [...this.#stations].map(([station, logs]) =>
      headsTree(
        stationOrigin({ ...this.#election, station }),
        [...logs].map(([origin, tree]) => ({
          origin,
          size: tree.size,
          rootBase64: Buffer.from(tree.root()).toString('base64'),
        })),
      ),
    );
  }

  head(): TreeHead {
    return headsTree(nationOrigin(this.#election), this.stationHeads());
  }
}

function leavesOf(heads: Iterable<TreeHead>): Uint8Array[] {
  return sortHeads([...heads]).map(headLeaf);
}

/** Origins are plain ASCII, so that the order of code units is that of bytes. */
function sortHeads(heads: readonly TreeHead[]): TreeHead[] {
  return heads.toSorted((a, b) => (a.origin < b.origin ? -1 : a.origin > b.origin ? 1 : 0));
}
