import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isMasterList, readMasterList } from '../../src/documents/chip/master-list.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';

export interface TrustedCertificates {
  /** In DER. */
  readonly certificates: readonly Uint8Array[];
  /** Why a master list in the folder is not used, a line each. */
  readonly refused: readonly string[];
}

/**
 * What a technician trusts: the country certificates of a folder, and those of the master lists in it whose signers
 * lead to one of these.
 */
export async function readTrustFolder(folder: string): Promise<Result<TrustedCertificates, string>> {
  const files = await readFolder(folder);
  if (!files.ok) return files;
  const lists = files.value.filter(({ bytes }) => isMasterList(bytes));
  const certificates = files.value.filter((file) => !lists.includes(file)).map(({ bytes }) => bytes);
  const refused: string[] = [];
  const listed: Uint8Array[] = [];
  for (const { name, bytes } of lists) {
    const list = readMasterList(bytes, certificates);
    if (list.ok) listed.push(...list.value);
    else refused.push(`${name}: this master list is not used (${list.error.code})`);
  }
  return ok({ certificates: [...certificates, ...listed], refused });
}

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
