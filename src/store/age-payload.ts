import { createCipheriv, createDecipheriv, createSecretKey, getCiphers, hkdfSync } from 'node:crypto';

/**
 * The payload of an age file (https://c2sp.org/age, "Payload"): a nonce of 16 bytes, then chunks of 64 KiB under
 * ChaCha20-Poly1305, each with its number and whether it is the last. Written out here because the age library computes
 * it in JavaScript, which is most of the time of a national run; the library goes on writing and reading headers, and a
 * test holds each against the other.
 */
const CIPHER = 'chacha20-poly1305';
const CHUNK_BYTES = 64 * 1024;
const TAG_BYTES = 16;
export const PAYLOAD_NONCE_BYTES = 16;
const STREAM_NONCE_BYTES = 12;

/** BoringSSL, which Electron is built with, has no such cipher behind `createCipheriv`. */
export const hasNativePayload: boolean = getCiphers().includes(CIPHER);

/** @param fileKey 16 bytes; @param nonce 16 bytes, drawn for this file. @returns the chunks without the nonce */
export function sealPayload(fileKey: Uint8Array, nonce: Uint8Array, plain: Uint8Array): Uint8Array {
  const key = payloadKey(fileKey, nonce);
  const chunks = Math.max(1, Math.ceil(plain.length / CHUNK_BYTES));
  const sealed = new Uint8Array(plain.length + chunks * TAG_BYTES);
  for (let chunk = 0, to = 0; chunk < chunks; chunk += 1) {
    const cipher = createCipheriv(CIPHER, key, chunkNonce(chunk, chunk === chunks - 1), {
      authTagLength: TAG_BYTES,
    });
    const piece = cipher.update(plain.subarray(chunk * CHUNK_BYTES, (chunk + 1) * CHUNK_BYTES));
    cipher.final();
    sealed.set(piece, to);
    sealed.set(cipher.getAuthTag(), to + piece.length);
    to += piece.length + TAG_BYTES;
  }
  return sealed;
}

/** @returns null where a byte of it changed, or it was cut or lengthened. The caller wipes what comes back. */
export function openPayload(fileKey: Uint8Array, payload: Uint8Array): Uint8Array | null {
  const key = payloadKey(fileKey, payload.subarray(0, PAYLOAD_NONCE_BYTES));
  const sealed = payload.subarray(PAYLOAD_NONCE_BYTES);
  const step = CHUNK_BYTES + TAG_BYTES;
  const chunks = Math.max(1, Math.ceil(sealed.length / step));
  const lastBytes = sealed.length - (chunks - 1) * step;
  // Only a file of nothing at all ends in an empty chunk.
  if (lastBytes < TAG_BYTES || (chunks > 1 && lastBytes === TAG_BYTES)) return null;
  const plain = new Uint8Array(sealed.length - chunks * TAG_BYTES);
  for (let chunk = 0; chunk < chunks; chunk += 1) {
    const piece = sealed.subarray(chunk * step, (chunk + 1) * step);
    const decipher = createDecipheriv(CIPHER, key, chunkNonce(chunk, chunk === chunks - 1), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAuthTag(piece.subarray(piece.length - TAG_BYTES));
    try {
      plain.set(decipher.update(piece.subarray(0, piece.length - TAG_BYTES)), chunk * CHUNK_BYTES);
      decipher.final();
    } catch {
      plain.fill(0);
      return null;
    }
  }
  return plain;
}

function payloadKey(fileKey: Uint8Array, nonce: Uint8Array) {
  return createSecretKey(new Uint8Array(hkdfSync('sha256', fileKey, nonce, 'payload', 32)));
}

/** Eleven bytes of the chunk's number, big-endian, and one that says whether it is the last. */
function chunkNonce(chunk: number, isLast: boolean): Uint8Array {
  const nonce = new Uint8Array(STREAM_NONCE_BYTES);
  new DataView(nonce.buffer).setUint32(STREAM_NONCE_BYTES - 5, chunk);
  nonce[STREAM_NONCE_BYTES - 1] = isLast ? 1 : 0;
  return nonce;
}
