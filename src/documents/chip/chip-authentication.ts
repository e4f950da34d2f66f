import { err, ok, type Result } from '../../domain/result.ts';
import { STATUS_OK } from './apdu.ts';
import type { CardSession, CardSessionError } from './card-session.ts';
import { encodeElement } from './diffie-hellman-groups.ts';
import { encodePoint } from './elliptic-curve.ts';
import { curveKeyAgreement, type KeyAgreement, numberKeyAgreement } from './key-agreement.ts';
import { encodeObjectIdentifier } from './object-identifiers.ts';
import type { PublicKey } from './public-key-info.ts';
import { CipherSecureMessaging } from './secure-messaging.ts';
import type { ChipAuthenticationInfo, ChipPublicKey, SecurityInfos } from './security-infos.ts';
import { deriveSessionKeys, type SessionCipher, TRIPLE_DES } from './session-cipher.ts';
import { encodeTlv } from './tlv.ts';
import { numberToBytes } from './whole-numbers.ts';

/** One way to authenticate a chip by a key agreement with its static key. */
export interface ChipAuthenticationOffer {
  /** Null for chips that name a key only, which means triple DES (ICAO 9303-11, 9.2.6). */
  readonly info: ChipAuthenticationInfo | null;
  readonly publicKey: ChipPublicKey;
}

/** The best that DG14 offers: AES before triple DES. Null when it offers none that this program computes. */
export function chooseChipAuthentication(infos: SecurityInfos): ChipAuthenticationOffer | null {
  const offers = infos.chipAuthentication.flatMap((info) => {
    const publicKey = infos.chipPublicKeys.find(
      ({ key, keyId }) =>
        key.kind === (info.agreement === 'ecdh' ? 'ec' : 'dh') &&
        (keyId === info.keyId || infos.chipPublicKeys.length === 1),
    );
    return publicKey === undefined ? [] : [{ info, publicKey }];
  });
  const best = offers.sort((a, b) => b.info.cipher.keyBytes - a.info.cipher.keyBytes || rank(a) - rank(b))[0];
  if (best !== undefined) return best;
  const alone = infos.chipAuthentication.length === 0 ? infos.chipPublicKeys[0] : undefined;
  return alone === undefined ? null : { info: null, publicKey: alone };
}

const rank = ({ info }: { readonly info: ChipAuthenticationInfo }): number =>
  info.cipher === TRIPLE_DES ? 1 : 0;

/** Where the terminal's key comes from, so that transcripts can give theirs. */
export type DrawKey = (agreement: KeyAgreement) => bigint;

export type ChipAuthenticationOutcome =
  /** From here on the session is under keys that only the owner of the static key can have. */
  | 'restarted'
  /** The chip does not do what it says that it can. */
  | 'refused'
  | 'unsupported';

/**
 * Chip authentication (ICAO 9303-11, 6.2): agrees on new keys with the chip's static key, and restarts secure messaging
 * with them. Whether the chip has the key shows in its next answer.
 */
export async function authenticateChip(
  session: CardSession,
  { info, publicKey }: ChipAuthenticationOffer,
  drawKey: DrawKey = (agreement) => agreement.drawPrivateKey(),
): Promise<Result<ChipAuthenticationOutcome, CardSessionError>> {
  const chip = agreementWith(publicKey.key);
  if (chip === null) return ok('unsupported');
  const { agreement, element } = chip;
  const privateKey = drawKey(agreement);
  const ownKey = agreement.raise(agreement.generator, privateKey);
  const shared = agreement.isElement(element) ? agreement.raise(element, privateKey) : null;
  if (ownKey === null || shared === null) return ok('unsupported');
  const cipher = info?.cipher ?? TRIPLE_DES;
  const sent =
    info === null || info.cipher === TRIPLE_DES
      ? await setKeyAgreementTemplate(session, ownKey, publicKey.keyId)
      : await setAuthenticationTemplate(session, info, ownKey, publicKey.keyId);
  if (!sent.ok) return sent.error.code === 'status' ? ok('refused') : sent;
  session.startSecureMessaging(restartedWith(cipher, agreement.secretOf(shared)));
  return ok('restarted');
}

export function restartedWith(cipher: SessionCipher, secret: Uint8Array): CipherSecureMessaging {
  return new CipherSecureMessaging(cipher, deriveSessionKeys(cipher, secret));
}

/** MSE:Set KAT, triple DES only (9303-11, 6.2.4.1). */
async function setKeyAgreementTemplate(
  session: CardSession,
  ownKey: Uint8Array,
  keyId: number | null,
): Promise<Result<void, CardSessionError>> {
  const data = Uint8Array.from([...encodeTlv(0x91, ownKey), ...keyReference(keyId)]);
  return expectSuccess(await session.send({ cla: 0, ins: 0x22, p1: 0x41, p2: 0xa6, data }));
}

/** MSE:Set AT and GENERAL AUTHENTICATE (9303-11, 6.2.4.2). */
async function setAuthenticationTemplate(
  session: CardSession,
  info: ChipAuthenticationInfo,
  ownKey: Uint8Array,
  keyId: number | null,
): Promise<Result<void, CardSessionError>> {
  const protocol = encodeTlv(0x80, encodeObjectIdentifier(info.protocol));
  const template = Uint8Array.from([...protocol, ...keyReference(keyId)]);
  const set = expectSuccess(await session.send({ cla: 0, ins: 0x22, p1: 0x41, p2: 0xa4, data: template }));
  if (!set.ok) return set;
  const data = encodeTlv(0x7c, encodeTlv(0x80, ownKey));
  return expectSuccess(await session.send({ cla: 0, ins: 0x86, p1: 0, p2: 0, data, expected: 256 }));
}

function expectSuccess(answer: Awaited<ReturnType<CardSession['send']>>): Result<void, CardSessionError> {
  if (!answer.ok) return answer;
  const { status } = answer.value;
  return status === STATUS_OK ? ok() : err({ code: 'status', status });
}

function keyReference(keyId: number | null): Uint8Array {
  if (keyId === null) return new Uint8Array(0);
  return encodeTlv(0x84, numberToBytes(BigInt(keyId), keyId > 0xff ? 2 : 1));
}

/** The group that a static key lies in, and the key in the form of commands. */
export function agreementWith(
  key: PublicKey,
): { readonly agreement: KeyAgreement; readonly element: Uint8Array } | null {
  switch (key.kind) {
    case 'ec':
      return { agreement: curveKeyAgreement(key.curve), element: encodePoint(key.curve, key.point) };
    case 'dh':
      return { agreement: numberKeyAgreement(key.group), element: encodeElement(key.group, key.value) };
    case 'rsa':
      return null;
  }
}
