import { err, ok, type Result } from '../src/domain/result.ts';
import type { CommandIo } from './command-io.ts';
import { fileFaultOf } from './file-fault.ts';
import { readArguments, refuseCommand, refuseUsage } from './usage.ts';

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

const WRONG_OPTION = 'wrong-option';

/** An option that is missing, or says what can't be: one line, exit code 2, and nothing was done. */
export function wrongOption(sentence: string): Result<never, ActionFault> {
  return err({ code: WRONG_OPTION, sentence });
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
  if (args.includes('--help')) {
    for (const line of (action === undefined ? actions : [action]).flatMap((one) => one.usage)) io.out(line);
    return 0;
  }
  if (action === undefined) {
    const known = actions.map((one) => one.name);
    return refuseCommand(command, name, known, io);
  }
  // A command with one action is spoken of as itself: nobody names the action.
  const spoken = actions.length === 1 ? command : `${command} ${action.name}`;
  const options = readOptions(action, rest);
  if (!options.ok) return refuseUsage(spoken, options.error, io);
  const done = await runOnFiles(() => action.run(options.value, io));
  if (done.ok) {
    if (options.value.json) io.out(JSON.stringify({ ok: true, ...done.value }));
    return 0;
  }
  const fault: ActionFault =
    typeof done.error === 'string' ? { code: 'refused', sentence: done.error } : done.error;
  if (fault.code === WRONG_OPTION) return refuseUsage(spoken, fault.sentence, io);
  io.progress(`tizme ${spoken}: ${fault.sentence}`);
  if (options.value.json) {
    const { code, sentence, details = {} } = fault;
    io.out(JSON.stringify({ ok: false, code, sentence, ...details }));
  }
  return 1;
}

/** What the file system refuses anywhere in it is said in words; a bug goes on being thrown. */
async function runOnFiles(run: () => ReturnType<Action['run']>): ReturnType<Action['run']> {
  try {
    return await run();
  } catch (cause) {
    const fault = fileFaultOf(cause);
    if (fault === null) throw cause;
    return err(fault);
  }
}

function readOptions(action: Action, args: readonly string[]): Result<ActionOptions, string> {
  const read = readArguments({
    args: [...args],
    options: { ...action.options, json: { type: 'boolean' } },
    allowPositionals: true,
  });
  if (!read.ok) return read;
  const { values, positionals } = read.value;
  const { least, most } = action.names;
  if (positionals.length < least || positionals.length > most)
    return err(describeNames(least, most, positionals.length));
  if (positionals.includes('')) return err('the name of a file or folder is empty');
  const given = values as Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
  // What a shell makes of a variable that isn't set.
  const empty = Object.keys(given).find((name) => [given[name]].flat().includes(''));
  if (empty !== undefined) return err(`--${empty} is empty`);
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
}

function describeNames(least: number, most: number, given: number): string {
  const few = ['no name', 'one name', 'two names', 'three names'];
  const wanted = least === most ? (few[least] ?? `${least} names`) : `${least} to ${most} names`;
  return `it takes ${wanted} of a file or folder, and ${given === 0 ? 'none was' : `${given} were`} given`;
}
