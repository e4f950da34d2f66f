import { randomBytes, timingSafeEqual } from 'node:crypto';
import { err, ok, type Result } from '../../domain/result.ts';
import { STATUS_OK } from './apdu.ts';
import { hashZoneInformation, type MrzKey } from './bac.ts';
import type { CardSession, CardSessionError } from './card-session.ts';
import { sameBytes } from './der.ts';
import { curveKeyAgreement, type KeyAgreement, numberKeyAgreement } from './key-agreement.ts';
import { encodeObjectIdentifier } from './object-identifiers.ts';
import { pseudoRandomNumber } from './pace-integrated-mapping.ts';
import { CipherSecureMessaging } from './secure-messaging.ts';
import type { PaceDomain, PaceInfo } from './security-infos.ts';
import { deriveSessionKeys } from './session-cipher.ts';
import { encodeTlv, readOnlyTlv, readTlvs } from './tlv.ts';
import { type KeyPair, unpadBlocks } from './triple-des.ts';
import { bytesToNumber } from './whole-numbers.ts';

/** What both sides know: the zone's fields, or the six digits printed on the card. */
export type PacePassword =
  | { readonly kind: 'mrz'; readonly key: MrzKey }
  | { readonly kind: 'can'; readonly digits: string };

export type PaceError =
  | { readonly code: 'card'; readonly error: CardSessionError }
  /** The chip does not accept the proof of the password. */
  | { readonly code: 'wrong-password'; readonly status: number }
  /** The chip refuses the protocol itself. */
  | { readonly code: 'refused'; readonly status: number }
  | { readonly code: 'bad-data' };

/** What chip authentication mapping gives to prove with the chip's static key (ICAO 9303-11, 4.4.3.5). */
export interface ChipAuthenticationProof {
  readonly data: Uint8Array;
  readonly mappingKey: Uint8Array;
  readonly agreement: KeyAgreement;
}

export interface PaceOutcome {
  readonly secureMessaging: CipherSecureMessaging;
  /** Null in other mappings; `malformed` when the chip sent none that can be read. */
  readonly chipProof: ChipAuthenticationProof | 'malformed' | null;
}

/** Where the terminal's secrets come from, so that worked examples can give theirs. */
export interface PaceSecrets {
  privateKey(agreement: KeyAgreement): bigint;
  nonce(length: number): Uint8Array;
}

const FRESH_SECRETS: PaceSecrets = {
  privateKey: (agreement) => agreement.drawPrivateKey(),
  nonce: (length) => Uint8Array.from(randomBytes(length)),
};

const TEMPLATE = 0x7c;

/** Password Authenticated Connection Establishment (ICAO 9303-11, 4.4) in all three mappings. */
export async function establishPace(
  session: CardSession,
  info: PaceInfo,
  password: PacePassword,
  { sayParameterId = false, secrets = FRESH_SECRETS }: PaceOptions = {},
): Promise<Result<PaceOutcome, PaceError>> {
  const agreement = keyAgreementOf(info.domain);
  const started = await session.send({
    cla: 0,
    ins: 0x22,
    p1: 0xc1,
    p2: 0xa4,
    data: setUp(info, password, sayParameterId),
  });
  if (!started.ok) return err({ code: 'card', error: started.error });
  const { status } = started.value;
  // 63CX warns of tries used up, which only a PIN has; the protocol goes on.
  if (status !== STATUS_OK && status >> 4 !== 0x63c) return err({ code: 'refused', status });

  const encrypted = await exchange(session, null, 0x80);
  if (!encrypted.ok) return encrypted;
  const nonce = decryptNonce(info, password, encrypted.value);
  if (nonce === null) return err({ code: 'bad-data' });
  const mapped = await mapNonce(session, info, agreement, nonce, secrets);
  if (!mapped.ok) return mapped;
  const { generator, mappingKey } = mapped.value;

  const privateKey = secrets.privateKey(agreement);
  const ownKey = agreement.raise(generator, privateKey);
  if (ownKey === null) return err({ code: 'bad-data' });
  const chipKey = await exchange(session, encodeTlv(0x83, ownKey), 0x84);
  if (!chipKey.ok) return chipKey;
  // A chip that sends the terminal's own key back proves nothing (4.4.1, step 3 d).
  if (!agreement.isElement(chipKey.value) || sameBytes(chipKey.value, ownKey))
    return err({ code: 'bad-data' });
  const shared = agreement.raise(chipKey.value, privateKey);
  if (shared === null) return err({ code: 'bad-data' });
  const keys = deriveSessionKeys(info.cipher, agreement.secretOf(shared));

  const token = authenticationToken(info, agreement, keys, chipKey.value);
  const answer = await authenticate(session, encodeTlv(0x85, token), { last: true });
  if (!answer.ok) return answer;
  if (answer.value.status !== STATUS_OK) return err({ code: 'wrong-password', status: answer.value.status });
  const expected = authenticationToken(info, agreement, keys, ownKey);
  const chipToken = answer.value.objects.get(0x86);
  if (chipToken?.length !== expected.length || !timingSafeEqual(chipToken, expected))
    return err({ code: 'bad-data' });
  return ok({
    secureMessaging: new CipherSecureMessaging(info.cipher, keys),
    chipProof: readChipProof(info, agreement, keys, mappingKey, answer.value.objects.get(0x8a)),
  });
}

