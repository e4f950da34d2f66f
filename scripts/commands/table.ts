import type { RunCommand } from '../command-io.ts';

interface Command {
  readonly name: string;
  readonly summary: string;
  /** Loaded when it is run, so that `tizme --help` does not open a database driver. */
  readonly load: () => Promise<RunCommand>;
}

/** Every command that exists, in the order of `--help`. */
export const COMMANDS: readonly Command[] = [
  {
    name: 'start',
    summary: 'the kiosk; with no election on this laptop, a mock election',
    load: async () => (await import('./start.ts')).runStart,
  },
  {
    name: 'fingerprint',
    summary: 'extract, match and evaluate fingerprints',
    load: async () => (await import('./fingerprint.ts')).runFingerprint,
  },
];

export function findCommand(name: string): Command | undefined {
  return COMMANDS.find((command) => command.name === name);
}
