import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Country certificates (CSCA, DER) that this lane trusts; provisioned, never learned from a document. */
const TRUST_DIRECTORY = 'trust';

export function writeTrustStore(directory: string, certificates: readonly Uint8Array[]): void {
  const folder = join(directory, TRUST_DIRECTORY);
  mkdirSync(folder, { recursive: true });
  for (const [index, certificate] of certificates.entries()) {
    writeFileSync(join(folder, `country-${index + 1}.der`), certificate);
  }
}

export function readTrustStore(directory: string): Uint8Array[] {
  const folder = join(directory, TRUST_DIRECTORY);
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.der'))
      .sort()
      .map((name) => new Uint8Array(readFileSync(join(folder, name))));
  } catch {
    return [];
  }
}
