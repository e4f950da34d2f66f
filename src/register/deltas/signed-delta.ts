import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { z } from 'zod';
import { err, ok, type Result } from '../../domain/result.ts';
import { encodeDelta, type ListDelta, listDeltaSchema } from './list-delta.ts';

/**
 * Who may change a list: Ed25519 public keys (RFC 8032; 32 bytes, base64), and how many of them have to sign. It comes
 * with the package.
 */
export const authoritySchema = z.strictObject({
  format: z.literal('tizme-authority-v1'),
  threshold: z.int().min(1),
  keys: z
    .array(z.base64().regex(/^[^=]{43}=$/))
    .min(1)
    .max(20),
});
export type Authority = z.infer<typeof authoritySchema>;

const signedSchema = z.strictObject({
  format: z.literal('tizme-signed-delta-v1'),
  /** The delta's bytes in base64, as they were signed. */
  delta: z.base64().max(400_000_000),
  signatures: z
    .array(z.strictObject({ key: z.base64().regex(/^[^=]{43}=$/), signature: z.base64().length(88) }))
    .min(1)
    .max(20),
});

export type SignedDeltaError =
  | { readonly code: 'delta-malformed' }
  /** Too few of the authority's keys have signed these bytes. */
  | { readonly code: 'delta-not-signed'; readonly found: number; readonly needed: number };

/** What is signed is set apart from all else that the same keys sign. */
const PREFIX = new TextEncoder().encode('tizme list delta v1\0');

/**
 * The file of a signed delta.
 * @param seeds of the signing keys, 32 bytes each
 */
export function signDelta(delta: ListDelta, seeds: readonly Uint8Array[]): string {
  const bytes = encodeDelta(delta);
  const signatures = seeds.map((seed) => {
    const key = privateKey(seed);
    return {
      key: publicKeyOf(key),
      signature: sign(null, Buffer.concat([PREFIX, bytes]), key).toString('base64'),
    };
  });
  const signed = {
    format: 'tizme-signed-delta-v1',
    delta: Buffer.from(bytes).toString('base64'),
    signatures,
  };
  return `${JSON.stringify(signed)}\n`;
}

/** The delta of a file, if enough of the authority's keys signed it, and the bytes that they signed. */
export function openSignedDelta(
  file: string,
  authority: Authority,
): Result<{ readonly delta: ListDelta; readonly bytes: Uint8Array }, SignedDeltaError> {
  const signed = parseJson(file, signedSchema);
  if (signed === null) return err({ code: 'delta-malformed' });
  const bytes = new Uint8Array(Buffer.from(signed.delta, 'base64'));
  const message = Buffer.concat([PREFIX, bytes]);
  const signers = new Set(
    signed.signatures
      .filter(({ key }) => authority.keys.includes(key))
      .filter(({ key, signature }) => isSignature(key, message, signature))
      .map(({ key }) => key),
  );
  if (signers.size < authority.threshold)
    return err({ code: 'delta-not-signed', found: signers.size, needed: authority.threshold });
  const delta = parseJson(new TextDecoder().decode(bytes), listDeltaSchema);
  return delta === null ? err({ code: 'delta-malformed' }) : ok({ delta, bytes });
}

/** The public key of a signing seed, as an authority lists it. */
export function authorityKey(seed: Uint8Array): string {
  return publicKeyOf(privateKey(seed));
}

function isSignature(key: string, message: Uint8Array, signature: string): boolean {
  try {
    const raw = Buffer.from(key, 'base64');
    const publicKey = createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') },
      format: 'jwk',
    });
    return verify(null, message, publicKey, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}

/** PKCS #8 of an Ed25519 seed (RFC 8410, section 7). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

function privateKey(seed: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
}

function publicKeyOf(key: KeyObject): string {
  const { x } = createPublicKey(key).export({ format: 'jwk' });
  return Buffer.from(x ?? '', 'base64url').toString('base64');
}

function parseJson<T>(text: string, schema: z.ZodType<T>): T | null {
  try {
    const parsed = schema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
