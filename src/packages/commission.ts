import { z } from 'zod';
import { err, ok, type Result } from '../domain/result.ts';
import { ED25519, type NoteVerifier, parseVerifierKey } from '../ledger/notes/signed-note.ts';
import type { Authority } from '../register/deltas/signed-delta.ts';
import { AGE_RECIPIENT } from './age-sealing.ts';

/**
 * Whom a laptop believes: the keys of the central commission's members, how many of them have to sign, and the
 * recipient that as many of them open together. Installed once, when the laptop is enrolled; nothing in it is secret.
 */
const commissionSchema = z.strictObject({
  version: z.literal(1),
  threshold: z.int().min(2).max(9),
  members: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[a-z0-9-]{1,40}$/),
        /** `name+key id+base64`, as C2SP signed-note publishes a key. */
        key: z.string().min(1).max(200),
      }),
    )
    .min(2)
    .max(9),
  /** Opens every package of the election; its secret exists only in the members' shares. */
  recovery: z.string().regex(AGE_RECIPIENT),
});

export interface Commission {
  readonly threshold: number;
  readonly members: readonly { readonly id: string; readonly verifier: NoteVerifier }[];
  readonly recovery: string;
}

export type CommissionFile = z.infer<typeof commissionSchema>;

export function parseCommission(text: string): Result<Commission, 'commission-malformed'> {
  const json = parseJson(text);
  const parsed = commissionSchema.safeParse(json);
  if (!parsed.success) return err('commission-malformed');
  const { threshold, members, recovery } = parsed.data;
  const verifiers = [];
  for (const { id, key } of members) {
    const verifier = parseVerifierKey(key);
    if (!verifier.ok || verifier.value.type !== ED25519) return err('commission-malformed');
    verifiers.push({ id, verifier: verifier.value });
  }
  const isDistinct =
    new Set(verifiers.map(({ id }) => id)).size === members.length &&
    new Set(verifiers.map(({ verifier }) => verifier.name)).size === members.length &&
    new Set(verifiers.map(({ verifier }) => Buffer.from(verifier.publicKey).toString('hex'))).size ===
      members.length;
  if (!isDistinct || threshold > members.length) return err('commission-malformed');
  return ok({ threshold, members: verifiers, recovery });
}

/** Those who sign packages sign their changes. */
export function authorityOf({ threshold, members }: Commission): Authority {
  return {
    format: 'tizme-authority-v1',
    threshold,
    keys: members.map(({ verifier }) => Buffer.from(verifier.publicKey).toString('base64')),
  };
}

/** Null where it is no JSON at all. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
