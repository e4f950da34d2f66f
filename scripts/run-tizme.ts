import type { CommandIo } from './command-io.ts';
import { COMMANDS, findCommand } from './commands/table.ts';
import { fileFaultOf } from './file-fault.ts';
import { WRONG_USAGE } from './usage.ts';

/** Runs one command line; the exit code comes back. */
export async function runTizme(args: readonly string[], io: CommandIo): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === 'help') {
    const asked = name !== undefined;
    for (const line of usage()) asked ? io.out(line) : io.progress(line);
    return asked ? 0 : WRONG_USAGE;
  }
  const command = findCommand(name);
  if (command === undefined) {
    io.progress(`tizme: there is no command "${name}" ("tizme --help" lists them)`);
    return WRONG_USAGE;
  }
  const run = await command.load();
  try {
    return await run(rest, io);
  } catch (cause) {
    const fault = fileFaultOf(cause);
    if (fault === null) throw cause;
    io.progress(`tizme ${name}: ${fault.sentence}`);
    return 1;
  }
}

function usage(): string[] {
  const width = Math.max(...COMMANDS.map((command) => command.name.length));
  return [
    'usage: tizme <command> [options]',
    ...COMMANDS.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`),
    'Each command explains itself with --help, and with --json ends in one line of JSON.',
  ];
}
