import { z } from 'zod';
import { SIGNATURE_BYTES } from '../../ledger/device-key.ts';
import type { LedgerIdentity } from '../../ledger/event.ts';
import { AGE_RECIPIENT } from '../../store/age-sealing.ts';

/**
 * One sealed record of one voter of another station, asked for by an unlocked lane. The question names nobody: it
 * holds the place of the record, which only both numbers of a document give under a key of the stations. It is signed by
 * the lane, and the answer is sealed to a key that this question alone brought.
 */
export const LONGEST_QUESTION = 2_048;

export function visitorPath(device: string): string {
  return `/v1/devices/${encodeURIComponent(device)}/visitor`;
}

const bytes = (length: number) =>
  z
    .base64()
    .transform((text): Uint8Array => new Uint8Array(Buffer.from(text, 'base64')))
    .refine((one) => one.length === length);

export const visitorQuestionSchema = z.strictObject({
  version: z.literal(1),
  /** Drawn for this question; on record at both ends. */
  id: z.string().regex(/^[0-9a-f]{32}$/),
  locator: bytes(16),
  /** Whom the answer is sealed to. */
  recipient: z.string().regex(AGE_RECIPIENT),
  signature: bytes(SIGNATURE_BYTES),
});
export type VisitorQuestion = z.infer<typeof visitorQuestionSchema>;

/** What the lane signs. JSON keeps the parts apart whatever characters they have. */
export function questionText(
  { election, station, device, mock }: LedgerIdentity,
  { id, locator, recipient }: Omit<VisitorQuestion, 'signature' | 'version'>,
): Uint8Array {
  const place = Buffer.from(locator).toString('base64');
  return Buffer.from(
    JSON.stringify(['tizme visitor question v1', election, station, device, mock, id, place, recipient]),
    'utf8',
  );
}

export const VISITOR_REFUSALS = [
  /** The centre has no records, or visitors may not be identified at this station. */
  'not-allowed',
  /** Of the voter's own district: there only the home station identifies. */
  'own-district',
  'unknown-device',
  'bad-signature',
  /** This very question was answered before. */
  'asked-before',
  'other-election',
] as const;
export type VisitorRefusal = (typeof VISITOR_REFUSALS)[number];

export const visitorAnswerSchema = z.discriminatedUnion('status', [
  /** An age file: the centre's half of the key (32 bytes), and the record. */
  z.object({ status: z.literal('found'), sealed: z.base64().max(2 << 20) }),
  z.object({ status: z.literal('nobody') }),
  z.object({ status: z.literal('refused'), code: z.string() }),
  z.object({ status: z.literal('busy') }),
]);
export type VisitorAnswer = z.infer<typeof visitorAnswerSchema>;

export const RELEASE_BYTES = 32;
