import { err, ok, type Result } from '../../domain/result.ts';
import { openSealed, sealTo } from '../age-sealing.ts';

/** Signed changes of one station's list on their way, sealed as the package is. */
export const CHANGES_EXTENSION = '.tizme-changes';
/** Photos and templates of some hundred voters; more than that is a newer package. */
export const MOST_CHANGES_BYTES = 64 * 1024 * 1024;

const AGE_HEADER = 'age-encryption.org/v1\n';

export type ChangeFileFault = 'changes-of-other-package' | 'changes-damaged';

/** `station-1001-changes-3.tizme-changes`: it names nobody. */
export function changesFileName(station: number, sequence: number): string {
  return `station-${String(station).padStart(4, '0')}-changes-${sequence}${CHANGES_EXTENSION}`;
}

/** Whose changes a file says it holds; null where it was named by somebody else. The name proves nothing. */
export function stationOfChangesFile(name: string): number | null {
  const station = /^station-(\d{4,6})-changes-\d+\.tizme-changes$/.exec(name)?.[1];
  return station === undefined ? null : Number(station);
}

/** @param signed The signed delta (src/register/deltas/signed-delta.ts). */
export function sealChanges(recipients: readonly string[], signed: string): Promise<Uint8Array> {
  return sealTo(recipients, Buffer.from(signed, 'utf8'));
}

/** The signed delta; one that was never sealed is taken as well, for what counts is who signed it. */
export async function openChanges(
  bytes: Uint8Array,
  packageKey: string,
): Promise<Result<string, ChangeFileFault>> {
  const isSealed = Buffer.from(bytes.subarray(0, AGE_HEADER.length)).toString('latin1') === AGE_HEADER;
  if (!isSealed) return ok(Buffer.from(bytes).toString('utf8'));
  const opened = await openSealed(packageKey, bytes);
  if (opened.ok) return ok(Buffer.from(opened.value).toString('utf8'));
  return err(opened.error === 'not-for-this-key' ? 'changes-of-other-package' : 'changes-damaged');
}
