import { z } from 'zod';
import { type CborRecord, decodeCanonical, encodeCanonical } from '../../ledger/canonical.ts';
import { laneRosterSchema, rosterLaneSchema } from '../lanes/transport/lane-roster.ts';

/** What a spare and the table that lets it in say to each other: deterministic CBOR, four bytes of length before each. */

export const SPARE_PROTOCOL = 2;
const LENGTH_BYTES = 4;
/** Before anybody has proven anything. */
export const LONGEST_KNOCK = 8 * 1024;
export const PIECE_BYTES = 1024 * 1024;
export const LONGEST_MESSAGE = PIECE_BYTES + 64 * 1024;

/** The spare's keys, public halves; which lane it becomes two people at the table have said. */
const spareKeysSchema = rosterLaneSchema.omit({ lane: true, address: true, receiptsFrom: true });
export type SpareKeys = z.infer<typeof spareKeysSchema>;

const offeredFileSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,99}$/),
  bytes: z
    .int()
    .min(1)
    .max(1024 ** 3),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type OfferedFile = z.infer<typeof offeredFileSchema>;

/** What the table hands over with the files: public but for the key of the package's parts. */
export const spareOfferSchema = z.strictObject({
  electionId: z.string().min(1).max(100),
  mock: z.boolean(),
  station: z.int().min(1),
  lane: z.int().min(1).max(10),
  /** The table that lets it in. */
  table: z.int().min(1).max(10),
  /** Who let it in. */
  people: z.array(z.string().min(1).max(60)).length(2),
  roster: laneRosterSchema,
  /** After which number the spare's receipts begin. */
  receiptsFrom: z.int().min(10_000).max(9_999_999),
  /** The commission as this table knows it, whose members sign packages. */
  commission: z.string().max(65_536),
  packageKey: z.string().max(200),
  /** Changes of the list since the package, as they were signed, oldest first. */
  deltas: z.number().int().min(0).max(1_000),
  files: z.array(offeredFileSchema).min(1).max(1_010),
});
export type SpareOffer = z.infer<typeof spareOfferSchema>;

const bytes32 = z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length === 32);
const json = <T extends z.ZodType>(schema: T) =>
  z
    .string()
    .max(1_000_000)
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.addIssue({ code: 'custom', message: 'no JSON' });
        return z.NEVER;
      }
    })
    .pipe(schema);

const messageSchema = z.discriminatedUnion('type', [
  /** The spare, first. */
  z.strictObject({
    type: z.literal('knock'),
    protocol: z.int(),
    version: z.string().max(64),
    proof: bytes32,
    keys: json(spareKeysSchema),
  }),
  /** The spare, first, where people compare what both screens show; its number comes after the table's. */
  z.strictObject({
    type: z.literal('meet'),
    protocol: z.int(),
    version: z.string().max(64),
    commitment: bytes32,
    keys: json(spareKeysSchema),
  }),
  z.strictObject({ type: z.literal('number'), nonce: bytes32 }),
  /** At the spare, people say that both screens show the same. */
  z.strictObject({ type: z.literal('same') }),
  /** `proof`: of the code; people who compared need none. */
  z.strictObject({ type: z.literal('offer'), proof: bytes32.optional(), offer: json(spareOfferSchema) }),
  z.strictObject({
    type: z.literal('fetch'),
    name: z.string().max(100),
    at: z
      .int()
      .min(0)
      .max(1024 ** 3),
  }),
  z.strictObject({
    type: z.literal('piece'),
    bytes: z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length <= PIECE_BYTES),
  }),
  /** The spare has everything, verified and on its disk: now it counts. */
  z.strictObject({ type: z.literal('ready') }),
  z.strictObject({ type: z.literal('admitted') }),
  z.strictObject({ type: z.literal('refused'), code: z.string().max(60) }),
]);
export type SpareMessage = z.infer<typeof messageSchema>;

export function encodeSpareMessage(message: SpareMessage): Uint8Array {
  const body = encodeCanonical(fieldsOf(message));
  const bytes = new Uint8Array(LENGTH_BYTES + body.length);
  new DataView(bytes.buffer).setUint32(0, body.length);
  bytes.set(body, LENGTH_BYTES);
  return bytes;
}

function fieldsOf(message: SpareMessage): CborRecord {
  switch (message.type) {
    case 'knock':
    case 'meet':
      return { ...message, keys: JSON.stringify(message.keys) };
    case 'offer': {
      const { type, proof, offer } = message;
      return { type, offer: JSON.stringify(offer), ...(proof === undefined ? {} : { proof }) };
    }
    default:
      return { ...message };
  }
}

/** Null where it is none of them to the letter. */
export function decodeSpareMessage(body: Uint8Array): SpareMessage | null {
  const decoded = decodeCanonical(body);
  const parsed = decoded.ok ? messageSchema.safeParse(decoded.value) : null;
  return parsed?.success === true ? parsed.data : null;
}
