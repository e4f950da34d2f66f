import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import type { CommandIo } from '../command-io.ts';

/** `tizme ledger page FILE`: writes the observers' verifier, and prints the sum under which it can be published. */
export async function writeVerifierPage(file: string, io: CommandIo): Promise<number> {
  // Only this command needs the bundler.
  const { buildVerifierPage } = await import('../verifier-page.ts');
  const page = await buildVerifierPage();
  try {
    writeFileSync(file, page);
  } catch {
    io.progress(`tizme ledger: ${file} cannot be written`);
    return 1;
  }
  io.out(`${createHash('sha256').update(page, 'utf8').digest('hex')}  ${file}`);
  return 0;
}
