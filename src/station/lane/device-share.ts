import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { err, ok, type Result } from '../../domain/result.ts';
import { readDeviceSecret } from './device-secret.ts';
import { hasTpm, sealInTpm, unsealFromTpm } from './tpm.ts';
import {
  hasWindowsKeyStore,
  type RunPowerShell,
  sealInWindows,
  systemPowerShell,
  unsealFromWindows,
} from './windows-key-store.ts';

/**
 * Where the laptop's half of the key lies. In a TPM it can't leave the laptop; on a stick it is taken out of the
 * laptop, so that a stolen one opens nothing. On the laptop's own disk it is kept for training only.
 */
export type ShareKeeper =
  | { readonly kind: 'tpm' }
  /** Windows' own key store, for the account that Tizme runs under. */
  | { readonly kind: 'windows' }
  | { readonly kind: 'stick'; readonly folder: string };

/** The machine, as a test may stand in for it. */
export interface ShareMachine {
  readonly platform: NodeJS.Platform;
  readonly powerShell: RunPowerShell;
}
const THIS_MACHINE: ShareMachine = { platform: process.platform, powerShell: systemPowerShell };

export type ShareFault =
  /** No TPM and no key store of the system that can be used, and no stick was named. */
  | 'no-keeper'
  /** The stick isn't plugged in, or is another one. */
  | 'stick-share-missing'
  | 'stick-unwritable'
  /** The TPM refuses: it was cleared, or the disk is in another laptop. */
  | 'tpm-refuses'
  /** Windows refuses: another account, a new password set from outside, or the disk is in another laptop. */
  | 'windows-refuses'
  | 'share-record-damaged';

const RECORD_FILE = 'device-share.json';
const TPM_FOLDER = 'device-share.tpm';
const WINDOWS_FILE = 'device-share.dpapi';
const SHARE_BYTES = 32;

const recordSchema = z.discriminatedUnion('keeper', [
  z.strictObject({ version: z.literal(1), keeper: z.literal('tpm') }),
  z.strictObject({ version: z.literal(1), keeper: z.literal('windows') }),
  z.strictObject({ version: z.literal(1), keeper: z.literal('stick'), file: z.string().min(1) }),
]);

/**
 * A stick where one was named, else the TPM, else Windows' key store: whoever asked is told which. Nothing is ever chosen
 * that protects less, in silence.
 */
export function chooseKeeper(
  stick: string | null,
  { platform, powerShell }: ShareMachine = THIS_MACHINE,
): Result<ShareKeeper, ShareFault> {
  if (stick !== null) return ok({ kind: 'stick', folder: stick });
  if (platform !== 'win32') return hasTpm() ? ok({ kind: 'tpm' }) : err('no-keeper');
  return hasWindowsKeyStore(powerShell, platform) ? ok({ kind: 'windows' }) : err('no-keeper');
}

/** Where the share lies, in the words of the command; null where nothing is written down of it. */
export function describeKeeper(directory: string): string | null {
  const record = readRecord(directory);
  switch (record?.keeper) {
    case 'tpm':
      return 'the laptop’s TPM';
    case 'windows':
      return 'Windows’ key store, under the account that Tizme runs under';
    case 'stick':
      return `the stick (${record.file})`;
    default:
      return null;
  }
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
  { powerShell }: ShareMachine = THIS_MACHINE,
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
    case 'windows': {
      if (!sealInWindows(join(directory, WINDOWS_FILE), share, powerShell)) return err('windows-refuses');
      record({ version: 1, keeper: 'windows' });
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
export function readShare(
  directory: string,
  { powerShell }: ShareMachine = THIS_MACHINE,
): Result<Uint8Array, ShareFault> {
  const file = join(directory, RECORD_FILE);
  if (!existsSync(file)) {
    const secret = readDeviceSecret(directory);
    return secret === null ? err('share-record-damaged') : ok(secret);
  }
  const record = readRecord(directory);
  if (record === null) return err('share-record-damaged');
  switch (record.keeper) {
    case 'tpm': {
      const share = unsealFromTpm(join(directory, TPM_FOLDER));
      return share?.length === SHARE_BYTES ? ok(share) : err('tpm-refuses');
    }
    case 'windows': {
      const share = unsealFromWindows(join(directory, WINDOWS_FILE), powerShell);
      return share?.length === SHARE_BYTES ? ok(share) : err('windows-refuses');
    }
    case 'stick': {
      let text: string;
      try {
        text = readFileSync(record.file, 'latin1').trim();
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
export const SHARE_FILES = [RECORD_FILE, TPM_FOLDER, WINDOWS_FILE] as const;

function readRecord(directory: string): z.infer<typeof recordSchema> | null {
  const file = join(directory, RECORD_FILE);
  if (!existsSync(file)) return null;
  const record = recordSchema.safeParse(parse(readFileSync(file, 'utf8')));
  return record.success ? record.data : null;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
