import { bech32 } from '@scure/base';
import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { assert } from '../domain/assert.ts';
import { err, ok, type Result } from '../domain/result.ts';

/** Sealing to somebody's key, as age files (https://c2sp.org/age), so that `age -d` opens it as well. */

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

/** The identity that 32 secret bytes are (https://c2sp.org/age#the-x25519-recipient-type): the same ones give the same. */
export async function ageKeysFromSecret(secret: Uint8Array): Promise<AgeKeys> {
  assert(secret.length === 32, 'an age identity has 32 bytes');
  const identity = bech32.encodeFromBytes('AGE-SECRET-KEY-', secret).toUpperCase();
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
