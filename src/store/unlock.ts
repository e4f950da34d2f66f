import { argon2id } from 'hash-wasm';
import { combine, split } from 'shamir-secret-sharing';
import { z } from 'zod';
import { assert } from '../domain/assert.ts';
import { err, ok, type Result } from '../domain/result.ts';
import { deriveKey, isKeyOf, KEY_BYTES, keyCheckValue, openRecord, randomKey, sealRecord } from './keys.ts';

const argon2Cost = z.strictObject({
  memoryKib: z.int().min(8).max(1_048_576),
  iterations: z.int().min(1).max(100),
  parallelism: z.int().min(1).max(16),
});

export const pinSealedSchema = z.strictObject({
  memberId: z.string().min(1),
  salt: z.base64(),
  argon2: argon2Cost,
  sealed: z.base64(),
});

const unlockRecord = z.strictObject({
  version: z.literal(1),
  /** Members that are needed together. */
  threshold: z.int().min(2),
  /** Tells whether the device secret is this record's, before any PIN is tried. Bytes as base64, here and below. */
  deviceCheck: z.base64(),
  /** Shares carry no check of their own, so the opened key is compared with this. */
  keyCheck: z.base64(),
  sealedKey: z.base64(),
  shares: z.array(pinSealedSchema).readonly(),
  /** While the database is moved to a new key: the one that it may still be under. */
  former: z.strictObject({ keyCheck: z.base64(), sealedKey: z.base64() }).exactOptional(),
});

export type Argon2Cost = Readonly<z.infer<typeof argon2Cost>>;

/** Something sealed under one member's PIN. */
export type PinSealed = Readonly<z.infer<typeof pinSealedSchema>>;

/**
 * A database key that opens only on its own device and only for enough members together:
 * the key is sealed under HKDF(device secret || commission secret), and the commission secret is split by
 * Shamir's scheme (Shamir 1979), each share sealed under a member's PIN by Argon2id (RFC 9106). Plain JSON.
 */
export type UnlockRecord = Readonly<z.infer<typeof unlockRecord>>;

/** A record as it came from its file. */
export function parseUnlockRecord(json: unknown): Result<UnlockRecord, { readonly code: 'record-damaged' }> {
  const parsed = unlockRecord.safeParse(json);
  return parsed.success ? ok(parsed.data) : err({ code: 'record-damaged' });
}

/** About 0.4 s on a laptop core. */
export const PIN_COST: Argon2Cost = { memoryKib: 65_536, iterations: 3, parallelism: 1 };

export interface Member {
  readonly id: string;
  readonly pin: string;
}

export type UnlockError =
  | { readonly code: 'wrong-pin'; readonly memberId: string }
  | { readonly code: 'unknown-member'; readonly memberId: string }
  | { readonly code: 'too-few-members'; readonly needed: number }
  /** The record belongs to another laptop. */
  | { readonly code: 'wrong-device' }
  /** Every PIN was right, but what they open is not the key. */
  | { readonly code: 'record-damaged' };

