import { concat } from './bytes.ts';

/** SHA-256 and Ed25519 of the browser itself (Web Cryptography API). */

export async function sha256(...pieces: readonly Uint8Array[]): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', concat(...pieces)));
}

/** Whether this browser knows Ed25519: Chrome and Edge from 137, Firefox from 129, Safari from 17. */
export async function knowsEd25519(): Promise<boolean> {
  try {
    await crypto.subtle.importKey('raw', new Uint8Array(32).fill(1), 'Ed25519', false, ['verify']);
    return true;
  } catch {
    return false;
  }
}

/** RFC 8032. False for a key or a signature of the wrong length, too. */
export async function verifies(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  try {
    const key = await crypto.subtle.importKey('raw', concat(publicKey), 'Ed25519', false, ['verify']);
    return await crypto.subtle.verify('Ed25519', key, concat(signature), concat(message));
  } catch {
    return false;
  }
}
