import { bech32 } from '@scure/base';
import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { assert } from '../domain/assert.ts';
import { err, ok, type Result } from '../domain/result.ts';
import { hasNativePayload, openPayload, PAYLOAD_NONCE_BYTES, sealPayload } from './age-payload.ts';

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

/** The public half of an identity. */
export function recipientOf(identity: string): Promise<string> {
  return identityToRecipient(identity);
}

export function isAgeIdentity(text: string): boolean {
  return AGE_IDENTITY.test(text);
}

/** What the library's payload of nothing has: one tag. */
const EMPTY_CHUNK_BYTES = 16;

export async function sealTo(recipients: readonly string[], bytes: Uint8Array): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  if (!hasNativePayload) return encrypter.encrypt(bytes);
  // The library seals nothing, and with it the header; a recipient of no stanza is told the file's key.
  let fileKey = new Uint8Array();
  encrypter.addRecipient({
    wrapFileKey(key) {
      fileKey = new Uint8Array(key);
      return [];
    },
  });
  const empty = await encrypter.encrypt(new Uint8Array());
  const head = empty.subarray(0, empty.length - EMPTY_CHUNK_BYTES);
  const payload = sealPayload(fileKey, head.subarray(head.length - PAYLOAD_NONCE_BYTES), bytes);
  fileKey.fill(0);
  const sealed = new Uint8Array(head.length + payload.length);
  sealed.set(head);
  sealed.set(payload, head.length);
  return sealed;
}

/** The caller wipes what comes back. */
export async function openSealed(
  identity: string,
  sealed: Uint8Array,
): Promise<Result<Uint8Array, AgeError>> {
  const decrypter = new Decrypter();
  try {
    decrypter.addIdentity(identity);
    if (!hasNativePayload) return ok(await decrypter.decrypt(sealed));
    const headerBytes = headerLength(sealed);
    if (headerBytes === null) return err('sealed-damaged');
    const fileKey = await decrypter.decryptHeader(sealed.subarray(0, headerBytes));
    const opened = openPayload(fileKey, sealed.subarray(headerBytes));
    fileKey.fill(0);
    return opened === null ? err('sealed-damaged') : ok(opened);
  } catch (cause) {
    // The library has no codes; this is the one sentence of it that is not about damage.
    const isOther = cause instanceof Error && cause.message.startsWith('no identity matched');
    return err(isOther ? 'not-for-this-key' : 'sealed-damaged');
  }
}

/** A header is text, and ends with the line of its MAC: `--- ` and 43 characters. Null where there is none. */
function headerLength(sealed: Uint8Array): number | null {
  const text = Buffer.from(sealed.buffer, sealed.byteOffset, Math.min(sealed.length, MOST_HEADER_BYTES));
  const at = text.indexOf('\n--- ');
  const end = at < 0 ? -1 : text.indexOf('\n', at + 1);
  return end < 0 ? null : end + 1;
}

/** Far above what twenty recipients take. */
const MOST_HEADER_BYTES = 64 * 1024;
