import { z } from 'zod';
import { procedureSchema } from '../domain/procedure.ts';
import { ROLES } from '../domain/roles.ts';
import { authoritySchema } from '../register/deltas/signed-delta.ts';
import { AGE_RECIPIENT } from './age-sealing.ts';

/** What else a station needs than its list. */
export const electionPartSchema = z.strictObject({
  version: z.literal(1),
  procedure: procedureSchema,
  /** Country certificates (DER, base64) that documents may be signed under. */
  trustedCertificates: z.array(z.base64().max(16_384)).max(500),
  /** The centre; null for an election without one. */
  collector: z
    .strictObject({
      /** Where the logs are uploaded to; null: they travel on sticks alone. */
      url: z.url().max(2_000).nullable(),
      /** Verifies its receipts: Ed25519, 32 bytes in base64. */
      key: z
        .base64()
        .regex(/^[^=]{43}=$/)
        .nullable(),
      /** Opens what comes on sticks; packages of before it was named have none, and then nothing goes on one. */
      recipient: z.string().regex(AGE_RECIPIENT).nullable().default(null),
    })
    .nullable(),
  /** Opens entries of the shared national index; null where the election has none. */
  nationalIndex: z.strictObject({ key: z.base64().regex(/^[^=]{43}=$/) }).nullable(),
  /** Age recipients of the members who can read the journal on the stick. */
  journalRecipients: z.array(z.string().regex(AGE_RECIPIENT)).max(16),
  /** Who may change the list afterwards; absent in packages of an older program: the commission that signed it. */
  changes: authoritySchema.exactOptional(),
});
export type ElectionPart = z.infer<typeof electionPartSchema>;

export const peoplePartSchema = z.strictObject({
  version: z.literal(1),
  people: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[a-z0-9-]{1,40}$/),
        name: z.string().min(1).max(200),
        role: z.enum(ROLES),
        /** The first one, as it stands in the person's letter. */
        pin: z.string().min(4).max(40),
      }),
    )
    .min(2)
    .max(60),
  /** Codes of the sealed envelopes, twelve digits: each opens a share that belongs to nobody present. */
  envelopes: z
    .array(
      z.strictObject({ id: z.string().regex(/^envelope-[0-9]{1,2}$/), code: z.string().regex(/^\d{12}$/) }),
    )
    .max(4),
});
export type PeoplePart = z.infer<typeof peoplePartSchema>;

export const keysPartSchema = z.strictObject({
  version: z.literal(1),
  /** The age identity that opens the other parts. */
  identity: z.string(),
});
