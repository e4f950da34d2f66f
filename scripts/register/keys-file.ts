import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { err, ok, type Result } from '../../src/domain/result.ts';
import type { RegisterKeys } from '../../src/register/register-source.ts';
import { randomKey } from '../../src/store/keys.ts';

const keyText = z.string().regex(/^[0-9a-f]{64}$/);
/** A mock election's file has its mark in it, too. */
const keysSchema = z.looseObject({ database: keyText, templates: keyText });

/** The keys of a register on the machine that packages are made on: two keys of 32 bytes, in hexadecimal. */
export function readKeys(file: string): Result<RegisterKeys, string> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return err(`${file} can't be read`);
  }
  try {
    const { database, templates } = keysSchema.parse(JSON.parse(text));
    return ok({ database: bytes(database), templates: bytes(templates) });
  } catch {
    return err(
      `${file} holds no register keys: {"database": "...", "templates": "..."}, 64 hexadecimal digits each`,
    );
  }
}

/** The keys in the file, which is made, readable for its owner alone, where there is none. */
export function readOrDrawKeys(file: string): Result<RegisterKeys, string> {
  if (existsSync(file)) return readKeys(file);
  const keys: RegisterKeys = { database: randomKey(), templates: randomKey() };
  const content = { database: hexadecimal(keys.database), templates: hexadecimal(keys.templates) };
  try {
    writeFileSync(file, `${JSON.stringify(content)}\n`, { mode: 0o600, flag: 'wx' });
    return ok(keys);
  } catch {
    return err(`${file} can't be written`);
  }
}

function hexadecimal(key: Uint8Array): string {
  return Buffer.from(key).toString('hex');
}

function bytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'hex'));
}
