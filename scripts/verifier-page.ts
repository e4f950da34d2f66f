import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where a build has it, in dist/. */
export const VERIFIER_FILE = 'verify.html';
const ROOM = fileURLToPath(new URL('../src/verifier/', import.meta.url));

/**
 * The verifier as one file that works from a stick, without a network: style and script stand inside it, and its
 * own policy allows exactly those two, by their hashes, and no connection at all. The same sources give the same bytes.
 */
export async function buildVerifierPage(): Promise<string> {
  const script = await bundle();
  const style = readFileSync(`${ROOM}page.css`, 'utf8');
  const policy = [
    "default-src 'none'",
    `script-src '${integrity(script)}'`,
    `style-src '${integrity(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return readFileSync(`${ROOM}page.html`, 'utf8')
    .replace("default-src 'none'", () => policy)
    .replace('<style></style>', () => `<style>${style}</style>`)
    .replace('<script type="module"></script>', () => `<script type="module">${script}</script>`);
}

async function bundle(): Promise<string> {
  // A build ships the finished page; only the sources need the bundler.
  const { build } = await import('vite');
  const built = await build({
    configFile: false,
    root: ROOM,
    logLevel: 'error',
    build: {
      write: false,
      // Readable: an observer's expert will want to look.
      minify: false,
      target: 'es2022',
      modulePreload: false,
      rolldownOptions: { input: `${ROOM}page.ts`, output: { format: 'es' } },
    },
  });
  const outputs = Array.isArray(built) ? built : [built];
  const chunks = outputs.flatMap((one) => ('output' in one ? one.output : []));
  const [chunk, ...more] = chunks.filter((one) => one.type === 'chunk');
  if (chunk === undefined || more.length > 0) throw new Error('the page is one script');
  if (chunk.code.includes('</script')) throw new Error('the script would end early');
  return `\n${chunk.code}`;
}

function integrity(text: string): string {
  return `sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}`;
}
