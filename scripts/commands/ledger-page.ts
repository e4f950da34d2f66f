import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CommandIo } from '../command-io.ts';
import { readArguments, refuseUsage } from '../usage.ts';

/** The one that was built with this program, or built now from the sources: the same bytes. */
async function verifierPage(): Promise<string> {
  const { buildVerifierPage, VERIFIER_FILE } = await import('../verifier-page.ts');
  if (import.meta.url.endsWith('.ts')) return buildVerifierPage();
  return readFileSync(fileURLToPath(new URL(`../${VERIFIER_FILE}`, import.meta.url)), 'utf8');
}

/** `tizme ledger page FILE`: writes the observers' verifier, and prints the sum under which it can be published. */
export async function runVerifierPage(args: readonly string[], io: CommandIo): Promise<number> {
  const options = { json: { type: 'boolean', default: false } } as const;
  const read = readArguments({ args: [...args], options, allowPositionals: true });
  if (!read.ok) return refuseUsage('ledger page', read.error, io);
  const [file, ...more] = read.value.positionals;
  if (file === undefined || more.length > 0)
    return refuseUsage('ledger page', 'it wants one file to write', io);
  const page = await verifierPage();
  try {
    writeFileSync(file, page);
  } catch {
    io.progress(`tizme ledger page: ${file} cannot be written`);
    return 1;
  }
  const sha256 = createHash('sha256').update(page, 'utf8').digest('hex');
  io.out(read.value.values.json ? JSON.stringify({ file, sha256 }) : `${sha256}  ${file}`);
  return 0;
}