/** @param deviceSecret 32 bytes that never leave the device (TPM, or the operating system's key store). */
export async function createUnlock(options: {
  readonly key: Uint8Array;
  readonly members: readonly Member[];
  readonly deviceSecret: Uint8Array;
  readonly threshold?: number;
  readonly argon2?: Argon2Cost;
  /** Told each member's share, which is wiped afterwards: to be kept under the key itself, for `resealShare`. */
  readonly onShare?: (memberId: string, share: Uint8Array) => void;
  /** So many shares more than there are members, each told once, for people who come later. */
  readonly spare?: { readonly count: number; readonly onShare: (share: Uint8Array) => void };
  /** The key that the database has until it is moved to `key`. */
  readonly former?: Uint8Array;
}): Promise<UnlockRecord> {
  const { key, members, deviceSecret, threshold = 2, argon2 = PIN_COST, spare, former } = options;
  assert(key.length === KEY_BYTES && deviceSecret.length === KEY_BYTES, 'keys and secrets have 32 bytes');
  assert(threshold >= 2 && members.length >= threshold, 'there are enough members for the threshold');
  assert(new Set(members.map((member) => member.id)).size === members.length, 'members are different people');

  const commissionSecret = randomKey();
  const parts = await split(commissionSecret, members.length + (spare?.count ?? 0), threshold);
  const shares: PinSealed[] = [];
  for (const [i, member] of members.entries()) {
    const share = parts[i];
    assert(share !== undefined, 'there is a share for each member');
    shares.push(await sealWithPin({ member, deviceSecret, plain: share, argon2 }));
    options.onShare?.(member.id, share.slice());
    share.fill(0);
  }
  for (const share of parts.slice(members.length)) {
    spare?.onShare(share.slice());
    share.fill(0);
  }
  const keyEncryptionKey = deriveKeyEncryptionKey(deviceSecret, commissionSecret);
  const record: UnlockRecord = {
    version: 1,
    threshold,
    deviceCheck: toBase64(keyCheckValue(deviceSecret)),
    keyCheck: toBase64(keyCheckValue(key)),
    sealedKey: toBase64(sealRecord(keyEncryptionKey, key, KEY_PURPOSE)),
    shares,
    ...(former === undefined
      ? {}
      : {
          former: {
            keyCheck: toBase64(keyCheckValue(former)),
            sealedKey: toBase64(sealRecord(keyEncryptionKey, former, FORMER_PURPOSE)),
          },
        }),
  };
  wipe(commissionSecret, keyEncryptionKey);
  return record;
}

/** The record once its database is under the new key. */
export function withoutFormer({ former: _, ...record }: UnlockRecord): UnlockRecord {
  return record;
}

/** The same record with one member's share under a new PIN; of a member without a share in it, with that one. */
export async function resealShare(
  record: UnlockRecord,
  options: {
    readonly member: Member;
    readonly share: Uint8Array;
    readonly deviceSecret: Uint8Array;
    readonly argon2?: Argon2Cost;
  },
): Promise<UnlockRecord> {
  const { member, share, deviceSecret, argon2 = PIN_COST } = options;
  const sealed = await sealWithPin({ member, deviceSecret, plain: share, argon2 });
  const has = record.shares.some(({ memberId }) => memberId === member.id);
  if (!has) return { ...record, shares: [...record.shares, sealed] };
  return { ...record, shares: record.shares.map((one) => (one.memberId === member.id ? sealed : one)) };
}

export interface UnlockedKeys {
  readonly key: Uint8Array;
  /** The key before, where the database was being moved from it when the power went; null otherwise. */
  readonly former: Uint8Array | null;
}

/** Opens the database key with the PINs of at least `threshold` different members. */
export async function unlock(
  record: UnlockRecord,
  options: { readonly members: readonly Member[]; readonly deviceSecret: Uint8Array },
): Promise<Result<UnlockedKeys, UnlockError>> {
  const { members, deviceSecret } = options;
  if (!isKeyOf(deviceSecret, fromBase64(record.deviceCheck))) return err({ code: 'wrong-device' });
  const different = new Map(members.map((member) => [member.id, member]));
  if (different.size < record.threshold) return err({ code: 'too-few-members', needed: record.threshold });

  const shares: Uint8Array[] = [];
  for (const member of different.values()) {
    const sealed = record.shares.find((share) => share.memberId === member.id);
    if (sealed === undefined) return err({ code: 'unknown-member', memberId: member.id });
    const share = await openWithPin(sealed, { pin: member.pin, deviceSecret });
    if (!share.ok) {
      wipe(...shares);
      return share;
    }
    shares.push(share.value);
  }
  const commissionSecret = await combineShares(shares);
  if (commissionSecret === null) {
    wipe(...shares);
    return err({ code: 'record-damaged' });
  }
  const keyEncryptionKey = deriveKeyEncryptionKey(deviceSecret, commissionSecret);
  const key = openChecked(keyEncryptionKey, record, KEY_PURPOSE);
  const former =
    record.former === undefined ? null : openChecked(keyEncryptionKey, record.former, FORMER_PURPOSE);
  wipe(commissionSecret, keyEncryptionKey, ...shares);
  if (key === null || (record.former !== undefined && former === null))
    return err({ code: 'record-damaged' });
  return ok({ key, former });
}

