import { z } from 'zod';
import { ok, type Result } from '../../src/domain/result.ts';
import { readArguments, type WrongUsage, wrongUsage } from '../usage.ts';

/** The options of one action: each a text, or a switch that is off. */
export interface OptionTable {
  readonly texts: readonly string[];
  readonly switches: readonly string[];
}

export type ActionError = string | WrongUsage;

/** Reads an action's options by its table and checks them by its schema; the error says which option is wrong. */
export function readOptions<T extends z.ZodType>(
  args: readonly string[],
  table: OptionTable,
  schema: T,
): Result<{ readonly options: z.infer<T>; readonly words: readonly string[] }, WrongUsage> {
  const read = readArguments({
    args: [...args],
    options: {
      ...Object.fromEntries(table.texts.map((name) => [name, { type: 'string' } as const])),
      ...Object.fromEntries(
        [...table.switches, 'json'].map((name) => [name, { type: 'boolean', default: false } as const]),
      ),
    },
    allowPositionals: true,
  });
  if (!read.ok) return wrongUsage(read.error);
  const { positionals } = read.value;
  const values: Readonly<Record<string, unknown>> = read.value.values;
  const parsed = schema.safeParse(values);
  if (parsed.success) return ok({ options: parsed.data, words: positionals });
  const [issue] = parsed.error.issues;
  const name = String(issue?.path[0] ?? '');
  return wrongUsage(
    values[name] === undefined ? `--${name} is needed` : `--${name}: ${issue?.message ?? 'not readable'}`,
  );
}

/** What the options of every action that opens a register have in common. */
export const openingSchema = z.object({
  register: z.string().min(1),
  keys: z.string().min(1),
  json: z.boolean(),
});
