import { constants, createHash, generateKeyPairSync, privateEncrypt, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { unwrap } from '../../domain/result.ts';
import { parseDataGroup15, verifyChallenge } from './active-authentication.ts';
import { readDerSignature } from './ecdsa.ts';
import { readPublicKeyInfo } from './public-key-info.ts';
import { concatBytes, encodeTlv } from './tlv.ts';
import { bytesToNumber, numberToBytes } from './whole-numbers.ts';

const CHALLENGE = Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]);
const OTHER = Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 9]);

const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 });
const rsaInfo = rsa.publicKey.export({ format: 'der', type: 'spki' });
const rsaKey = unwrap(parseDataGroup15(encodeTlv(0x6f, rsaInfo)));
const modulus = typeof rsaKey === 'object' && rsaKey.kind === 'rsa' ? rsaKey.modulus : 0n;

/** ISO/IEC 9796-2 scheme 1: header, recovered part, hash, trailer. */
function signWithRecovery(
  hash: string,
  trailer: readonly number[],
  header: readonly number[] = [0x6a],
): Uint8Array {
  const length = 128 - header.length - trailer.length - createHash(hash).digest().length;
  const recovered = new Uint8Array(length).fill(0x33);
  const digest = createHash(hash).update(recovered).update(CHALLENGE).digest();
  const block = concatBytes(Uint8Array.from(header), recovered, digest, Uint8Array.from(trailer));
  return privateEncrypt({ key: rsa.privateKey, padding: constants.RSA_NO_PADDING }, block);
}

describe('active authentication by RSA', () => {
  test.each([
    ['sha1', [0xbc], [0x6a]],
    ['sha1', [0x33, 0xcc], [0x6a]],
    ['sha224', [0x38, 0xcc], [0x6a]],
    ['sha256', [0x34, 0xcc], [0x6a]],
    ['sha384', [0x36, 0xcc], [0x6a]],
    ['sha512', [0x35, 0xcc], [0x6a]],
    ['sha256', [0x34, 0xcc], [0x6b, 0xbb, 0xba]],
  ])('with %s and trailer %j is verified', (hash, trailer, header) => {
    const answer = signWithRecovery(hash, trailer, header);
    if (typeof rsaKey === 'string') throw new Error('an RSA key is read');
    expect(verifyChallenge(rsaKey, null, CHALLENGE, answer)).toBe(true);
    expect(verifyChallenge(rsaKey, null, OTHER, answer)).toBe(false);
    // The smaller of a number and its complement is a signature as well.
    const complement = numberToBytes(modulus - bytesToNumber(answer), 128);
    expect(verifyChallenge(rsaKey, null, CHALLENGE, complement)).toBe(true);
    expect(verifyChallenge(rsaKey, null, CHALLENGE, concatBytes(new Uint8Array(2), answer))).toBe(true);
    for (let i = 0; i < answer.length; i += 31) {
      const altered = answer.map((byte, at) => (at === i ? byte ^ 4 : byte));
      expect(verifyChallenge(rsaKey, null, CHALLENGE, altered)).toBe(false);
    }
  });

  test('the message representative of ICAO 9303-11, appendix F, is that of the example', () => {
    // As pymrtd's tests quote it. The example names no key: any of 1,024 bits signs its representative.
    const representative = Buffer.from(
      '6A9D2784A67F8E7C659973EA1AEA25D95B6C8F91E5002F369F0FBDCE8A3CEC1991B543F1696546C5524CF23A5303CD6C' +
        '98599F40B79F377B5F3A1406B3B4D8F96784D23AA88DB7E1032A405E69325FA91A6E86F5C71AEA978264C4A207446DAD' +
        '4E7292E2DCDA3024B47DA8C063AA1E6D22FBD976AB0FE73D94D2D9C6D88127BC',
      'hex',
    );
    const challenge = Uint8Array.from(Buffer.from('F173589974BF40C6', 'hex'));
    const padding = constants.RSA_NO_PADDING;
    const answer = privateEncrypt({ key: rsa.privateKey, padding }, representative);
    if (typeof rsaKey === 'string') throw new Error('an RSA key is read');
    expect(verifyChallenge(rsaKey, null, challenge, answer)).toBe(true);
    expect(verifyChallenge(rsaKey, null, CHALLENGE, answer)).toBe(false);
  });

  test('another trailer, no header, or an answer that is no number below the modulus is refused', () => {
    if (typeof rsaKey === 'string') throw new Error('an RSA key is read');
    const wrong = [
      signWithRecovery('sha256', [0x35, 0xcc]),
      signWithRecovery('sha256', [0x99, 0xcc]),
      signWithRecovery('sha256', [0x34, 0xcc], [0x2a]),
      signWithRecovery('sha256', [0x34, 0xcc], [0x6b, 0xbb, 0xbb]),
      new Uint8Array(128).fill(0xff),
      new Uint8Array(200),
      new Uint8Array(0),
    ];
    for (const answer of wrong) expect(verifyChallenge(rsaKey, null, CHALLENGE, answer)).toBe(false);
  });
});

