import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { err, ok, type Result } from '../../domain/result.ts';
import { readDeviceSecret } from './device-secret.ts';
import { hasTpm, sealInTpm, unsealFromTpm } from './tpm.ts';

/**
 * Where the laptop's half of the key lies. In a TPM it can't leave the laptop; on a stick it is taken out of the
 * laptop, so that a stolen one opens nothing. On the laptop's own disk it is kept for training only.
 */
export type ShareKeeper = { readonly kind: 'tpm' } | { readonly kind: 'stick'; readonly folder: string };

export type ShareFault =
  /** No TPM that can be used, and no stick was named. */
  | 'no-keeper'
  /** The stick isn't plugged in, or is another one. */
  | 'stick-share-missing'
  | 'stick-unwritable'
  /** The TPM refuses: it was cleared, or the disk is in another laptop. */
  | 'tpm-refuses'
  | 'share-record-damaged';

const RECORD_FILE = 'device-share.json';
const TPM_FOLDER = 'device-share.tpm';
const SHARE_BYTES = 32;

const recordSchema = z.discriminatedUnion('keeper', [
  z.strictObject({ version: z.literal(1), keeper: z.literal('tpm') }),
  z.strictObject({ version: z.literal(1), keeper: z.literal('stick'), file: z.string().min(1) }),
]);

/** The TPM where there is one; a stick where one was named. Nothing is ever chosen that protects less, in silence. */
export function chooseKeeper(stick: string | null): Result<ShareKeeper, ShareFault> {
  if (stick !== null) return ok({ kind: 'stick', folder: stick });
  return hasTpm() ? ok({ kind: 'tpm' }) : err('no-keeper');
}

/**
 * Puts the share away and writes down where, in `directory`.
 * @param name Tells sticks of several laptops apart; no secret.
 */
export function keepShare(
  directory: string,
  keeper: ShareKeeper,
  name: string,
  share: Uint8Array,
): Result<void, ShareFault> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const record = (content: z.infer<typeof recordSchema>): void =>
    writeFileSync(join(directory, RECORD_FILE), `${JSON.stringify(content)}\n`, { mode: 0o600, flush: true });
  switch (keeper.kind) {
    case 'tpm': {
      const sealed = sealInTpm(join(directory, TPM_FOLDER), share);
      if (!sealed) return err('tpm-refuses');
      record({ version: 1, keeper: 'tpm' });
      return ok();
    }
    case 'stick': {
      const file = join(keeper.folder, `tizme-${name}.share`);
      // A folder that is made where it is missing would be no stick.
      if (!existsSync(keeper.folder)) return err('stick-share-missing');
      try {
        writeFileSync(file, `${Buffer.from(share).toString('hex')}\n`, {
          mode: 0o600,
          flag: 'wx',
          flush: true,
        });
      } catch {
        return err('stick-unwritable');
      }
      record({ version: 1, keeper: 'stick', file });
      return ok();
    }
  }
}

/** The caller wipes what comes back. */
export function readShare(directory: string): Result<Uint8Array, ShareFault> {
  const file = join(directory, RECORD_FILE);
  if (!existsSync(file)) {
    const secret = readDeviceSecret(directory);
    return secret === null ? err('share-record-damaged') : ok(secret);
  }
  const record = recordSchema.safeParse(parse(readFileSync(file, 'utf8')));
  if (!record.success) return err('share-record-damaged');
  switch (record.data.keeper) {
    case 'tpm': {
      const share = unsealFromTpm(join(directory, TPM_FOLDER));
      return share?.length === SHARE_BYTES ? ok(share) : err('tpm-refuses');
    }
    case 'stick': {
      let text: string;
      try {
        text = readFileSync(record.data.file, 'latin1').trim();
      } catch {
        return err('stick-share-missing');
      }
      return /^[0-9a-f]{64}$/.test(text)
        ? ok(new Uint8Array(Buffer.from(text, 'hex')))
        : err('stick-share-missing');
    }
  }
}

/** The files in `directory` that say where the share is: they go where the lane goes. */
export const SHARE_FILES = [RECORD_FILE, TPM_FOLDER] as const;

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
