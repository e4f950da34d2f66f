import { type ParseArgsConfig, parseArgs } from 'node:util';
import { z } from 'zod';
import { err, ok, type Result } from '../src/domain/result.ts';
import type { CommandIo } from './command-io.ts';

/** The exit code of a command line that can't be understood; nothing was done. */
export const WRONG_USAGE = 2;

/** What a command line says, or one sentence on what is wrong with it. */
export function readArguments<const T extends ParseArgsConfig>(
  config: T,
): Result<ReturnType<typeof parseArgs<T>>, string> {
  try {
    return ok(parseArgs(config));
  } catch (problem) {
    const fault = argumentFault(problem);
    if (fault === null) throw problem;
    return err(fault);
  }
}

/** What Node's own reader of arguments threw, as one sentence; null where it was something else. */
export function argumentFault(problem: unknown): string | null {
  if (!(problem instanceof Error && 'code' in problem)) return null;
  // Behind the first sentence it tells how to write what nobody means: a file whose name begins with a dash.
  return String(problem.code).startsWith('ERR_PARSE_ARGS')
    ? (problem.message.split(/\. |\n/)[0] ?? problem.message)
    : null;
}

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

/** One clear line, and where to read on. `command` is what stands before the options: `collector take`. */
export function refuseUsage(command: string, fault: string, io: Pick<CommandIo, 'progress'>): number {
  io.progress(`tizme ${command}: ${fault} ("tizme ${command} --help" explains it)`);
  return WRONG_USAGE;
}

/** The same where one of several commands has to be named, and none of them is. */
export function refuseCommand(
  command: string,
  given: string | undefined,
  known: readonly string[],
  io: Pick<CommandIo, 'progress'>,
): number {
  const fault = given === undefined || given === '' ? 'it wants a command' : `there is no "${given}"`;
  return refuseUsage(command, `${fault}: ${known.join(', ')}`, io);
}
