/** Where a command writes. Standard output belongs to its result, standard error to everything else. */
export interface CommandIo {
  /** One line of the result. With `--json` the last one is the JSON object. */
  out(line: string): void;
  /** Prose while it works; a text that begins with a carriage return (a progress bar) replaces the last one. */
  progress(text: string): void;
}

/** A command: takes its arguments, gives the exit code, 0 only on success. */
export type RunCommand = (args: readonly string[], io: CommandIo) => Promise<number>;
