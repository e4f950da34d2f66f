import { createHash, timingSafeEqual } from 'node:crypto';
import { err, ok, type Result } from '../../domain/result.ts';
import { checkDigit } from '../mrz/check-digit.ts';
import type { MachineReadableZone } from '../mrz/zone.ts';
import { CipherSecureMessaging } from './secure-messaging.ts';
import { TRIPLE_DES } from './session-cipher.ts';
import { concatBytes } from './tlv.ts';
import {
  decryptBlocks,
  deriveKeys,
  encryptBlocks,
  type KeyPair,
  messageAuthenticationCode,
} from './triple-des.ts';
import { bytesToNumber } from './whole-numbers.ts';

/** The fields of a zone that open a chip; a whole zone serves. */
export type MrzKey = Pick<MachineReadableZone, 'documentNumber' | 'birthDateText' | 'expiryDateText'>;

/** The keys of Basic Access Control from the zone (ICAO 9303-11, 4.3.2 and appendix D.2). */
export function deriveAccessKeys(key: MrzKey): KeyPair {
  return deriveKeys(hashZoneInformation(key).subarray(0, 16));
}

/** SHA-1 of number, birth and expiry date with their check digits: the password of BAC and PACE, 20 bytes. */
export function hashZoneInformation(key: MrzKey): Uint8Array {
  const fields = [key.documentNumber.padEnd(9, '<'), key.birthDateText, key.expiryDateText];
  const information = fields.map((field) => `${field}${checkDigit(field) ?? ''}`).join('');
  return createHash('sha1').update(information, 'latin1').digest();
}

/** The terminal's random numbers: 8 and 16 bytes, fresh for each access. */
export interface BacRandoms {
  readonly terminal: Uint8Array;
  readonly keyPart: Uint8Array;
}

/** The 40 bytes of EXTERNAL AUTHENTICATE (9303-11, 4.3.3 step 2). */
export function buildAuthentication(keys: KeyPair, challenge: Uint8Array, randoms: BacRandoms): Uint8Array {
  const encrypted = encryptBlocks(keys.encryption, concatBytes(randoms.terminal, challenge, randoms.keyPart));
  return concatBytes(encrypted, messageAuthenticationCode(keys.authentication, encrypted));
}

/** Checks the chip's answer and makes the session of it (4.3.3 steps 4 and 5). */
export function finishAuthentication(
  keys: KeyPair,
  challenge: Uint8Array,
  randoms: BacRandoms,
  answer: Uint8Array,
): Result<CipherSecureMessaging, { readonly code: 'bad-data' }> {
  if (answer.length !== 40) return err({ code: 'bad-data' });
  const encrypted = answer.subarray(0, 32);
  const code = messageAuthenticationCode(keys.authentication, encrypted);
  if (!timingSafeEqual(code, answer.subarray(32))) return err({ code: 'bad-data' });
  const plain = decryptBlocks(keys.encryption, encrypted);
  const echoed = concatBytes(challenge, randoms.terminal);
  if (!timingSafeEqual(plain.subarray(0, 16), echoed)) return err({ code: 'bad-data' });
  const seed = plain.slice(16).map((byte, i) => byte ^ (randoms.keyPart[i] ?? 0));
  const sequence = concatBytes(challenge.subarray(4), randoms.terminal.subarray(4));
  return ok(new CipherSecureMessaging(TRIPLE_DES, deriveKeys(seed), bytesToNumber(sequence)));
}