/** Null for shares that are of two splits, and by chance at the same place of each. */
async function combineShares(shares: Uint8Array[]): Promise<Uint8Array | null> {
  try {
    return await combine(shares);
  } catch {
    return null;
  }
}

function openChecked(
  keyEncryptionKey: Uint8Array,
  { sealedKey, keyCheck }: Pick<UnlockRecord, 'sealedKey' | 'keyCheck'>,
  purpose: Uint8Array,
): Uint8Array | null {
  const key = openRecord(keyEncryptionKey, fromBase64(sealedKey), purpose);
  return key.ok && isKeyOf(key.value, fromBase64(keyCheck)) ? key.value : null;
}

/**
 * Seals something under one person's PIN and this device: a share, or the key that lets one authorised person
 * start the station again on the same day. The device's pepper makes guessing PINs elsewhere useless.
 */
export async function sealWithPin(options: {
  readonly member: Member;
  readonly deviceSecret: Uint8Array;
  readonly plain: Uint8Array;
  readonly argon2?: Argon2Cost;
}): Promise<PinSealed> {
  const { member, deviceSecret, plain, argon2 = PIN_COST } = options;
  assert(member.pin !== '', 'a member has a PIN');
  const salt = randomKey();
  const pinKey = await derivePinKey(member.pin, deviceSecret, salt, argon2);
  const sealed = sealRecord(pinKey, plain, memberPurpose(member.id));
  wipe(pinKey);
  return { memberId: member.id, salt: toBase64(salt), argon2, sealed: toBase64(sealed) };
}

export async function openWithPin(
  sealed: PinSealed,
  options: { readonly pin: string; readonly deviceSecret: Uint8Array },
): Promise<Result<Uint8Array, { readonly code: 'wrong-pin'; readonly memberId: string }>> {
  const { memberId, salt, argon2 } = sealed;
  if (options.pin === '') return err({ code: 'wrong-pin', memberId });
  const pinKey = await derivePinKey(options.pin, options.deviceSecret, fromBase64(salt), argon2);
  const plain = openRecord(pinKey, fromBase64(sealed.sealed), memberPurpose(memberId));
  wipe(pinKey);
  return plain.ok ? plain : err({ code: 'wrong-pin', memberId });
}

const KEY_PURPOSE: Uint8Array = Buffer.from('tizme database key v1', 'utf8');
const FORMER_PURPOSE: Uint8Array = Buffer.from('tizme former database key v1', 'utf8');

function memberPurpose(memberId: string): Uint8Array {
  return Buffer.from(`tizme member ${memberId} v1`, 'utf8');
}

function deriveKeyEncryptionKey(deviceSecret: Uint8Array, commissionSecret: Uint8Array): Uint8Array {
  const secret = Buffer.concat([deviceSecret, commissionSecret]);
  const derived = deriveKey({ secret, info: 'tizme key encryption key v1' });
  secret.fill(0);
  return derived;
}

async function derivePinKey(
  pin: string,
  deviceSecret: Uint8Array,
  salt: Uint8Array,
  cost: Argon2Cost,
): Promise<Uint8Array> {
  return argon2id({
    password: pin.normalize('NFKC'),
    salt,
    secret: deriveKey({ secret: deviceSecret, info: 'tizme PIN pepper v1' }),
    memorySize: cost.memoryKib,
    iterations: cost.iterations,
    parallelism: cost.parallelism,
    hashLength: KEY_BYTES,
    outputType: 'binary',
  });
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

function fromBase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64'));
}

function wipe(...secrets: readonly Uint8Array[]): void {
  for (const secret of secrets) secret.fill(0);
}
