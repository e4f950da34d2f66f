import type { CommandIo } from './command-io.ts';
import { COMMANDS, findCommand } from './commands/table.ts';

/** Runs one command line; the exit code comes back. */
export async function runTizme(args: readonly string[], io: CommandIo): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === 'help') {
    for (const line of usage()) io.out(line);
    return name === undefined ? 1 : 0;
  }
  const command = findCommand(name);
  if (command === undefined) {
    io.progress(`tizme: there is no command "${name}"; "tizme --help" lists them`);
    return 1;
  }
  const run = await command.load();
  return run(rest, io);
}

function usage(): string[] {
  const width = Math.max(...COMMANDS.map((command) => command.name.length));
  return [
    'usage: tizme <command> [options]',
    ...COMMANDS.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`),
    'Each command explains itself with --help, and with --json ends in one line of JSON.',
  ];
}
