import { blake2b } from '@noble/hashes/blake2.js';
import { PUBLIC_KEY_BYTES, SIGNATURE_BYTES, verifySignature } from './device-key.ts';
import { sha256 } from './event.ts';

/**
 * Signature and key files as minisign reads and writes them (https://jedisct1.github.io/minisign/, "Signature
 * format"; prehashed, which is what it has made by default since 0.11), so that a program from any Linux distribution checks
 * an export.
 */
const KEY_ALGORITHM = Buffer.from('Ed', 'latin1');
const PREHASHED = Buffer.from('ED', 'latin1');
const KEY_ID_BYTES = 8;
const TRUSTED = 'trusted comment: ';

/** minisign's own are random; this one is the same wherever the key is. */
function keyId(publicKey: Uint8Array): Uint8Array {
  return sha256(Buffer.from('tizme minisign key id v1\n', 'utf8'), publicKey).subarray(0, KEY_ID_BYTES);
}

/** The file for `minisign -p`; its second line alone is for `minisign -P`. */
export function minisignPublicKey(publicKey: Uint8Array): string {
  const line = Buffer.concat([KEY_ALGORITHM, keyId(publicKey), publicKey]).toString('base64');
  return `untrusted comment: Ed25519 key of a Tizme device\n${line}\n`;
}

/**
 * A key as it is published: base64 of its 32 bytes, the line of a minisign key, or the whole `minisign.pub`.
 * @returns 32 bytes; null where it is none of these.
 */
export function readPublishedKey(text: string): Uint8Array | null {
  const line =
    text
      .trim()
      .split(/\s*\n\s*/)
      .at(-1) ?? '';
  const bytes = Buffer.from(line, 'base64');
  if (bytes.toString('base64') !== line) return null;
  const isMinisigns = bytes.subarray(0, KEY_ALGORITHM.length).equals(KEY_ALGORITHM);
  const before = bytes.length > PUBLIC_KEY_BYTES && isMinisigns ? KEY_ALGORITHM.length + KEY_ID_BYTES : 0;
  return bytes.length === before + PUBLIC_KEY_BYTES ? new Uint8Array(bytes.subarray(before)) : null;
}

/** @param trustedComment One line, which is signed too, and which minisign prints. */
export function minisign(
  key: { readonly publicKey: Uint8Array; sign(message: Uint8Array): Uint8Array },
  file: Uint8Array,
  trustedComment: string,
): string {
  const signature = key.sign(prehash(file));
  const whole = key.sign(Buffer.concat([signature, Buffer.from(trustedComment, 'utf8')]));
  const line = Buffer.concat([PREHASHED, keyId(key.publicKey), signature]).toString('base64');
  return signatureText(line, trustedComment, Buffer.from(whole).toString('base64'));
}

function signatureText(line: string, trustedComment: string, whole: string): string {
  return `untrusted comment: signature by a Tizme device\n${line}\n${TRUSTED}${trustedComment}\n${whole}\n`;
}

export function isMinisigned(publicKey: Uint8Array, file: Uint8Array, signatureFile: string): boolean {
  const [, line = '', comment = '', last = ''] = signatureFile.split('\n');
  const bytes = new Uint8Array(Buffer.from(line, 'base64'));
  const whole = new Uint8Array(Buffer.from(last, 'base64'));
  const trustedComment = comment.slice(TRUSTED.length);
  const signature = bytes.subarray(PREHASHED.length + KEY_ID_BYTES);
  const signed = Buffer.concat([PREHASHED, keyId(publicKey), signature]).toString('base64');
  // To the byte, the comment that nobody signs included: the file is ours, and has one form.
  if (signatureText(signed, trustedComment, Buffer.from(whole).toString('base64')) !== signatureFile)
    return false;
  if (signature.length !== SIGNATURE_BYTES) return false;
  return (
    verifySignature(publicKey, prehash(file), signature) &&
    verifySignature(publicKey, Buffer.concat([signature, Buffer.from(trustedComment, 'utf8')]), whole)
  );
}

function prehash(file: Uint8Array): Uint8Array {
  return blake2b(file, { dkLen: 64 });
}
