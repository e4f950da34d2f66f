import { createHash, randomBytes } from 'node:crypto';
import { err, ok, type Result } from '../../domain/result.ts';
import { STATUS_OK } from './apdu.ts';
import type { CardSession, CardSessionError } from './card-session.ts';
import type { DataGroupError } from './com.ts';
import { CHIP_FILES } from './data-groups.ts';
import { INTEGER, SEQUENCE, sameBytes, withoutZeros } from './der.ts';
import { type EcdsaSignature, verifyEcdsa } from './ecdsa.ts';
import { type PublicKey, type PublicKeyProblem, readPublicKeyInfo } from './public-key-info.ts';
import { applyPublicKey, modulusBytes, type RsaKey } from './rsa.ts';
import { concatBytes, readOnlyTlv, readTlvs } from './tlv.ts';
import { bytesToNumber, numberToBytes } from './whole-numbers.ts';

export const CHALLENGE_BYTES = 8;

/** The key of DG15 (ICAO 9303-10, 4.7.15); `unsupported` for one that this program does not compute with. */
export function parseDataGroup15(file: Uint8Array): Result<PublicKey | 'unsupported', DataGroupError> {
  const outer = readOnlyTlv(file, CHIP_FILES.DG15.tag);
  const key: PublicKey | PublicKeyProblem = outer.ok ? readPublicKeyInfo(outer.value.value) : 'invalid';
  return key === 'invalid' ? err({ code: 'bad-data' }) : ok(key);
}

/** A protected answer of 256 bytes carries no more; a longer signature takes an extended length. */
const LONGEST_SHORT_ANSWER = 223;

export type ActiveAuthenticationOutcome = 'genuine' | 'wrong' | 'refused';

/**
 * Active authentication (ICAO 9303-11, 6.1): the chip signs a random number with the key that DG15 has the public half
 * of. `hash` is what DG14 says of ECDSA, the first that is tried.
 */
export async function authenticateActively(
  session: CardSession,
  key: PublicKey,
  hash: string | null,
  challenge: Uint8Array = randomBytes(CHALLENGE_BYTES),
): Promise<Result<ActiveAuthenticationOutcome, CardSessionError>> {
  const long = key.kind === 'rsa' && modulusBytes(key.modulus) > LONGEST_SHORT_ANSWER;
  const expected = long ? 65_536 : 256;
  const answer = await session.send({ cla: 0, ins: 0x88, p1: 0, p2: 0, data: challenge, expected });
  if (!answer.ok) return answer.error.code === 'status' ? ok('refused') : answer;
  if (answer.value.status !== STATUS_OK) return ok('refused');
  return ok(verifyChallenge(key, hash, challenge, answer.value.data) ? 'genuine' : 'wrong');
}

/** Whether `answer` signs the challenge. */
export function verifyChallenge(
  key: PublicKey,
  hash: string | null,
  challenge: Uint8Array,
  answer: Uint8Array,
): boolean {
  switch (key.kind) {
    case 'rsa':
      return verifyMessageRecovery(key, challenge, answer);
    case 'ec': {
      // Chips exist that hash otherwise than DG14 says; whoever signs a random number by any of these has the key.
      const hashes = [...(hash === null ? [] : [hash]), ...HASHES.filter((name) => name !== hash)];
      const numbers = readAnswer(answer, key.curve.fieldBytes);
      return numbers.some((signature) => hashes.some((name) => verifyEcdsa(key, name, challenge, signature)));
    }
    case 'dh':
      return false;
  }
}

/**
 * What an answer by ECDSA may mean. The standard has two numbers of one length side by side; some chips leave leading
 * zeros away, and some answer in DER, with or without the zero before a high first bit.
 */
function readAnswer(answer: Uint8Array, fieldBytes: number): readonly EcdsaSignature[] {
  const half = answer.length / 2;
  const splits = new Set(
    [half, fieldBytes, answer.length - fieldBytes].filter(
      (at) => Number.isInteger(at) && at > 0 && at < answer.length,
    ),
  );
  const plain = [...splits].map((at) => ({
    r: bytesToNumber(answer.subarray(0, at)),
    s: bytesToNumber(answer.subarray(at)),
  }));
  const sequence = readOnlyTlv(answer, SEQUENCE);
  const numbers = sequence.ok ? readTlvs(sequence.value.value) : sequence;
  if (!numbers.ok || numbers.value.length !== 2) return plain;
  const [r, s] = numbers.value;
  if (r?.tag !== INTEGER || s?.tag !== INTEGER) return plain;
  return [{ r: bytesToNumber(r.value), s: bytesToNumber(s.value) }, ...plain];
}

/** Tried where DG14, which has to name one, is missing, or names another. */
const HASHES: readonly string[] = ['sha256', 'sha1', 'sha224', 'sha384', 'sha512'];

/** Trailers of two bytes (ISO/IEC 10118-3); BC alone means SHA-1. */
const TRAILER_HASHES: Readonly<Record<number, string>> = {
  51: 'sha1',
  52: 'sha256',
  53: 'sha512',
  54: 'sha384',
  56: 'sha224',
};

/** ISO/IEC 9796-2, digital signature scheme 1, with partial recovery (9303-11, 6.1.2.1). */
function verifyMessageRecovery(key: RsaKey, challenge: Uint8Array, signature: Uint8Array): boolean {
  const representative = openSignature(key, signature);
  if (representative === null) return false;
  const short = representative.at(-1) === 0xbc;
  const hash = short ? 'sha1' : TRAILER_HASHES[representative.at(-2) ?? 0];
  if (hash === undefined || (!short && representative.at(-1) !== 0xcc)) return false;
  const length = createHash(hash).digest().length;
  const digestAt = representative.length - (short ? 1 : 2) - length;
  const messageAt = endOfPadding(representative);
  if (messageAt === null || messageAt > digestAt) return false;
  const message = concatBytes(representative.subarray(messageAt, digestAt), challenge);
  const digest = createHash(hash).update(message).digest();
  return sameBytes(digest, representative.subarray(digestAt, digestAt + length));
}

/** The signature may be the smaller of a number and its complement; the one that ends in C is meant (annex B). */
function openSignature(key: RsaKey, signature: Uint8Array): Uint8Array | null {
  const opened = applyPublicKey(key, withoutZeros(signature));
  if (opened === null || ((opened.at(-1) ?? 0) & 0x0f) === 0x0c) return opened;
  return numberToBytes(key.modulus - bytesToNumber(opened), opened.length);
}

/** Header 6A, or 6B and B's up to an A: half bytes 01x0 1010, filled up with 1011 (ISO/IEC 9796-2, 8.1.2). */
function endOfPadding(representative: Uint8Array): number | null {
  const first = representative[0] ?? 0;
  if (first >> 6 !== 1) return null;
  if ((first & 0x0f) === 0x0a) return 1;
  if ((first & 0x0f) !== 0x0b) return null;
  const end = representative.findIndex((byte, i) => i > 0 && byte !== 0xbb);
  return end > 0 && representative[end] === 0xba ? end + 1 : null;
}