describe('active authentication by ECDSA', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const key = readPublicKeyInfo(publicKey.export({ format: 'der', type: 'spki' }));

  /** Signs until one of the numbers has a leading zero: about every hundredth does. */
  function signShort() {
    for (;;) {
      const numbers = readDerSignature(sign('sha256', CHALLENGE, privateKey));
      if (numbers === null) throw new Error('the library writes DER');
      if (numbers.r < 1n << 248n !== numbers.s < 1n << 248n) return numbers;
    }
  }

  test.each(['sha1', 'sha256', 'sha512'])('with %s, said or not, side by side or in DER', (hash) => {
    if (typeof key === 'string') throw new Error('a key on P-256 is read');
    const encoded = sign(hash, CHALLENGE, privateKey);
    const plain = sign(hash, CHALLENGE, { key: privateKey, dsaEncoding: 'ieee-p1363' });
    for (const answer of [encoded, plain]) {
      expect(verifyChallenge(key, hash, CHALLENGE, answer)).toBe(true);
      expect(verifyChallenge(key, null, CHALLENGE, answer)).toBe(true);
      expect(verifyChallenge(key, hash, OTHER, answer)).toBe(false);
    }
    // DG14 may name another hash than the chip takes.
    expect(verifyChallenge(key, 'sha224', CHALLENGE, plain)).toBe(true);
    expect(verifyChallenge(key, 'sha224', OTHER, plain)).toBe(false);
  });

  test('with leading zeros left away, in an answer of odd length', () => {
    if (typeof key === 'string') throw new Error('a key on P-256 is read');
    const { r, s } = signShort();
    const short = (value: bigint): Uint8Array => numberToBytes(value, value < 1n << 248n ? 31 : 32);
    const answer = concatBytes(short(r), short(s));
    expect(answer).toHaveLength(63);
    expect(verifyChallenge(key, 'sha256', CHALLENGE, answer)).toBe(true);
  });

  test('in DER without the zero before a high first bit', () => {
    if (typeof key === 'string') throw new Error('a key on P-256 is read');
    const numbers = readDerSignature(sign('sha256', CHALLENGE, privateKey));
    const integer = (value: bigint): Uint8Array => encodeTlv(0x02, numberToBytes(value, 32));
    const answer = encodeTlv(0x30, integer(numbers?.r ?? 0n), integer(numbers?.s ?? 0n));
    expect(verifyChallenge(key, 'sha256', CHALLENGE, answer)).toBe(true);
  });

  test('of nothing or of one number is refused', () => {
    if (typeof key === 'string') throw new Error('a key on P-256 is read');
    for (const length of [0, 1, 2, 31, 64, 200]) {
      expect(verifyChallenge(key, null, CHALLENGE, new Uint8Array(length))).toBe(false);
    }
  });
});
