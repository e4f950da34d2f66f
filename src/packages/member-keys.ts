import { combine, split } from 'shamir-secret-sharing';
import { z } from 'zod';
import { assert, assertDefined } from '../domain/assert.ts';
import { err, ok, type Result } from '../domain/result.ts';
import { createDeviceSeed, type DeviceKey, deviceKeyFromSeed, SEED_BYTES } from '../ledger/device-key.ts';
import { ED25519, encodeVerifierKey } from '../ledger/notes/signed-note.ts';
import { randomKey } from '../store/keys.ts';
import { type Argon2Cost, openWithPin, PIN_COST, pinSealedSchema, sealWithPin } from '../store/unlock.ts';
import { createAgeKeys, isAgeIdentity } from './age-sealing.ts';
import { type CommissionFile, parseJson } from './commission.ts';

/**
 * The key file of one member of the central commission: a signing key and a share of the recovery key, sealed
 * under a passphrase (Argon2id). The salt beside it is no secret: the file belongs on the member's own stick.
 */
const memberFileSchema = z.strictObject({
  version: z.literal(1),
  id: z.string().min(1).max(40),
  key: z.string().min(1).max(200),
  pepper: z.base64().regex(/^[^=]{43}=$/),
  sealed: pinSealedSchema,
});
export type MemberKeyFile = z.infer<typeof memberFileSchema>;

export interface MemberKeys {
  readonly id: string;
  /** The name in this member's signature lines. */
  readonly name: string;
  readonly signing: DeviceKey;
  /** 32 bytes; a worker that signs makes the key from it again. */
  readonly seed: Uint8Array;
  readonly recoveryShare: Uint8Array;
}

export interface CommissionCeremony {
  readonly commission: CommissionFile;
  readonly members: readonly MemberKeyFile[];
}

export const SHORTEST_PASSPHRASE = 12;

/** Draws every key of an election's central commission, at one table. The recovery key is kept by nobody. */
export async function holdCeremony(options: {
  /** Prefix of the keys' names: `tizme.example/2027-president`. */
  readonly origin: string;
  readonly members: readonly { readonly id: string; readonly passphrase: string }[];
  readonly threshold?: number;
  readonly cost?: Argon2Cost;
}): Promise<CommissionCeremony> {
  const { origin, members, threshold = 2, cost = PIN_COST } = options;
  assert(members.length >= threshold, 'there are enough members for the threshold');
  const recovery = await createAgeKeys();
  const shares = await split(new TextEncoder().encode(recovery.identity), members.length, threshold);
  const files: MemberKeyFile[] = [];
  for (const [index, { id, passphrase }] of members.entries()) {
    const share = assertDefined(shares[index], 'a share for each member');
    const seed = createDeviceSeed();
    const key = encodeVerifierKey({
      name: `${origin}/${id}`,
      type: ED25519,
      publicKey: deviceKeyFromSeed(seed).publicKey,
    });
    const pepper = randomKey();
    const plain = Buffer.concat([seed, share]);
    const member = { id, pin: passphrase };
    const sealed = await sealWithPin({ member, deviceSecret: pepper, plain, argon2: cost });
    for (const secret of [seed, share, plain]) secret.fill(0);
    files.push({ version: 1, id, key, pepper: Buffer.from(pepper).toString('base64'), sealed });
  }
  return {
    commission: {
      version: 1,
      threshold,
      members: files.map(({ id, key }) => ({ id, key })),
      recovery: recovery.recipient,
    },
    members: files,
  };
}

export async function openMemberKeys(
  text: string,
  passphrase: string,
): Promise<Result<MemberKeys, 'member-key-malformed' | 'wrong-passphrase'>> {
  const parsed = memberFileSchema.safeParse(parseJson(text));
  if (!parsed.success) return err('member-key-malformed');
  const { id, key, pepper, sealed } = parsed.data;
  const deviceSecret = new Uint8Array(Buffer.from(pepper, 'base64'));
  if (sealed.memberId !== id || deviceSecret.length !== SEED_BYTES) return err('member-key-malformed');
  const plain = await openWithPin(sealed, { pin: passphrase, deviceSecret });
  if (!plain.ok) return err('wrong-passphrase');
  const seed = plain.value.slice(0, SEED_BYTES);
  const name = key.slice(0, key.indexOf('+'));
  const recoveryShare = plain.value.slice(SEED_BYTES);
  return ok({ id, name, signing: deviceKeyFromSeed(seed), seed, recoveryShare });
}

/** The key that opens every package of the election, from the shares of enough members. */
export async function combineRecovery(
  shares: readonly Uint8Array[],
): Promise<Result<string, 'recovery-needs-more'>> {
  if (shares.length < 2) return err('recovery-needs-more');
  try {
    const identity = Buffer.from(await combine([...shares])).toString('latin1');
    // Shares carry no check of their own: too few, or one from another election, give noise.
    return isAgeIdentity(identity) ? ok(identity) : err('recovery-needs-more');
  } catch {
    return err('recovery-needs-more');
  }
}
