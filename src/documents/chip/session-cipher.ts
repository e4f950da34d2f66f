import { createHash } from 'node:crypto';
import { AES_BLOCK, cipherBasedCode, decryptAes, encryptAes } from './aes.ts';
import {
  DES_BLOCK,
  decryptBlocks,
  deriveTripleDesKey,
  encryptBlocks,
  type KeyPair,
  messageAuthenticationCode,
  retailCode,
} from './triple-des.ts';

export type CipherName = 'triple-des' | 'aes-128' | 'aes-192' | 'aes-256';

/** The cipher, the authentication code and the key derivation of one suite (ICAO 9303-11, 9.7 and 9.8). */
export interface SessionCipher {
  readonly name: CipherName;
  readonly blockBytes: number;
  readonly keyBytes: number;
  /** CBC over whole blocks. */
  encrypt(key: Uint8Array, vector: Uint8Array, blocks: Uint8Array): Uint8Array;
  decrypt(key: Uint8Array, vector: Uint8Array, blocks: Uint8Array): Uint8Array;
  /** 8 bytes over data of any length. */
  codeOfBytes(key: Uint8Array, data: Uint8Array): Uint8Array;
  /** 8 bytes over data that was padded to whole blocks. */
  codeOfBlocks(key: Uint8Array, blocks: Uint8Array): Uint8Array;
  /** Counter 1 to encrypt, 2 for authentication codes, 3 from a password (9.7.1). */
  deriveKey(secret: Uint8Array, counter: 1 | 2 | 3): Uint8Array;
}

export const TRIPLE_DES: SessionCipher = {
  name: 'triple-des',
  blockBytes: DES_BLOCK,
  keyBytes: 16,
  encrypt: (key, vector, blocks) => encryptBlocks(key, blocks, Uint8Array.from(vector)),
  decrypt: (key, vector, blocks) => decryptBlocks(key, blocks, Uint8Array.from(vector)),
  codeOfBytes: messageAuthenticationCode,
  codeOfBlocks: retailCode,
  deriveKey: deriveTripleDesKey,
};

export const AES_128: SessionCipher = aesCipher('aes-128', 16, 'sha1');
export const AES_192: SessionCipher = aesCipher('aes-192', 24, 'sha256');
export const AES_256: SessionCipher = aesCipher('aes-256', 32, 'sha256');

/** By the last number of the object identifiers of PACE and chip authentication: 1 triple DES, 2 to 4 AES. */
export function cipherBySuffix(suffix: number): SessionCipher | null {
  return [null, TRIPLE_DES, AES_128, AES_192, AES_256][suffix] ?? null;
}

/** Both keys of a session from its shared secret. */
export function deriveSessionKeys(cipher: SessionCipher, secret: Uint8Array): KeyPair {
  return { encryption: cipher.deriveKey(secret, 1), authentication: cipher.deriveKey(secret, 2) };
}

function aesCipher(name: CipherName, keyBytes: number, hash: string): SessionCipher {
  return {
    name,
    blockBytes: AES_BLOCK,
    keyBytes,
    encrypt: encryptAes,
    decrypt: decryptAes,
    codeOfBytes: cipherBasedCode,
    codeOfBlocks: cipherBasedCode,
    deriveKey: (secret, counter) => {
      const digest = createHash(hash)
        .update(secret)
        .update(Uint8Array.of(0, 0, 0, counter))
        .digest();
      return Uint8Array.from(digest.subarray(0, keyBytes));
    },
  };
}
