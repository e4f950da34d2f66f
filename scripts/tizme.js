#!/usr/bin/env node
// Plain JavaScript, so that an older Node reaches the check below instead of failing on the syntax of the rest. The
// bundle begins here, too.
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = 24;

if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
  console.error(
    `tizme needs Node ${OLDEST_NODE} or newer, and this is ${process.version}: run it as "npm run -s tizme --" or "npx tizme", which bring their own, or install Node ${OLDEST_NODE}.`,
  );
  process.exitCode = 1;
} else {
  // From sources Node strips the types anew each time; what it came to is kept, and a command starts in half the time.
  if (import.meta.url.endsWith('/scripts/tizme.js')) {
    const { enableCompileCache } = await import('node:module');
    enableCompileCache(fileURLToPath(new URL('../.cache/compile', import.meta.url)));
  }
  await import('./tizme.ts');
}
