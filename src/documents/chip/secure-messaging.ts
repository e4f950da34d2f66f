import { timingSafeEqual } from 'node:crypto';
import { err, ok, type Result } from '../../domain/result.ts';
import { type CommandApdu, decodeResponse, encodeCommand, type ResponseApdu } from './apdu.ts';
import type { SessionCipher } from './session-cipher.ts';
import { concatBytes, encodeTlv, readTlvs, type Tlv } from './tlv.ts';
import { type KeyPair, padBlocks, unpadBlocks } from './triple-des.ts';
import { numberToBytes } from './whole-numbers.ts';

export type SecureMessagingError =
  /** The card answered in the clear: it ended the session and said why. */
  | { readonly code: 'session-ended'; readonly status: number }
  /** The authentication code does not hold: the answer was altered or mangled. */
  | { readonly code: 'wrong-authentication-code' }
  | { readonly code: 'malformed' };

/** A protected channel to a card; what BAC, PACE and chip authentication end in. */
export interface SecureMessaging {
  /** The protected form of a command. Each command must be followed by its answer. */
  protect(command: CommandApdu): Uint8Array<ArrayBuffer>;
  /** Checks and decrypts the answer to the command protected last. */
  unprotect(answer: Uint8Array): Result<ResponseApdu, SecureMessagingError>;
  /** The command protected last never reached the card, which does not count it. */
  retract(): void;
}

const DO_ENCRYPTED = 0x87;
/** For odd instructions, whose data are data objects themselves: no padding indicator. */
const DO_ENCRYPTED_OBJECTS = 0x85;
const DO_EXPECTED = 0x97;
const DO_STATUS = 0x99;
const DO_CODE = 0x8e;

/** Bytes of every authentication code. */
const CODE_BYTES = 8;

/**
 * Secure messaging with triple DES or AES (ICAO 9303-11, 9.8; worked example in appendix D.4). The send sequence
 * counter has the length of a block; AES encrypts under it as its initial vector, triple DES under zeros.
 */
export class CipherSecureMessaging implements SecureMessaging {
  readonly #cipher: SessionCipher;
  readonly #keys: KeyPair;
  #sequence: bigint;

  /** `sequence` is the send sequence counter before the first command: 0 after PACE and chip authentication. */
  constructor(cipher: SessionCipher, keys: KeyPair, sequence = 0n) {
    this.#cipher = cipher;
    this.#keys = keys;
    this.#sequence = sequence;
  }

  protect(command: CommandApdu): Uint8Array<ArrayBuffer> {
    this.#sequence += 1n;
    const header = Uint8Array.of(command.cla | 0x0c, command.ins, command.p1, command.p2);
    const objects = concatBytes(this.#encryptedData(command), expectedLength(command));
    const code = this.#code(concatBytes(padBlocks(header, this.#cipher.blockBytes), objects));
    const data = concatBytes(objects, encodeTlv(DO_CODE, code));
    // A plain answer of up to 223 bytes fits a short protected answer; beyond, both lengths are extended.
    const expected = data.length > 255 || (command.expected ?? 0) > 256 ? 65_536 : 256;
    return encodeCommand({ ...command, cla: command.cla | 0x0c, data, expected });
  }

  retract(): void {
    this.#sequence -= 1n;
  }

  unprotect(answer: Uint8Array): Result<ResponseApdu, SecureMessagingError> {
    this.#sequence += 1n;
    const outer = decodeResponse(answer);
    if (!outer.ok) return err({ code: 'malformed' });
    if (outer.value.data.length === 0) return err({ code: 'session-ended', status: outer.value.status });
    const objects = readTlvs(outer.value.data);
    if (!objects.ok) return err({ code: 'malformed' });
    const code = objects.value.at(-1);
    const covered = objects.value.slice(0, -1);
    if (code?.tag !== DO_CODE || code.value.length !== CODE_BYTES) return err({ code: 'malformed' });
    const expected = this.#code(concatBytes(...covered.map((object) => object.encoded)));
    if (!timingSafeEqual(expected, code.value)) return err({ code: 'wrong-authentication-code' });
    return this.#decrypt(covered);
  }

  #decrypt(objects: readonly Tlv[]): Result<ResponseApdu, SecureMessagingError> {
    const status = objects.find((object) => object.tag === DO_STATUS)?.value;
    if (status?.length !== 2) return err({ code: 'malformed' });
    const word = ((status[0] ?? 0) << 8) | (status[1] ?? 0);
    const data = objects.find((object) => object.tag === DO_ENCRYPTED || object.tag === DO_ENCRYPTED_OBJECTS);
    if (data === undefined) return ok({ data: new Uint8Array(0), status: word });
    if (data.tag === DO_ENCRYPTED && data.value[0] !== 1) return err({ code: 'malformed' });
    const blocks = data.tag === DO_ENCRYPTED ? data.value.subarray(1) : data.value;
    if (blocks.length === 0 || blocks.length % this.#cipher.blockBytes !== 0) {
      return err({ code: 'malformed' });
    }
    const plain = unpadBlocks(this.#cipher.decrypt(this.#keys.encryption, this.#vector(), blocks));
    return plain === null ? err({ code: 'malformed' }) : ok({ data: plain, status: word });
  }

  #encryptedData(command: CommandApdu): Uint8Array {
    if (command.data === undefined || command.data.length === 0) return new Uint8Array(0);
    const padded = padBlocks(command.data, this.#cipher.blockBytes);
    const encrypted = this.#cipher.encrypt(this.#keys.encryption, this.#vector(), padded);
    if (command.ins % 2 === 1) return encodeTlv(DO_ENCRYPTED_OBJECTS, encrypted);
    return encodeTlv(DO_ENCRYPTED, Uint8Array.of(1), encrypted);
  }

  #code(data: Uint8Array): Uint8Array {
    const padded = padBlocks(concatBytes(this.#counter(), data), this.#cipher.blockBytes);
    return this.#cipher.codeOfBlocks(this.#keys.authentication, padded);
  }

  #vector(): Uint8Array {
    const zeros = new Uint8Array(this.#cipher.blockBytes);
    if (this.#cipher.name === 'triple-des') return zeros;
    return this.#cipher.encrypt(this.#keys.encryption, zeros, this.#counter());
  }

  /** Goes up by one before every command and before every answer. */
  #counter(): Uint8Array {
    return numberToBytes(this.#sequence, this.#cipher.blockBytes);
  }
}

function expectedLength({ expected }: CommandApdu): Uint8Array {
  if (expected === undefined) return new Uint8Array(0);
  const bytes = expected > 256 ? [(expected >> 8) & 0xff, expected & 0xff] : [expected & 0xff];
  return encodeTlv(DO_EXPECTED, Uint8Array.from(bytes));
}
