import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Certificate, parseCertificate } from '../../src/documents/chip/certificate.ts';
import { countryOf, sameName } from '../../src/documents/chip/distinguished-name.ts';
import { isMasterList, type MasterListError, readMasterList } from '../../src/documents/chip/master-list.ts';
import { parseRevocationList } from '../../src/documents/chip/revocation-list.ts';
import { err, ok, type Result } from '../../src/domain/result.ts';
import { type BinaryObject, binaryObjectsIn } from './binary-objects.ts';

export interface TrustedCertificates {
  /** In DER. */
  readonly certificates: readonly Uint8Array[];
  /** In DER. */
  readonly revocationLists: readonly Uint8Array[];
  /** Why a file in the folder, or something in it, is not used, a line each. */
  readonly refused: readonly string[];
}

/** Without a folder nobody is trusted. */
export async function readTrust({
  trust,
  trustLists,
}: TrustChoice): Promise<Result<TrustedCertificates, string>> {
  return trust === null
    ? ok({ certificates: [], revocationLists: [], refused: [] })
    : readTrustFolder(trust, trustLists);
}

export interface TrustChoice {
  /** A folder, or a file; null for none. */
  readonly trust: string | null;
  /** Whether the technician vouches for master lists, whose own signers nobody else vouches for. */
  readonly trustLists: boolean;
}

/**
 * What a technician trusts: the country certificates of a folder, those of the master lists in it whose signers lead to
 * one of these, and lists of revoked certificates. Files are DER, PEM, or LDIF as ICAO's directory gives it.
 */
async function readTrustFolder(
  folder: string,
  trustLists: boolean,
): Promise<Result<TrustedCertificates, string>> {
  const files = await readFiles(folder);
  if (!files.ok) return files;
  const refused: string[] = [];
  const found: FoundObject[] = [];
  for (const { name, bytes } of files.value) {
    const objects = binaryObjectsIn(bytes).map((object) => ({ ...object, file: name }));
    const used = objects.filter((object) => kindOf(object) !== null);
    if (used.length === 0)
      refused.push(`${name}: neither a certificate nor a master list, nor a list of revoked ones`);
    const others = objects.length - used.length;
    if (used.length > 0 && others > 0) refused.push(`${name}: ${others} entries of it are not used`);
    found.push(...used);
  }
  const ofKind = (kind: TrustKind) => found.filter((object) => kindOf(object) === kind);
  const certificates = unique(ofKind('certificate').map(({ bytes }) => bytes));
  const listed: Uint8Array[] = [];
  for (const { file, bytes } of ofKind('master-list')) {
    const list = readMasterList(bytes, certificates, { forItself: trustLists });
    if (list.ok) listed.push(...list.value);
    else
      refused.push(
        `${file}: this master list is not used (${list.error.code}): ${LIST_PROBLEMS[list.error.code]}`,
      );
  }
  return ok({
    certificates: unique([...certificates, ...listed]),
    revocationLists: unique(ofKind('revocation-list').map(({ bytes }) => bytes)),
    refused,
  });
}

const LIST_PROBLEMS: Readonly<Record<MasterListError['code'], string>> = {
  'not-a-master-list': 'it is none that this program can read',
  altered: 'its signature does not hold; get it again from where it comes from',
  'signer-not-trusted':
    'lay the certificate of the authority that signed it, from a source that you trust, into the same folder, or vouch for it with --trust-lists',
  'not-checked': 'its signature is of a kind that this program does not compute',
};

type TrustKind = 'certificate' | 'master-list' | 'revocation-list';

interface FoundObject extends BinaryObject {
  readonly file: string;
}

/**
 * Null for what is not used. ICAO's directory holds the signers of documents beside the authorities: who takes it over does not mean to
 * trust each of them for itself.
 */
function kindOf({ bytes, directory }: BinaryObject): TrustKind | null {
  const certificate = parseCertificate(bytes);
  if (certificate !== null) return !directory || isCountryCertificate(certificate) ? 'certificate' : null;
  if (isMasterList(bytes)) return 'master-list';
  return parseRevocationList(bytes) === null ? null : 'revocation-list';
}

function isCountryCertificate({ isAuthority, subject, issuer }: Certificate): boolean {
  return isAuthority || (sameName(subject, issuer) && countryOf(subject) !== null);
}

/** Master lists repeat each other's certificates. */
function unique(objects: readonly Uint8Array[]): readonly Uint8Array[] {
  return [...new Map(objects.map((bytes) => [Buffer.from(bytes).toString('latin1'), bytes])).values()];
}

export function fileProblem(problem: unknown): string {
  const code = problem instanceof Error && 'code' in problem ? problem.code : null;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'this is a folder, and a file is wanted';
  if (code === 'EACCES') return 'this account may not read it';
  return code === 'EEXIST' ? 'is there already; nothing was changed' : `cannot be used (${String(code)})`;
}

interface NamedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The files of a folder, or one file. */
async function readFiles(folder: string): Promise<Result<readonly NamedFile[], string>> {
  try {
    if ((await stat(folder)).isFile())
      return ok([{ name: basename(folder), bytes: Uint8Array.from(await readFile(folder)) }]);
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
