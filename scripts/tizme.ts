import { runTizme } from './run-tizme.ts';
import { createTerminalIo } from './terminal-io.ts';

/** What a shell reports of a program whose reader went away: 128 and SIGPIPE. */
const READER_GONE = 141;

// `tizme ... | head`: nobody reads on, which is nothing to be told of with a stack.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(READER_GONE);
  throw error;
});

const io = createTerminalIo(process.stdout, process.stderr, () => performance.now());
process.exitCode = await runTizme(process.argv.slice(2), io);
