import { runTizme } from './run-tizme.ts';
import { createTerminalIo } from './terminal-io.ts';

const io = createTerminalIo(process.stdout, process.stderr, () => performance.now());
process.exitCode = await runTizme(process.argv.slice(2), io);
