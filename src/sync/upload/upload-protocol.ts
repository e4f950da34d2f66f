import { z } from 'zod';
import { PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from '../../ledger/device-key.ts';
import { HASH_BYTES } from '../../ledger/event.ts';

/**
 * The words between a station and the collector. A range goes as the deterministic CBOR of
 * `encodeUploadRange`; answers are JSON. The collector's `next` decides where to go on (as the offset of
 * resumable uploads does, draft-ietf-httpbis-resumable-upload); the range itself is what makes a repetition
 * harmless.
 */
export const RANGE_CONTENT_TYPE = 'application/cbor';
export const MOST_BODY_BYTES = 1024 * 1024;

/** The device's public key in base64. Only a mock collector believes it, and only the first time. */
export const DEVICE_KEY_HEADER = 'tizme-device-key';

/**
 * How many events wait to be sent, this range among them. A collector under a herd turns a device away when it asks
 * for `next`, before it sends a body in vain, and keeps a place for one that has more to send.
 */
export const PENDING_HEADER = 'tizme-pending-events';

/**
 * Where the centre countersigns checkpoints as a witness (https://c2sp.org/tlog-witness): the body is a proof and a
 * note, the answer a line to put below it; 409 with a size says where the proof has to begin.
 */
export const ADD_CHECKPOINT_PATH = '/v1/witness/add-checkpoint';
export const ADD_CHECKPOINT_TYPE = 'text/plain';
export const CHECKPOINT_SIZE_TYPE = 'text/x.tlog.size';

/**
 * The device's signature over the request, in base64. A witness doesn't need it to sign; with it, a proof that doesn't
 * hold is the device's own word against its earlier one, and not what a stranger made of a photographed checkpoint.
 */
export const DEVICE_SIGNATURE_HEADER = 'tizme-device-signature';

/** What that signature is over. */
export function offeredCheckpointText(request: string): Uint8Array {
  return Buffer.from(`tizme checkpoint offered v1\n${request}`, 'utf8');
}

/** 0 for anything but a number. */
export function decodePending(header: unknown): number {
  return typeof header === 'string' && /^\d{1,9}$/.test(header) ? Number(header) : 0;
}

export function eventsPath(device: string): string {
  return `/v1/devices/${encodeURIComponent(device)}/events`;
}

export function nextPath(device: string): string {
  return `/v1/devices/${encodeURIComponent(device)}/next`;
}

const placeSchema = z.object({ epoch: z.int().min(1), seq: z.int().min(1) });

const bytesSchema = (length: number) =>
  z
    .base64()
    .transform((text) => new Uint8Array(Buffer.from(text, 'base64')))
    .refine((bytes) => bytes.length === length);

/** What the collector says to a range. A field that is not known here is passed over. */
export const uploadAnswerSchema = z.discriminatedUnion('status', [
  /** On its disk, now or before; `receipt` covers everything up to `through`. */
  z.object({ status: z.literal('accepted'), through: placeSchema, receipt: bytesSchema(SIGNATURE_BYTES) }),
  /** Kept aside as it came, and not counted: it is not what the device signed, or contradicts what it signed. */
  z.object({ status: z.literal('quarantined'), through: placeSchema, faults: z.array(z.string()) }),
  /** It lacks what comes before; `next` is the first event that it wants, null the very first there is. */
  z.object({ status: z.literal('gap'), next: placeSchema.nullable() }),
  z.object({ status: z.literal('refused'), code: z.string() }),
  z.object({ status: z.literal('busy') }),
]);
export type UploadAnswer = z.infer<typeof uploadAnswerSchema>;

/** What the collector has of a device: the last event of its newest epoch. */
export const nextAnswerSchema = z.object({
  last: placeSchema.extend({ hash: bytesSchema(HASH_BYTES) }).nullable(),
});
/** Before it tells, the collector wants this signed (src/ledger/device-proof.ts). */
export const proveAnswerSchema = z.object({
  status: z.literal('prove'),
  challenge: z.string().regex(/^[\w.-]{1,200}$/),
});
export type NextAnswer = z.infer<typeof nextAnswerSchema>;

/** The answer to a collector's challenge: both, the signature in base64url. */
export const PROOF_HEADER = 'tizme-proof';
const PROOF = /^([\w.-]{1,200}):([\w-]{86})$/;

export interface DeviceProof {
  readonly challenge: string;
  /** 64 bytes. */
  readonly signature: Uint8Array;
}

export function encodeProof({ challenge, signature }: DeviceProof): string {
  return `${challenge}:${Buffer.from(signature).toString('base64url')}`;
}

/** Null for anything but a proof. */
export function decodeProof(header: unknown): DeviceProof | null {
  const [, challenge, signature] = (typeof header === 'string' ? PROOF.exec(header) : null) ?? [];
  if (challenge === undefined || signature === undefined) return null;
  return { challenge, signature: new Uint8Array(Buffer.from(signature, 'base64url')) };
}

export function encodeDeviceKey(publicKey: Uint8Array): string {
  return Buffer.from(publicKey).toString('base64');
}

const deviceKeySchema = bytesSchema(PUBLIC_KEY_BYTES);

/** Null for anything but the base64 of 32 bytes. */
export function decodeDeviceKey(header: unknown): Uint8Array | null {
  const parsed = deviceKeySchema.safeParse(header);
  return parsed.success ? parsed.data : null;
}

const deviceSignatureSchema = bytesSchema(SIGNATURE_BYTES);

/** Null for anything but the base64 of 64 bytes. */
export function decodeDeviceSignature(header: unknown): Uint8Array | null {
  const parsed = deviceSignatureSchema.safeParse(header);
  return parsed.success ? parsed.data : null;
}
