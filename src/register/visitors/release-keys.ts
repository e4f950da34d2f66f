import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { err, ok, type Result } from '../../domain/result.ts';
import { ageKeysFromSecret, isAgeIdentity } from '../../store/age-sealing.ts';
import { deriveKey } from '../../store/keys.ts';

/** What the centre alone has: its half of each record's key, and what opens claims. */
export interface ReleaseKeys {
  readonly release: Uint8Array;
  /** `AGE-SECRET-KEY-...` */
  readonly claims: string;
}

const fileSchema = z.strictObject({
  version: z.literal(1),
  electionId: z.string().min(1).max(300),
  release: z.base64().regex(/^[^=]{43}=$/),
  claims: z.string().refine(isAgeIdentity),
});

/** @param secret What the election's packages draw from. */
export async function releaseKeysFrom(
  secret: Uint8Array,
): Promise<ReleaseKeys & { readonly recipient: string }> {
  const claims = deriveKey({ secret, info: 'tizme visitor claims v1' });
  const { identity, recipient } = await ageKeysFromSecret(claims);
  claims.fill(0);
  return {
    release: deriveKey({ secret, info: 'tizme visitor release key v1' }),
    claims: identity,
    recipient,
  };
}

/** A file of its own, for the centre's machine; it travels apart from the records. */
export function writeReleaseKeys(file: string, electionId: string, { release, claims }: ReleaseKeys): void {
  const content = { version: 1, electionId, release: Buffer.from(release).toString('base64'), claims };
  writeFileSync(file, `${JSON.stringify(content)}\n`, { mode: 0o600, flush: true });
}

export function readReleaseKeys(
  file: string,
): Result<ReleaseKeys & { readonly electionId: string }, 'release-key-unreadable'> {
  try {
    const { electionId, release, claims } = fileSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    return ok({ electionId, release: new Uint8Array(Buffer.from(release, 'base64')), claims });
  } catch {
    return err('release-key-unreadable');
  }
}
