import { assertDefined } from '../domain/assert.ts';
import { err, ok, type Result } from '../domain/result.ts';
import { type DeviceKey, verifySignature } from './device-key.ts';
import { type LedgerIdentity, sha256 } from './event.ts';
import type { MerkleTree } from './merkle.ts';

/** A tree head to be printed, photographed and compared: C2SP tlog-checkpoint as a C2SP signed note. */
export interface Checkpoint {
  readonly origin: string;
  /** Events in the tree. */
  readonly size: number;
  readonly rootBase64: string;
  /** The three lines, an empty one, and the signature line. */
  readonly note: string;
}

/** One tree per device and epoch. A mock election's can't be mistaken for a real one's. */
export function checkpointOrigin(identity: LedgerIdentity, epoch: number): string {
  const { election, station, device, mock } = identity;
  return [mock ? 'tizme-TRAINING' : 'tizme', election, station, device, epoch].join('/');
}

/** Signature type of Ed25519 in https://c2sp.org/signed-note. */
const ED25519_TYPE = 1;

export function makeCheckpoint(
  identity: LedgerIdentity,
  epoch: number,
  tree: MerkleTree,
  key: DeviceKey,
): Checkpoint {
  const origin = checkpointOrigin(identity, epoch);
  const rootBase64 = Buffer.from(tree.root()).toString('base64');
  const text = `${origin}\n${tree.size}\n${rootBase64}\n`;
  const signature = key.sign(Buffer.from(text, 'utf8'));
  const signed = Buffer.concat([noteKeyId(origin, key.publicKey), signature]).toString('base64');
  return { origin, size: tree.size, rootBase64, note: `${text}\n— ${origin} ${signed}\n` };
}

/** The first 4 bytes of SHA-256(name || 0x0A || type || key), by which a signature line names its key. */
function noteKeyId(name: string, publicKey: Uint8Array): Uint8Array {
  return sha256(Buffer.from(`${name}\n`, 'utf8'), Uint8Array.of(ED25519_TYPE), publicKey).subarray(0, 4);
}

const NOTE =
  /^(?<origin>[^\n]+)\n(?<size>0|[1-9]\d*)\n(?<root>[A-Za-z0-9+/]{43}=)\n\n(?<lines>(?:— [^\n]+\n)+)$/;
const SIGNATURE_LINE = /^— (\S+) ([A-Za-z0-9+/]+={0,2})$/;

/**
 * Reads a checkpoint note and checks that this device signed it; signature lines of others (witnesses) may
 * stand beside its own.
 */
export function openCheckpoint(
  note: string,
  publicKey: Uint8Array,
): Result<Checkpoint, { readonly code: 'malformed' | 'wrong-signature' }> {
  const groups = NOTE.exec(note)?.groups;
  if (groups === undefined) return err({ code: 'malformed' });
  const origin = assertDefined(groups.origin, 'the origin');
  const size = Number(groups.size);
  const rootBase64 = assertDefined(groups.root, 'the root');
  if (!Number.isSafeInteger(size)) return err({ code: 'malformed' });
  const text = Buffer.from(`${origin}\n${size}\n${rootBase64}\n`, 'utf8');
  const keyId = noteKeyId(origin, publicKey);
  const isSigned = assertDefined(groups.lines, 'the signature lines')
    .split('\n')
    .some((line) => {
      const [, name, base64] = SIGNATURE_LINE.exec(line) ?? [];
      if (name !== origin || base64 === undefined) return false;
      const signed = Buffer.from(base64, 'base64');
      return (
        keyId.every((byte, i) => byte === signed[i]) && verifySignature(publicKey, text, signed.subarray(4))
      );
    });
  return isSigned ? ok({ origin, size, rootBase64, note }) : err({ code: 'wrong-signature' });
}
