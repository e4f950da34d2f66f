import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUNDLES_DIRECTORY, buildBundles } from './build-bundles.ts';
import { buildScreensWhenNeeded } from './start/build-screens.ts';
import { createTerminalIo } from './terminal-io.ts';
import { buildVerifierPage, VERIFIER_FILE } from './verifier-page.ts';

/** `npm run build`: everything that the product ships, into dist/. */
const io = createTerminalIo(process.stdout, process.stderr, () => performance.now());
await buildBundles();
writeFileSync(join(BUNDLES_DIRECTORY, VERIFIER_FILE), await buildVerifierPage());
await buildScreensWhenNeeded(join(BUNDLES_DIRECTORY, 'ui'), io);
io.out('Built dist/: the shell, the processes, the command line, the screens and the observers’ page.');
