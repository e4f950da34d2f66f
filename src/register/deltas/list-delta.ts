import { createHash } from 'node:crypto';
import { z } from 'zod';

/**
 * A list delta: changes of one register after it was made, numbered without gaps from 1. Each names the one before
 * it by its hash, the first the content hash of the register itself, so that nothing can be left out or
 * put between. What travels is a signed note around these bytes (`signed-delta.ts`); it holds personal data, and
 * whoever carries it seals it as a package is sealed.
 */
const text = z.string().min(1).max(300);
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const wholeNumber = z.int().min(0).max(1_000_000);
/** Numbers of the requests in the order in which the authority took them, the whole country through. */
const request = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
const personalNumber = z.string().regex(/^[0-9]{14}$/);

const voter = z.strictObject({
  id: text,
  listNumber: z.int().min(1).max(1_000_000),
  personalNumber,
  name: z.strictObject({ surname: text.nullable(), given: text, patronymic: text.nullable() }),
  birthDate: day,
  sex: z.enum(['female', 'male']),
  address: text,
  stationNumber: wholeNumber,
  districtNumber: wholeNumber,
  standing: z.enum(['active', 'struck-off', 'moved', 'voted-at-home']),
  ballotStyles: z.array(text).max(20),
  documents: z
    .array(
      z.strictObject({
        kind: z.enum(['id-card', 'passport']),
        number: z.string().regex(/^[A-Z]{2}[0-9]{7}$/),
        expires: day,
        current: z.boolean(),
      }),
    )
    .max(20),
  hasFingerprints: z.boolean(),
  changes: z.array(z.enum(['new-name', 'new-document'])).max(2),
});

const template = z.strictObject({
  position: z.int().min(0).max(10),
  source: z.enum(['enrolled', 'drawn', 'generated', 'scanned']),
  record: z.base64().max(100_000),
});

const change = z.discriminatedUnion('op', [
  /** The whole record of a voter, new in this list or in place of the one that is there. */
  z.strictObject({
    op: z.literal('put'),
    request,
    voter,
    photo: z.base64().max(2_000_000).nullable(),
    templates: z.array(template).max(11),
    /**
     * The token that the authority drew for a voter who is new in this list, sealed to the package's key; whoever
     * carries the delta can't read it (src/packages/changes/change-token.ts).
     */
    participation: z.base64().max(4_000).exactOptional(),
  }),
  /** Taken to another station. In a national register the voter gets a number in that station's list. */
  z.strictObject({
    op: z.literal('move'),
    request,
    personalNumber,
    stationNumber: wholeNumber,
    districtNumber: wholeNumber,
    listNumber: z.int().min(1).max(1_000_000).nullable(),
  }),
  /** Struck off, put back, or voted at home. `active` brings a voter who had moved back to this list. */
  z.strictObject({
    op: z.literal('standing'),
    request,
    personalNumber,
    standing: z.enum(['active', 'struck-off', 'voted-at-home']),
  }),
]);
export type ListChange = z.infer<typeof change>;

/** What an authority writes down before it is signed. */
export const listChangesSchema = z.array(change).max(1_000_000);

export const listDeltaSchema = z.strictObject({
  format: z.literal('tizme-list-delta-v1'),
  electionId: text,
  mock: z.boolean(),
  /** 0 for the national register. */
  stationNumber: wholeNumber,
  sequence: z.int().min(1),
  /** SHA-256 of the delta before, or the content hash of the register for the first; hexadecimal. */
  previous: z.string().regex(/^[0-9a-f]{64}$/),
  /** Content hash of the register afterwards, where the authority has the same register; hexadecimal. */
  contentHash: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
  changes: listChangesSchema,
});
export type ListDelta = z.infer<typeof listDeltaSchema>;

/** The bytes that are signed. */
export function encodeDelta(delta: ListDelta): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(delta));
}

export function deltaSha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(bytes).digest());
}
