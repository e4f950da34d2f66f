import { z } from 'zod';
import { assert } from '../domain/assert.ts';
import { isIdentifier } from './event.ts';

/**
 * The files of an export. Everything is text that needs no program of ours: JSON lines with the exact bytes in
 * base64, the key as PEM and for minisign, SHA-256 sums as `sha256sum -c` reads them, a raw Ed25519 signature of the
 * manifest, and a minisign signature of the sums.
 */
export const EVENTS_FILE = 'events.jsonl';
export const HEADS_FILE = 'heads.jsonl';
export const CHECKPOINT_FILE = 'checkpoint.txt';
export const KEY_FILE = 'public-key.pem';
export const TRAINING_FILE = 'TRAINING.txt';
export const MANIFEST_FILE = 'manifest.json';
export const SIGNATURE_FILE = 'manifest.json.sig';
export const SUMS_FILE = 'SHA256SUMS';
/** The key again, and a signature over the sums, as `minisign -V` reads them. */
export const MINISIGN_KEY_FILE = 'minisign.pub';
export const MINISIGN_FILE = 'SHA256SUMS.minisig';
/** The newest checkpoint that other lanes or the centre countersigned; only where there is one. */
export const COSIGNED_FILE = 'cosigned.txt';

/** How everything of a mock election is marked. */
export const TRAINING_MARK = 'МАШЫГУУ / ТРЕНИРОВКА / TRAINING';

/** public: what observers may have. full: with the centre and private parts, for the commission and the courts. */
export const EXPORT_LEVELS = ['public', 'full'] as const;
export type ExportLevel = (typeof EXPORT_LEVELS)[number];

const identifier = z.string().refine(isIdentifier);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const place = { epoch: z.int().min(1), seq: z.int().min(1) };

export const manifestSchema = z.strictObject({
  format: z.literal('tizme-ledger-export'),
  v: z.literal(1),
  level: z.enum(EXPORT_LEVELS),
  training: z.literal(TRAINING_MARK).nullable(),
  election: identifier,
  station: identifier,
  device: identifier,
  /** 32 bytes, base64. */
  publicKey: z.base64(),
  events: z.int().min(0),
  files: z.record(z.string(), sha256),
});
export type Manifest = z.infer<typeof manifestSchema>;

const saltedPart = z.strictObject({ salt: z.base64(), bytes: z.base64() });

/** One line of the events file. `hash` is hex; `centre` and `private` are absent in a public export, null once erased. */
export const eventLineSchema = z.strictObject({
  ...place,
  hash: sha256,
  public: z.base64(),
  centre: saltedPart.nullable().optional(),
  private: saltedPart.nullable().optional(),
});
export type EventLine = z.infer<typeof eventLineSchema>;

export const headLineSchema = z.strictObject({ ...place, hash: sha256, signature: z.base64() });
export type HeadLine = z.infer<typeof headLineSchema>;

export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

export function fromBase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64'));
}

export function fromHex(text: string): Uint8Array {
  assert(text.length % 2 === 0, 'hex digits come in pairs');
  return new Uint8Array(Buffer.from(text, 'hex'));
}
