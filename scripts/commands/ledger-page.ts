import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CommandIo } from '../command-io.ts';

/** The one that was built with this program, or built now from the sources: the same bytes. */
async function verifierPage(): Promise<string> {
  const { buildVerifierPage, VERIFIER_FILE } = await import('../verifier-page.ts');
  if (import.meta.url.endsWith('.ts')) return buildVerifierPage();
  return readFileSync(fileURLToPath(new URL(`../${VERIFIER_FILE}`, import.meta.url)), 'utf8');
}

/** `tizme ledger page FILE`: writes the observers' verifier, and prints the sum under which it can be published. */
export async function writeVerifierPage(file: string, io: CommandIo): Promise<number> {
  const page = await verifierPage();
  try {
    writeFileSync(file, page);
  } catch {
    io.progress(`tizme ledger: ${file} cannot be written`);
    return 1;
  }
  io.out(`${createHash('sha256').update(page, 'utf8').digest('hex')}  ${file}`);
  return 0;
}
