import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseCertificate } from '../../src/documents/chip/certificate.ts';
import { isMasterList, readMasterList } from '../../src/documents/chip/master-list.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';

export interface TrustedCertificates {
  /** In DER. */
  readonly certificates: readonly Uint8Array[];
  /** Why a file in the folder is not used, a line each. */
  readonly refused: readonly string[];
}

/** Without a folder nobody is trusted. */
export async function readTrust(folder: string | null): Promise<Result<TrustedCertificates, string>> {
  return folder === null ? ok({ certificates: [], refused: [] }) : readTrustFolder(folder);
}

/**
 * What a technician trusts: the country certificates of a folder, and those of the master lists in it whose signers
 * lead to one of these.
 */
async function readTrustFolder(folder: string): Promise<Result<TrustedCertificates, string>> {
  const files = await readFolder(folder);
  if (!files.ok) return files;
  const lists = files.value.filter(({ bytes }) => isMasterList(bytes));
  const certificates: Uint8Array[] = [];
  const refused: string[] = [];
  for (const file of files.value.filter((candidate) => !lists.includes(candidate))) {
    const found = certificatesIn(file.bytes);
    certificates.push(...found);
    if (found.length === 0) refused.push(`${file.name}: neither a certificate nor a master list`);
  }
  const listed: Uint8Array[] = [];
  for (const { name, bytes } of lists) {
    const list = readMasterList(bytes, certificates);
    if (list.ok) listed.push(...list.value);
    else refused.push(`${name}: this master list is not used (${list.error.code})`);
  }
  return ok({ certificates: [...certificates, ...listed], refused });
}

/** One certificate in DER, or any number of them in PEM (RFC 7468). */
function certificatesIn(bytes: Uint8Array): readonly Uint8Array[] {
  if (parseCertificate(bytes) !== null) return [bytes];
  const blocks = Buffer.from(bytes).toString('latin1').matchAll(PEM_CERTIFICATE);
  const decoded = [...blocks].map(([, base64 = '']) => Uint8Array.from(Buffer.from(base64, 'base64')));
  return decoded.filter((certificate) => parseCertificate(certificate) !== null);
}

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g;

export function fileProblem(problem: unknown): string {
  const code = problem instanceof Error && 'code' in problem ? problem.code : null;
  if (code === 'ENOENT') return 'there is no such file';
  return code === 'EEXIST' ? 'is there already; nothing was changed' : `cannot be used (${String(code)})`;
}

async function readFolder(
  folder: string,
): Promise<Result<readonly { readonly name: string; readonly bytes: Uint8Array }[], string>> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
    const read = async (name: string) => ({
      name,
      bytes: Uint8Array.from(await readFile(join(folder, name))),
    });
    return ok(await Promise.all(files.sort().map(read)));
  } catch (problem) {
    return err(`${folder}: ${fileProblem(problem)}`);
  }
}
