import { registerMigrations } from '../../fixtures/election/election-package.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { openRegister, type Register } from '../../src/register/register.ts';
import type { RegisterKeys } from '../../src/register/register-source.ts';
import { describeRegisterError } from './describe.ts';
import { readKeys } from './keys-file.ts';

/** The register and its keys, or a sentence that says why not. */
export function openWithKeys(options: {
  readonly register: string;
  readonly keys: string;
}): Result<{ readonly register: Register; readonly keys: RegisterKeys }, string> {
  const keys = readKeys(options.keys);
  if (!keys.ok) return keys;
  const opened = openRegister({
    file: options.register,
    databaseKey: keys.value.database,
    migrations: registerMigrations(),
    expected: null,
  });
  if (!opened.ok) return err(`${options.register}: ${describeRegisterError(opened.error)}`);
  return ok({ register: opened.value, keys: keys.value });
}
