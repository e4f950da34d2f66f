import type { ParseArgsConfig } from 'node:util';
import { z } from 'zod';
import { err, ok, type Result } from '../src/domain/result.ts';
import { readArguments } from './usage.ts';

/** Beside `usage.ts`, because the schema library takes a tenth of a second to load, and checking an export needs none. */

/**
 * Options by the schema of what they may be, or which of them is wrong. The schema's own message says what it takes.
 */
export function readChecked<T extends z.ZodType>(
  config: ParseArgsConfig,
  schema: T,
): Result<z.infer<T>, string> {
  const read = readArguments(config);
  if (!read.ok) return read;
  const parsed = schema.safeParse(read.value.values);
  if (parsed.success) return ok(parsed.data);
  const [issue] = parsed.error.issues;
  return err(`--${String(issue?.path[0] ?? '')}: ${issue?.message ?? 'not understood'}`);
}

/** A whole number of an option, and what is said where it is none. */
export function wholeNumber(least: number, most: number) {
  const fault = `takes a whole number from ${least} to ${most}`;
  return z
    .string(fault)
    .regex(/^[0-9]{1,15}$/, fault)
    .transform(Number)
    .refine((number) => number >= least && number <= most, fault);
}
