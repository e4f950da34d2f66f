import type { DeviceKey } from '../device-key.ts';
import { verifySignature } from '../device-key.ts';
import {
  ED25519_COSIGNATURE,
  type NoteVerifier,
  type SignedNote,
  signatureLine,
  signaturesOf,
} from './signed-note.ts';

/**
 * What a witness signs, https://c2sp.org/tlog-cosignature: at this time, the largest tree that it has seen of this
 * log has this root, and it extends everything it had seen before.
 */
function cosignedMessage(time: bigint, text: string): Uint8Array {
  return Buffer.from(`cosignature/v1\ntime ${time}\n${text}`, 'utf8');
}

const TIME_BYTES = 8;

/** A signature line of type 0x04. @param seconds POSIX time. */
export function cosign(name: string, key: DeviceKey, text: string, seconds: number): string {
  const time = Buffer.alloc(TIME_BYTES);
  time.writeBigUInt64BE(BigInt(seconds));
  const signature = key.sign(cosignedMessage(BigInt(seconds), text));
  return signatureLine(
    { name, type: ED25519_COSIGNATURE, publicKey: key.publicKey },
    Buffer.concat([time, signature]),
  );
}

/** When the witness signed, in POSIX seconds (the newest of its lines); null when it didn't, or one is wrong. */
export function cosignedAt(note: SignedNote, witness: NoteVerifier): number | null {
  let newest: number | null = null;
  for (const { signature } of signaturesOf(note, witness)) {
    if (signature.length <= TIME_BYTES) return null;
    const time = Buffer.from(signature.subarray(0, TIME_BYTES)).readBigUInt64BE();
    if (time > BigInt(Number.MAX_SAFE_INTEGER)) return null;
    const message = cosignedMessage(time, note.text);
    if (!verifySignature(witness.publicKey, message, signature.subarray(TIME_BYTES))) return null;
    newest = Math.max(newest ?? 0, Number(time));
  }
  return newest;
}
