import { err, ok, type Result } from '../../domain/result.ts';
import { type ReleaseKeys, readReleaseKeys } from '../../register/visitors/release-keys.ts';
import { isVisitorClaim, openClaim } from '../../register/visitors/visitor-claim.ts';
import { openVisitorFile, type VisitorFile } from '../../register/visitors/visitor-file.ts';

/** Where the records of visitors and the centre's keys to them are: two files, for they travel apart. */
export interface VisitorFiles {
  readonly file: string;
  readonly keyFile: string;
}

export type OpenVisitorsError =
  | { readonly code: 'visitors-unreadable' | 'visitors-malformed' | 'release-key-unreadable' }
  /** The key is another election's than the records, or neither is this collector's. */
  | { readonly code: 'visitors-of-other-election' };

export interface OpenVisitors {
  readonly file: VisitorFile;
  readonly keys: ReleaseKeys;
}

export function openVisitors(
  { file, keyFile }: VisitorFiles,
  expected: { readonly election: string | null; readonly mock: boolean },
): Result<OpenVisitors, OpenVisitorsError> {
  const keys = readReleaseKeys(keyFile);
  if (!keys.ok) return err({ code: keys.error });
  const opened = openVisitorFile(file);
  if (!opened.ok) return err({ code: opened.error });
  const { electionId, mock } = opened.value.header;
  const isExpected = expected.election === null || expected.election === electionId;
  if (electionId === keys.value.electionId && mock === expected.mock && isExpected)
    return ok({ file: opened.value, keys: keys.value });
  opened.value.close();
  return err({ code: 'visitors-of-other-election' });
}

/** The token of whom a claim is about, in base64url, as stations with the record send it; null where it can't be told. */
export async function settleClaim({ file, keys }: OpenVisitors, claim: string): Promise<string | null> {
  if (!isVisitorClaim(claim)) return null;
  const locator = await openClaim(keys.claims, claim);
  return locator.ok ? file.token(locator.value, keys.release) : null;
}
