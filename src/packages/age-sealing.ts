import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { err, ok, type Result } from '../domain/result.ts';

/** Everything secret in a package is an age file (https://c2sp.org/age), so that `age -d` opens it as well. */

/** Who can open something: `age1...`, which is no secret. */
export const AGE_RECIPIENT = /^age1[02-9ac-hj-np-z]{58}$/;
const AGE_IDENTITY = /^AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}$/;

export interface AgeKeys {
  /** Opens; a secret. */
  readonly identity: string;
  readonly recipient: string;
}

export type AgeError =
  /** It was sealed to other keys. */
  | 'not-for-this-key'
  /** A byte of it changed, or it is no age file. */
  | 'sealed-damaged';

export async function createAgeKeys(): Promise<AgeKeys> {
  const identity = await generateX25519Identity();
  return { identity, recipient: await identityToRecipient(identity) };
}

export function isAgeIdentity(text: string): boolean {
  return AGE_IDENTITY.test(text);
}

export async function sealTo(recipients: readonly string[], bytes: Uint8Array): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  return encrypter.encrypt(bytes);
}

/** The caller wipes what comes back. */
export async function openSealed(
  identity: string,
  sealed: Uint8Array,
): Promise<Result<Uint8Array, AgeError>> {
  const decrypter = new Decrypter();
  try {
    decrypter.addIdentity(identity);
    return ok(await decrypter.decrypt(sealed));
  } catch (cause) {
    // The library has no codes; this is the one sentence of it that is not about damage.
    const isOther = cause instanceof Error && cause.message.startsWith('no identity matched');
    return err(isOther ? 'not-for-this-key' : 'sealed-damaged');
  }
}
