import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';
import { assert, assertDefined } from '../../../domain/assert.ts';
import type { RightMoved } from '../../../domain/lanes/lane-facts.ts';
import type { LaneNumber } from '../../../domain/lanes/tenure.ts';
import type { GrantCodes } from '../lane-ports.ts';

/** DER before a raw key: PKCS #8 and SubjectPublicKeyInfo for X25519 (RFC 8410 sections 7 and 4). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex');
const SPKI_PREFIX = Buffer.from('302a300506032b656e032100', 'hex');
const DIGITS = 8;

export interface GrantCodeKeys {
  readonly election: string;
  readonly station: string;
  /** 32 bytes, a secret of the lane. */
  readonly seed: Uint8Array;
  /** X25519 keys of the other lanes, 32 bytes each, from the roster; looked up each time. */
  readonly others: ReadonlyMap<LaneNumber, Uint8Array>;
}

/** The public half, for the roster. */
export function grantCodeKey(seed: Uint8Array): Uint8Array {
  const spki = createPublicKey(privateKeyOf(seed)).export({ format: 'der', type: 'spki' });
  return new Uint8Array(spki.subarray(SPKI_PREFIX.length));
}

/**
 * Codes of eight digits for grants that are read aloud across the room: HMAC-SHA-256 (RFC 2104) over the grant,
 * under a key that only these two lanes have (X25519, RFC 7748; HKDF, RFC 5869). A guess has one chance in a
 * hundred million, and a code stands for one voter, one lane and one move only.
 */
export function grantCodes({ election, station, seed, others }: GrantCodeKeys): GrantCodes {
  const own = privateKeyOf(seed);
  const keys = new Map<LaneNumber, { readonly raw: Uint8Array; readonly key: Uint8Array }>();
  const keyWith = (lane: LaneNumber): Uint8Array => {
    const raw = assertDefined(others.get(lane), 'the code key of a lane of the roster');
    const known = keys.get(lane);
    // Another one where a spare stands at that table now.
    if (known?.raw === raw) return known.key;
    const publicKey = createPublicKey({
      key: Buffer.concat([SPKI_PREFIX, raw]),
      format: 'der',
      type: 'spki',
    });
    const shared = diffieHellman({ privateKey: own, publicKey });
    const info = `tizme grant code v1\n${election}\n${station}`;
    const key = new Uint8Array(hkdfSync('sha256', shared, new Uint8Array(0), info, 32));
    keys.set(lane, { raw, key });
    return key;
  };
  return {
    code(other, { voter, version, from, to }: RightMoved) {
      const mac = createHmac('sha256', keyWith(other))
        .update(`${voter}\n${version}\n${from}\n${to}\n`)
        .digest();
      const number = mac.readBigUInt64BE(0) % 10n ** BigInt(DIGITS);
      return number.toString().padStart(DIGITS, '0');
    },
  };
}

function privateKeyOf(seed: Uint8Array): KeyObject {
  assert(seed.length === 32, 'a code seed has 32 bytes');
  return createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' });
}
