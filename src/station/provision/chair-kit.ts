import { z } from 'zod';
import { err, ok, type Result } from '../../domain/result.ts';
import { isOfCommission } from '../../domain/roles.ts';
import { parseJson } from '../../packages/commission.ts';
import type { PeoplePart } from '../../packages/election-part.ts';
import { deriveKey, openRecord, randomKey, sealRecord } from '../../store/keys.ts';
import { type Argon2Cost, openWithPin, PIN_COST, pinSealedSchema, sealWithPin } from '../../store/unlock.ts';

/**
 * What lies on the chair's stick beside the package, so that a spare can become a lane with no other laptop alive and
 * no network: the package's key, for a member's PIN together with the code of an envelope from the safe. The PIN is
 * sealed under what the envelope opens, and the envelope has twelve digits: whoever finds the stick can't begin to
 * guess a PIN.
 */
const kitSchema = z.strictObject({
  version: z.literal(1),
  electionId: z.string(),
  station: z.int(),
  packageVersion: z.int(),
  /** No secret: makes every kit's guesses its own. */
  pepper: z.base64().regex(/^[^=]{43}=$/),
  envelopes: z.array(pinSealedSchema).min(1),
  members: z.array(pinSealedSchema).min(1),
  sealedKey: z.base64(),
});
export type ChairKit = z.infer<typeof kitSchema>;

export const KIT_FILE = 'chair-kit.json';

export async function makeChairKit(options: {
  readonly electionId: string;
  readonly station: number;
  readonly packageVersion: number;
  readonly packageKey: string;
  readonly people: PeoplePart;
  readonly cost?: Argon2Cost;
}): Promise<ChairKit> {
  const { electionId, station, packageVersion, packageKey, people, cost = PIN_COST } = options;
  const [pepper, envelopeSecret, memberSecret] = [randomKey(), randomKey(), randomKey()];
  const envelopes = [];
  for (const { id, code } of people.envelopes)
    envelopes.push(
      await sealWithPin({
        member: { id, pin: code },
        deviceSecret: pepper,
        plain: envelopeSecret,
        argon2: cost,
      }),
    );
  const members = [];
  for (const { id, role, pin } of people.people) {
    if (!isOfCommission(role)) continue;
    members.push(
      await sealWithPin({
        member: { id, pin },
        deviceSecret: envelopeSecret,
        plain: memberSecret,
        argon2: cost,
      }),
    );
  }
  const key = kitKey(envelopeSecret, memberSecret);
  const sealedKey = sealRecord(key, Buffer.from(packageKey, 'latin1'), purpose(electionId, station));
  for (const secret of [envelopeSecret, memberSecret, key]) secret.fill(0);
  const base64 = (value: Uint8Array): string => Buffer.from(value).toString('base64');
  return {
    version: 1,
    ...{ electionId, station, packageVersion, envelopes, members },
    pepper: base64(pepper),
    sealedKey: base64(sealedKey),
  };
}

export function parseChairKit(text: string): Result<ChairKit, 'kit-damaged'> {
  const parsed = kitSchema.safeParse(parseJson(text));
  return parsed.success ? ok(parsed.data) : err('kit-damaged');
}

export type KitRefusal = {
  readonly code: 'unknown-envelope' | 'wrong-code' | 'unknown-member' | 'wrong-pin' | 'kit-damaged';
};

/** The package's key, for one envelope and one member. */
export async function openChairKit(
  kit: ChairKit,
  envelope: { readonly id: string; readonly code: string },
  member: { readonly id: string; readonly pin: string },
): Promise<Result<string, KitRefusal>> {
  const sealedEnvelope = kit.envelopes.find(({ memberId }) => memberId === envelope.id);
  const sealedMember = kit.members.find(({ memberId }) => memberId === member.id);
  if (sealedEnvelope === undefined) return err({ code: 'unknown-envelope' });
  if (sealedMember === undefined) return err({ code: 'unknown-member' });
  const deviceSecret = new Uint8Array(Buffer.from(kit.pepper, 'base64'));
  const envelopeSecret = await openWithPin(sealedEnvelope, {
    pin: envelope.code.replaceAll(/\D/g, ''),
    deviceSecret,
  });
  if (!envelopeSecret.ok) return err({ code: 'wrong-code' });
  const memberSecret = await openWithPin(sealedMember, {
    pin: member.pin,
    deviceSecret: envelopeSecret.value,
  });
  if (!memberSecret.ok) return err({ code: 'wrong-pin' });
  const key = kitKey(envelopeSecret.value, memberSecret.value);
  const sealed = new Uint8Array(Buffer.from(kit.sealedKey, 'base64'));
  const opened = openRecord(key, sealed, purpose(kit.electionId, kit.station));
  for (const secret of [envelopeSecret.value, memberSecret.value, key]) secret.fill(0);
  return opened.ok ? ok(Buffer.from(opened.value).toString('latin1')) : err({ code: 'kit-damaged' });
}

function kitKey(envelopeSecret: Uint8Array, memberSecret: Uint8Array): Uint8Array {
  return deriveKey({
    secret: Buffer.concat([envelopeSecret, memberSecret]),
    info: 'tizme chair kit v1',
  });
}

function purpose(electionId: string, station: number): Uint8Array {
  return Buffer.from(JSON.stringify(['tizme chair kit v1', electionId, station]), 'utf8');
}
