import { type ParseArgsConfig, parseArgs } from 'node:util';
import { err, ok, type Result } from '../src/domain/result.ts';
import type { CommandIo } from './command-io.ts';

/** The exit code of a command line that can't be understood; nothing was done. */
export const WRONG_USAGE = 2;

/** What a command line says, or one sentence on what is wrong with it. */
export function readArguments<const T extends ParseArgsConfig>(
  config: T,
): Result<ReturnType<typeof parseArgs<T>>, string> {
  try {
    return ok(parseOnce(config));
  } catch (problem) {
    const fault = argumentFault(problem);
    if (fault === null) throw problem;
    return err(fault);
  }
}

/**
 * Node's own reader of arguments, which takes the last of two values in silence: here it is a fault, for nobody knows
 * which of the two was meant.
 * @throws what `argumentFault` says in a sentence
 */
export function parseOnce<const T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  const read = parseArgs(config);
  const { tokens = [] } = parseArgs({ ...config, tokens: true });
  const seen = new Set<string>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const option = config.options?.[token.name];
    if (option?.type !== 'string' || option.multiple === true) continue;
    if (seen.has(token.name))
      throw Object.assign(new Error(`--${token.name} is given twice, and can be given once`), {
        code: 'ERR_PARSE_ARGS_GIVEN_TWICE',
      });
    seen.add(token.name);
  }
  return read;
}

/** What Node's own reader of arguments threw, as one sentence; null where it was something else. */
export function argumentFault(problem: unknown): string | null {
  if (!(problem instanceof Error && 'code' in problem)) return null;
  // Behind the first sentence it tells how to write what nobody means: a file whose name begins with a dash.
  return String(problem.code).startsWith('ERR_PARSE_ARGS')
    ? (problem.message.split(/\. |\n/)[0] ?? problem.message)
    : null;
}

/** A command line that can't be understood, told apart from what went wrong in carrying it out. */
export interface WrongUsage {
  readonly wrongUsage: string;
}

export function wrongUsage(fault: string): Result<never, WrongUsage> {
  return err({ wrongUsage: fault });
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