export interface PaceOptions {
  /** Where several sets of domain parameters go with one protocol (4.4.4.1). */
  readonly sayParameterId?: boolean;
  readonly secrets?: PaceSecrets;
}

export function keyAgreementOf(domain: PaceDomain): KeyAgreement {
  return domain.kind === 'ecdh' ? curveKeyAgreement(domain.curve) : numberKeyAgreement(domain.group);
}

/** The secret that the key for the nonce is derived from (9303-11, 9.7.3). */
export function passwordSecret(password: PacePassword): Uint8Array {
  return password.kind === 'mrz' ? hashZoneInformation(password.key) : Buffer.from(password.digits, 'latin1');
}

/** The token over the other side's public key (9303-11, 4.4.3.4). */
export function authenticationToken(
  { protocol, cipher }: Pick<PaceInfo, 'protocol' | 'cipher'>,
  agreement: KeyAgreement,
  keys: KeyPair,
  publicKey: Uint8Array,
): Uint8Array {
  const identifier = encodeTlv(0x06, encodeObjectIdentifier(protocol));
  const template = encodeTlv(0x7f49, identifier, encodeTlv(agreement.publicKeyTag, publicKey));
  return cipher.codeOfBytes(keys.authentication, template);
}

/**
 * Whether the chip has the private key that goes with its static key: the mapping key is the static key times the
 * data that it sent (9303-11, 4.4.3.5.2).
 */
export function provesChipKey(
  { data, mappingKey, agreement }: ChipAuthenticationProof,
  staticKey: Uint8Array,
): boolean {
  if (!agreement.isElement(staticKey)) return false;
  const expected = agreement.raise(staticKey, bytesToNumber(data));
  return expected !== null && sameBytes(expected, mappingKey);
}

function setUp(info: PaceInfo, password: PacePassword, sayParameterId: boolean): Uint8Array {
  const parts = [
    ...encodeTlv(0x80, encodeObjectIdentifier(info.protocol)),
    ...encodeTlv(0x83, Uint8Array.of(password.kind === 'mrz' ? 1 : 2)),
  ];
  const named = sayParameterId && info.parameterId !== null && info.parameterId < 256;
  return Uint8Array.from(named ? [...parts, 0x84, 1, info.parameterId ?? 0] : parts);
}

function decryptNonce(
  { cipher }: PaceInfo,
  password: PacePassword,
  encrypted: Uint8Array,
): Uint8Array | null {
  const { blockBytes } = cipher;
  if (encrypted.length === 0 || encrypted.length % blockBytes !== 0 || encrypted.length > 64) return null;
  const key = cipher.deriveKey(passwordSecret(password), 3);
  return cipher.decrypt(key, new Uint8Array(blockBytes), encrypted);
}

interface Mapped {
  readonly generator: Uint8Array;
  /** The chip's, in mappings that exchange keys. */
  readonly mappingKey: Uint8Array;
}

