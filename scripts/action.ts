import { parseArgs } from 'node:util';
import { err, ok, type Result } from '../src/domain/result.ts';
import type { CommandIo } from './command-io.ts';

type OptionKind = { readonly type: 'string' | 'boolean'; readonly multiple?: boolean };

export interface ActionOptions {
  text(name: string): string | undefined;
  texts(name: string): readonly string[];
  flag(name: string): boolean;
  readonly names: readonly string[];
  readonly json: boolean;
}

/** One action of a command with several: `package open FILE`. */
export interface Action {
  readonly name: string;
  readonly usage: readonly string[];
  readonly options: Readonly<Record<string, OptionKind>>;
  /** How many names (files, folders) it takes. */
  readonly names: { readonly least: number; readonly most: number };
  /** What came of it as JSON, or one sentence on why nothing did. */
  readonly run: (
    options: ActionOptions,
    io: CommandIo,
  ) => Promise<Result<Readonly<Record<string, unknown>>, string | ActionFault>>;
}

/** A refusal with a code, for whoever reads the JSON. */
export interface ActionFault {
  readonly code: string;
  readonly sentence: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Runs one action of `command`; with `--json` the last line of standard output is one object, also of a refusal. */
export async function runAction(
  command: string,
  actions: readonly Action[],
  args: readonly string[],
  io: CommandIo,
): Promise<number> {
  const [name, ...rest] = args;
  const action = actions.find((one) => one.name === name);
  const usage = (action === undefined ? actions : [action]).flatMap((one) => one.usage);
  if (args.includes('--help') || action === undefined) {
    const asked = args.includes('--help');
    for (const line of usage) (asked ? io.out : io.progress)(line);
    return asked ? 0 : 1;
  }
  const options = readOptions(action, rest);
  if (!options.ok) {
    for (const line of [`tizme ${command} ${action.name}: ${options.error}`, ...usage]) io.progress(line);
    return 1;
  }
  const done = await action.run(options.value, io);
  if (done.ok) {
    if (options.value.json) io.out(JSON.stringify({ ok: true, ...done.value }));
    return 0;
  }
  const fault: ActionFault =
    typeof done.error === 'string' ? { code: 'refused', sentence: done.error } : done.error;
  io.progress(`tizme ${command} ${action.name}: ${fault.sentence}`);
  if (options.value.json) {
    const { code, sentence, details = {} } = fault;
    io.out(JSON.stringify({ ok: false, code, sentence, ...details }));
  }
  return 1;
}

function readOptions(action: Action, args: readonly string[]): Result<ActionOptions, string> {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { ...action.options, json: { type: 'boolean' } },
      allowPositionals: true,
    });
    const { least, most } = action.names;
    if (positionals.length < least || positionals.length > most)
      return err(least === most ? `takes ${least} name(s)` : `takes ${least} to ${most} names`);
    const given = values as Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
    return ok({
      text: (name) => (typeof given[name] === 'string' ? given[name] : undefined),
      texts: (name) => {
        const value = given[name];
        return Array.isArray(value) ? value : [];
      },
      flag: (name) => given[name] === true,
      names: positionals,
      json: given.json === true,
    });
  } catch (problem) {
    return err(problem instanceof Error ? problem.message : 'unreadable options');
  }
}
