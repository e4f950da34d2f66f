import { join } from 'node:path';
import { BUNDLES_DIRECTORY, buildBundles } from './build-bundles.ts';
import { buildScreensWhenNeeded } from './start/build-screens.ts';
import { createTerminalIo } from './terminal-io.ts';

/** `npm run build`: everything that the product ships, into dist/. */
const io = createTerminalIo(process.stdout, process.stderr, () => performance.now());
await buildBundles();
await buildScreensWhenNeeded(join(BUNDLES_DIRECTORY, 'ui'), io);
io.out('Built dist/: the shell, the processes, the command line and the screens.');
