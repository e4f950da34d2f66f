import { Decrypter } from 'age-encryption';
import { err, ok, type Result } from '../../../domain/result.ts';

/**
 * What goes on a stick is sealed to the centre (https://c2sp.org/age): 4 bytes of length, big-endian, the range as the
 * network would carry it, and zeros up to a multiple of 16 KiB. Without those, the size of a file with few events in it
 * would tell sex and age group by the length of their words.
 */
const PADDED_TO = 16 * 1024;
const LENGTH_BYTES = 4;

/** An age secret key in the form of `age-keygen`. */
const AGE_IDENTITY = /^AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}$/;

export type OpenRangeError =
  /** Sealed to another key: of another election, or of another centre. */
  | 'sealed-to-another-key'
  /** A byte of it changed, its end is missing, or it is something else. */
  | 'sealed-damaged';

export function padRange(range: Uint8Array): Uint8Array {
  const length = Math.ceil((LENGTH_BYTES + range.length) / PADDED_TO) * PADDED_TO;
  const padded = new Uint8Array(length);
  new DataView(padded.buffer).setUint32(0, range.length);
  padded.set(range, LENGTH_BYTES);
  return padded;
}

/** @param identity As `parseCentreKey` gives it. */
export async function openRange(
  identity: string,
  sealed: Uint8Array,
): Promise<Result<Uint8Array<ArrayBuffer>, OpenRangeError>> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  let padded: Uint8Array;
  try {
    padded = await decrypter.decrypt(sealed);
  } catch (cause) {
    // The library has no codes; this is the one sentence of it that is not about damage.
    const isOther = cause instanceof Error && cause.message.startsWith('no identity matched');
    return err(isOther ? 'sealed-to-another-key' : 'sealed-damaged');
  }
  if (padded.length < LENGTH_BYTES) return err('sealed-damaged');
  const length = new DataView(padded.buffer, padded.byteOffset).getUint32(0);
  const isWhole = LENGTH_BYTES + length <= padded.length;
  return isWhole
    ? ok(new Uint8Array(padded.subarray(LENGTH_BYTES, LENGTH_BYTES + length)))
    : err('sealed-damaged');
}

/** The secret half of the centre's key for sticks, as `age-keygen` and `tizme collector stick-key` write it; null for anything else. */
export function parseCentreKey(text: string): string | null {
  const lines = text.split('\n').map((line) => line.trim());
  const [identity, ...others] = lines.filter((line) => line !== '' && !line.startsWith('#'));
  return identity !== undefined && others.length === 0 && AGE_IDENTITY.test(identity) ? identity : null;
}
