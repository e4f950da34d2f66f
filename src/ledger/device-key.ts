import { createPrivateKey, createPublicKey, type KeyObject, randomBytes, sign, verify } from 'node:crypto';
import { assert } from '../domain/assert.ts';

export const SEED_BYTES = 32;
export const PUBLIC_KEY_BYTES = 32;
export const SIGNATURE_BYTES = 64;

/** DER before a raw key: PKCS #8 and SubjectPublicKeyInfo for Ed25519 (RFC 8410 sections 7 and 4). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** The key that a device signs the head of its log with (Ed25519, RFC 8032). */
export interface DeviceKey {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** @returns 64 bytes. */
  sign(message: Uint8Array): Uint8Array;
}

/** 32 random bytes, from which `deviceKeyFromSeed` makes the key; to be kept under the database key. */
export function createDeviceSeed(): Uint8Array {
  return new Uint8Array(randomBytes(SEED_BYTES));
}

export function deviceKeyFromSeed(seed: Uint8Array): DeviceKey {
  assert(seed.length === SEED_BYTES, 'a device seed has 32 bytes');
  const der = Buffer.concat([PKCS8_PREFIX, seed]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  der.fill(0);
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return {
    publicKey: new Uint8Array(spki.subarray(SPKI_PREFIX.length)),
    sign: (message) => new Uint8Array(sign(null, message, privateKey)),
  };
}

/** False for a wrong signature and for a key or signature of the wrong length. */
export function verifySignature(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== PUBLIC_KEY_BYTES || signature.length !== SIGNATURE_BYTES) return false;
  return verify(null, message, importPublicKey(publicKey), signature);
}

/** Which of them hold, found off this thread, which goes on reading meanwhile. */
export function verifySignaturesAside(
  publicKey: Uint8Array,
  signed: readonly { readonly message: Uint8Array; readonly signature: Uint8Array }[],
): Promise<readonly boolean[]> {
  const held = signed.map(() => false);
  if (publicKey.length !== PUBLIC_KEY_BYTES) return Promise.resolve(held);
  const key = importPublicKey(publicKey);
  return new Promise((resolve) => {
    let left = signed.length;
    const answered = (): void => {
      left -= 1;
      if (left <= 0) resolve(held);
    };
    if (left === 0) resolve(held);
    for (const [i, { message, signature }] of signed.entries()) {
      if (signature.length !== SIGNATURE_BYTES) {
        answered();
        continue;
      }
      verify(null, message, key, signature, (error, holds) => {
        held[i] = error === null && holds;
        answered();
      });
    }
  });
}

/** The last keys that were used; reading one takes a third of the time of a verification. */
const imported = new Map<string, KeyObject>();
const MOST_IMPORTED = 64;

function importPublicKey(publicKey: Uint8Array): KeyObject {
  const name = Buffer.from(publicKey).toString('latin1');
  const known = imported.get(name);
  if (known !== undefined) return known;
  const der = Buffer.concat([SPKI_PREFIX, publicKey]);
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  if (imported.size >= MOST_IMPORTED) imported.clear();
  imported.set(name, key);
  return key;
}

/** The public key as a PEM file that `openssl pkeyutl -verify -rawin` reads. */
export function publicKeyPem(publicKey: Uint8Array): string {
  const base64 = Buffer.concat([SPKI_PREFIX, publicKey]).toString('base64');
  return `-----BEGIN PUBLIC KEY-----\n${base64}\n-----END PUBLIC KEY-----\n`;
}