async function mapNonce(
  session: CardSession,
  info: PaceInfo,
  agreement: KeyAgreement,
  nonce: Uint8Array,
  secrets: PaceSecrets,
): Promise<Result<Mapped, PaceError>> {
  if (info.mapping === 'integrated') {
    const own = secrets.nonce(info.cipher.keyBytes);
    const sent = await authenticate(session, encodeTlv(0x81, own), { last: false });
    if (!sent.ok) return sent;
    if (sent.value.status !== STATUS_OK) return err({ code: 'refused', status: sent.value.status });
    const value = pseudoRandomNumber(info.cipher, nonce, own, agreement.fieldPrime);
    const generator = agreement.generatorFrom(value);
    return generator === null ? err({ code: 'bad-data' }) : ok({ generator, mappingKey: new Uint8Array(0) });
  }
  const privateKey = secrets.privateKey(agreement);
  const own = agreement.raise(agreement.generator, privateKey);
  if (own === null) return err({ code: 'bad-data' });
  const chip = await exchange(session, encodeTlv(0x81, own), 0x82);
  if (!chip.ok) return chip;
  if (!agreement.isElement(chip.value) || sameBytes(chip.value, own)) return err({ code: 'bad-data' });
  const generator = mapGenerically(agreement, nonce, agreement.raise(chip.value, privateKey));
  return generator === null ? err({ code: 'bad-data' }) : ok({ generator, mappingKey: chip.value });
}

/** s · G + H (9303-11, 4.4.3.3.1). */
export function mapGenerically(
  agreement: KeyAgreement,
  nonce: Uint8Array,
  shared: Uint8Array | null,
): Uint8Array | null {
  const product = agreement.raise(agreement.generator, bytesToNumber(nonce));
  return product === null || shared === null ? null : agreement.combine(product, shared);
}

function readChipProof(
  { mapping, cipher }: PaceInfo,
  agreement: KeyAgreement,
  keys: KeyPair,
  mappingKey: Uint8Array,
  encrypted: Uint8Array | undefined,
): PaceOutcome['chipProof'] {
  if (mapping !== 'chip-authentication') return null;
  if (encrypted === undefined || encrypted.length === 0 || encrypted.length % cipher.blockBytes !== 0)
    return 'malformed';
  // 9303-11, 4.4.3.5.1: the initial vector is the encrypted block of ones.
  const zeros = new Uint8Array(cipher.blockBytes);
  const vector = cipher.encrypt(
    keys.encryption,
    zeros,
    zeros.map(() => 0xff),
  );
  const data = unpadBlocks(cipher.decrypt(keys.encryption, vector, encrypted));
  return data === null ? 'malformed' : { data, mappingKey, agreement };
}

/** One step of the chain whose answer must hold this object. */
async function exchange(
  session: CardSession,
  object: Uint8Array | null,
  tag: number,
): Promise<Result<Uint8Array, PaceError>> {
  const answer = await authenticate(session, object ?? new Uint8Array(0), { last: false });
  if (!answer.ok) return answer;
  if (answer.value.status !== STATUS_OK) return err({ code: 'refused', status: answer.value.status });
  const value = answer.value.objects.get(tag);
  return value === undefined ? err({ code: 'bad-data' }) : ok(value);
}

interface DynamicAuthentication {
  readonly status: number;
  readonly objects: ReadonlyMap<number, Uint8Array>;
}

/** GENERAL AUTHENTICATE (9303-11, 4.4.4.2); all but the last of the chain say so in the class. */
async function authenticate(
  session: CardSession,
  object: Uint8Array,
  { last }: { readonly last: boolean },
): Promise<Result<DynamicAuthentication, PaceError>> {
  const data = encodeTlv(TEMPLATE, object);
  const answer = await session.send({
    cla: last ? 0x00 : 0x10,
    ins: 0x86,
    p1: 0,
    p2: 0,
    data,
    expected: 256,
  });
  if (!answer.ok) return err({ code: 'card', error: answer.error });
  const { status } = answer.value;
  if (status !== STATUS_OK || answer.value.data.length === 0) return ok({ status, objects: new Map() });
  const template = readOnlyTlv(answer.value.data, TEMPLATE);
  const objects = template.ok ? readTlvs(template.value.value) : template;
  if (!objects.ok) return err({ code: 'bad-data' });
  return ok({ status, objects: new Map(objects.value.map(({ tag, value }) => [tag, value])) });
}
