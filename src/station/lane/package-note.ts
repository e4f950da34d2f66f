import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { err, ok, type Result } from '../../domain/result.ts';
import type { OpenedPackage } from '../../packages/open-package.ts';
import { NATIONAL_INDEX_PART } from '../../packages/open-package.ts';

/**
 * What a technician may read of this lane's package while it is locked. All of it stands in clear in the package
 * itself; what the station goes by is in its ledger.
 */
const noteSchema = z.strictObject({
  version: z.literal(1),
  electionId: z.string(),
  station: z.int(),
  packageVersion: z.int(),
  build: z.string(),
  expires: z.iso.date(),
  signedBy: z.array(z.string()),
  voters: z.int(),
  /** SHA-256 of the national index; null where the package names the few people itself (training). */
  nationalIndex: z.string().nullable(),
});
export type PackageNote = z.infer<typeof noteSchema>;

const NOTE_FILE = 'package.json';

export function packageNoteOf({ manifest, signedBy, voters }: OpenedPackage): PackageNote {
  const { electionId, station, version, build, expires, shared } = manifest;
  return {
    version: 1,
    ...{ electionId, build, expires, signedBy: [...signedBy] },
    station: station.number,
    packageVersion: version,
    voters: voters.length,
    nationalIndex: shared.find(({ name }) => name === NATIONAL_INDEX_PART)?.sha256 ?? null,
  };
}

export function writePackageNote(directory: string, note: PackageNote): void {
  writeFileSync(join(directory, NOTE_FILE), `${JSON.stringify(noteSchema.parse(note), null, 2)}\n`, {
    mode: 0o600,
  });
}

export function readPackageNote(directory: string): Result<PackageNote, 'note-missing' | 'note-malformed'> {
  let text: string;
  try {
    text = readFileSync(join(directory, NOTE_FILE), 'utf8');
  } catch {
    return err('note-missing');
  }
  try {
    const parsed = noteSchema.safeParse(JSON.parse(text));
    return parsed.success ? ok(parsed.data) : err('note-malformed');
  } catch {
    return err('note-malformed');
  }
}
