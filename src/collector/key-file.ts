import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { z } from 'zod';
import { err, ok, type Result } from '../domain/result.ts';
import { createDeviceSeed } from '../ledger/device-key.ts';
import { randomKey } from '../store/keys.ts';

/** What a collector can't do without; readable by its own account only. */
export interface CollectorKeys {
  /** 32 bytes: opens the database where that is a file. */
  readonly databaseKey: Uint8Array;
  /** 32 bytes: the Ed25519 seed that receipts are signed with. */
  readonly signingSeed: Uint8Array;
}

export type KeyFileError =
  /** There is a database, but not its keys: new ones would not open it. */
  { readonly code: 'key-file-missing' } | { readonly code: 'key-file-unreadable' };

const keyText = z.string().regex(/^[0-9a-f]{64}$/);
const keyFileSchema = z.strictObject({
  version: z.literal(1),
  mock: z.boolean(),
  databaseKey: keyText,
  signingSeed: keyText,
});

export function keyFileOf(databaseFile: string): string {
  return `${databaseFile}.keys.json`;
}

/**
 * Reads the keys of a collector, or makes them at its first start.
 * @param databaseFile What they open: where it is there and they aren't, new ones would be of no use.
 */
export function readOrCreateKeys(
  file: string,
  mock: boolean,
  databaseFile?: string,
): Result<CollectorKeys, KeyFileError> {
  try {
    if (existsSync(file)) return readKeys(file, mock);
    if (databaseFile !== undefined && existsSync(databaseFile)) return err({ code: 'key-file-missing' });
    const keys = { databaseKey: randomKey(), signingSeed: createDeviceSeed() };
    writeKeys(file, keys, mock);
    return ok(keys);
  } catch {
    // Only the file system throws here; its message would name the path.
    return err({ code: 'key-file-unreadable' });
  }
}

function readKeys(file: string, mock: boolean): Result<CollectorKeys, KeyFileError> {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return err({ code: 'key-file-unreadable' });
  }
  const parsed = keyFileSchema.safeParse(json);
  if (!parsed.success || parsed.data.mock !== mock) return err({ code: 'key-file-unreadable' });
  const { databaseKey, signingSeed } = parsed.data;
  return ok({ databaseKey: fromHex(databaseKey), signingSeed: fromHex(signingSeed) });
}

/** On the disk before the database that needs it; never written over. */
function writeKeys(file: string, { databaseKey, signingSeed }: CollectorKeys, mock: boolean): void {
  const content = { version: 1, mock, databaseKey: toHex(databaseKey), signingSeed: toHex(signingSeed) };
  const descriptor = openSync(file, 'wx', 0o600);
  try {
    writeSync(descriptor, `${JSON.stringify(content)}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function fromHex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'hex'));
}
